package apikey

import (
	"context"
	"fmt"
)

// sweepLimit is how many rows one statement removes, so that none keeps other
// writers waiting for long.
const sweepLimit = 1000

// Sweep removes the keys that have expired and returns how many it removed. It runs
// by itself every SweepInterval; nothing but the size of the storage depends on it
// (SECURITY STO-05).
func (s *Service[ID, S, U]) Sweep(ctx context.Context) (int, error) {
	now := s.now()
	total := 0
	for {
		n := 0
		err := s.ask(ctx, func(ctx context.Context) (err error) {
			n, err = s.cfg.Store.DeleteExpired(ctx, now, sweepLimit)
			return err
		})
		total += n
		if err != nil {
			return total, fmt.Errorf("sweep API keys: %w", err)
		}
		if n < sweepLimit {
			return total, nil
		}
	}
}
