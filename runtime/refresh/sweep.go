package refresh

import (
	"context"
	"fmt"
)

// sweepLimit is how many rows one statement removes, so that none keeps other
// writers waiting for long.
const sweepLimit = 1000

// Sweep removes the families that are dead, and whose access tokens are, and returns
// how many it removed. It runs by itself every SweepInterval; nothing but the size of
// the storage depends on it (SECURITY STO-05).
func (s *Service[UID, U]) Sweep(ctx context.Context) (int, error) {
	expired := s.now().Add(-s.cfg.TokenLife)
	total := 0
	for {
		n := 0
		err := s.ask(ctx, func(ctx context.Context) (err error) {
			n, err = s.cfg.Store.DeleteExpired(ctx, expired, expired.Add(-s.cfg.IdleTTL), sweepLimit)
			return err
		})
		total += n
		if err != nil {
			return total, fmt.Errorf("sweep refresh tokens: %w", err)
		}
		if n < sweepLimit {
			return total, nil
		}
	}
}
