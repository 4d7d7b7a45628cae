package session

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/authgen-go/authgen/runtime/internal/batch"
)

// sweepLimit is how many rows one statement removes, so that none keeps other
// writers waiting for long.
const sweepLimit = 1000

// Sweep removes the sessions that are dead and returns how many it removed. It
// runs by itself every SweepInterval; nothing but the size of the storage depends
// on it (SECURITY STO-05).
//
// Idle sessions go once they have been idle for twice the timeout, because what
// the storage knows of their last request may be late.
func (m *Manager[ID, U]) Sweep(ctx context.Context) (int, error) {
	now := m.now()
	total := 0
	for {
		n := 0
		err := m.ask(ctx, func(ctx context.Context) (err error) {
			n, err = m.cfg.Store.DeleteExpired(ctx, now, now.Add(-2*m.cfg.IdleTimeout), sweepLimit)
			return err
		})
		total += n
		if err != nil {
			return total, fmt.Errorf("sweep sessions: %w", err)
		}
		if n < sweepLimit {
			return total, nil
		}
	}
}

// A sweeper calls a sweep in the background until it is stopped.
type sweeper struct {
	cancel context.CancelFunc
	done   sync.WaitGroup
}

func startSweeper(interval time.Duration, l *slog.Logger, sweep func(context.Context) (int, error)) *sweeper {
	ctx, cancel := context.WithCancel(context.Background())
	s := &sweeper{cancel: cancel}
	if interval > 0 {
		s.done.Go(func() { run(ctx, interval, l, sweep) })
	}
	return s
}

// stop ends the goroutine and the statement it may be waiting for.
func (s *sweeper) stop() {
	s.cancel()
	s.done.Wait()
}

func run(ctx context.Context, interval time.Duration, l *slog.Logger, sweep func(context.Context) (int, error)) {
	failed := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(jitter(interval)):
		}
		err := batch.Guard(func() error { _, err := sweep(ctx); return err })
		switch {
		case ctx.Err() != nil:
			return
		case err != nil && !failed:
			l.Error("dead sessions cannot be removed, which is tried again", "error", err)
		case err == nil && failed:
			l.Info("dead sessions are removed again")
		}
		failed = err != nil
	}
}

// jitter spreads an interval by a tenth either way, so that processes started
// together do not sweep together.
func jitter(d time.Duration) time.Duration {
	return d - d/10 + rand.N(d/5+1)
}
