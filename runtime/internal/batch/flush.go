package batch

import (
	"context"
	"log/slog"
	"time"
)

// quiet is how long nothing may be dropped before the log hears that it is over. A
// queue that is always nearly full would otherwise fill the log.
const quiet = 10 * time.Second

// flush is the worker's step: it writes everything that waits.
func (q *Queue[K, V]) flush(ctx context.Context) error {
	values := make(map[K]V)
	for i := range q.shards {
		q.shards[i].launch(values)
	}
	q.health.dropping(q.logger, q.dropped.Load())
	if len(values) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, q.cfg.Timeout)
	defer cancel()
	err := Guard(func() error { return q.cfg.Flush(ctx, values) })
	for i := range q.shards {
		gone := 0
		if err != nil {
			gone = q.shards[i].revert(q.cfg.Merge)
		} else {
			gone = q.shards[i].land()
		}
		q.held.Add(-int64(gone))
	}
	q.health.failing(q.logger, err)
	return err
}

// health remembers what the log was told, so that it is told once per change and
// not once per flush.
type health struct {
	failed  bool
	full    bool
	dropped uint64    // at the last flush
	latest  time.Time // when something had been dropped last
}

func (h *health) failing(l *slog.Logger, err error) {
	switch {
	case err != nil && !h.failed:
		l.Error("background writes fail and are retried", "error", err)
	case err == nil && h.failed:
		l.Info("background writes work again")
	}
	h.failed = err != nil
}

func (h *health) dropping(l *slog.Logger, dropped uint64) {
	now := time.Now()
	switch {
	case dropped != h.dropped:
		if !h.full {
			l.Error("background writes are dropped, the queue is full", "dropped", dropped)
		}
		h.full, h.dropped, h.latest = true, dropped, now
	case h.full && now.Sub(h.latest) >= quiet:
		h.full = false
		l.Info("background writes are no longer dropped", "dropped", dropped)
	}
}
