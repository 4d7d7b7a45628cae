package revocation

import (
	"context"
	"fmt"
)

// sweepLimit is how many rows one statement removes, so that none keeps other
// writers waiting for long.
const sweepLimit = 1000

// Sweep removes the entries of the Store's list that have ended and returns how many
// it removed. It runs by itself every SweepInterval; nothing but the size of the
// storage depends on it (SECURITY STO-05). A List looks after itself; beside it the Store
// has what [Checker.RevokeID] listed.
func (c *Checker[UID, U]) Sweep(ctx context.Context) (int, error) {
	now := c.now()
	total := 0
	for {
		n := 0
		err := c.ask(ctx, func(ctx context.Context) (err error) {
			n, err = c.cfg.Store.DeleteRevoked(ctx, now, sweepLimit)
			return err
		})
		total += n
		if err != nil {
			return total, fmt.Errorf("sweep revoked tokens: %w", err)
		}
		if n < sweepLimit {
			return total, nil
		}
	}
}
