package audit

import (
	"context"
	"log/slog"
	"time"

	"github.com/authgen-go/authgen/runtime/internal/batch"
)

// quiet is how long nothing may be lost before losses have ended. Without it a
// queue that is always nearly full would begin and end to lose events with every
// batch, and fill the log with saying so.
const quiet = 10 * time.Second

// loss counts lost events and tells the log about the beginning and the end of a
// time of losses, whatever their number. Its methods need the Queue's lock.
type loss struct {
	logger *slog.Logger
	count  uint64
	latest time.Time
	told   chan struct{} // nil while nothing is lost; closed once the log knows of the beginning
}

// add counts n lost events. The log is told from a goroutine of its own, one per
// transition: the caller may be a request, and the Queue's goroutine may be stuck
// in the very sink that caused the loss.
func (l *loss) add(n int, reason string, now time.Time) {
	l.count += uint64(n)
	l.latest = now
	if l.told != nil {
		return
	}
	told, count := make(chan struct{}), l.count
	l.told = told
	go func() {
		defer close(told)
		l.tell(slog.LevelError, "audit events are being lost", "reason", reason, "lost", count)
	}()
}

// end is called when a write succeeded. It returns what tells the log that losses
// ended, to be called without the lock, which does nothing when there were none or
// the last one is not long ago.
func (l *loss) end(now time.Time) (tell func()) {
	if l.told == nil || now.Sub(l.latest) < quiet {
		return func() {}
	}
	told, count := l.told, l.count
	l.told = nil
	return func() {
		<-told // in this order, or the log would end with the bad news
		l.tell(slog.LevelWarn, "audit events are kept again", "lost", count)
	}
}

func (l *loss) tell(level slog.Level, msg string, args ...any) {
	// There is nobody left to tell about a logger that panics.
	_ = batch.Guard(func() error {
		l.logger.Log(context.Background(), level, msg, args...)
		return nil
	})
}
