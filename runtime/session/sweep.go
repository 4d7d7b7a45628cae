package session

import (
	"context"
	"fmt"
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
	over := Cutoffs{
		ExpiredAt:           now,
		IdleSince:           now.Add(-2 * m.cfg.IdleTimeout),
		RememberedIdleSince: now.Add(-2 * m.cfg.idleTimeout(true)),
	}
	total := 0
	for {
		n := 0
		err := m.ask(ctx, func(ctx context.Context) (err error) {
			n, err = m.cfg.Store.DeleteExpired(ctx, over, sweepLimit)
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
