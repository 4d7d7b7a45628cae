// Package sweep removes in the background what is over.
package sweep

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/authgen-go/authgen/runtime/internal/batch"
)

// A Sweeper calls a sweep in the background until it is stopped.
type Sweeper struct {
	cancel context.CancelFunc
	done   sync.WaitGroup
}

// Start calls sweep every interval, give or take a tenth; never if interval is not
// positive. The log is told once when sweeping begins to fail, and once when that
// has ended; what names for it what is swept.
func Start(interval time.Duration, l *slog.Logger, what string, sweep func(context.Context) error) *Sweeper {
	ctx, cancel := context.WithCancel(context.Background())
	s := &Sweeper{cancel: cancel}
	if interval > 0 {
		s.done.Go(func() { run(ctx, interval, l.With("swept", what), sweep) })
	}
	return s
}

// Stop ends the goroutine and the statement it may be waiting for.
func (s *Sweeper) Stop() {
	s.cancel()
	s.done.Wait()
}

func run(ctx context.Context, interval time.Duration, l *slog.Logger, sweep func(context.Context) error) {
	failed := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(jitter(interval)):
		}
		err := batch.Guard(func() error { return sweep(ctx) })
		switch {
		case ctx.Err() != nil:
			return
		case err != nil && !failed:
			l.Error("what has expired cannot be removed, which is tried again", "error", err)
		case err == nil && failed:
			l.Info("what has expired is removed again")
		}
		failed = err != nil
	}
}

// jitter spreads an interval by a tenth either way, so that processes started
// together do not sweep together.
func jitter(d time.Duration) time.Duration {
	return d - d/10 + rand.N(d/5+1)
}
