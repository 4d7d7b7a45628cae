package password

import (
	"context"
	"time"

	"github.com/authgen-go/authgen/runtime/authn"
)

// ErrBusy is returned when no slot became free in time: a 503 that asks the
// client to come back in two seconds. Nothing was hashed.
var ErrBusy = &authn.Problem{
	Code:       authn.CodeUnavailable,
	Detail:     "Too many passwords are being checked at once. Try again shortly.",
	RetryAfter: 2 * time.Second,
}

// slots bounds how many hashes are computed at once, and how long a caller
// waits for its turn (SECURITY PWD-12).
type slots struct {
	taken chan struct{} // holds a value for each slot in use
	wait  time.Duration
}

// take waits for a slot and returns nil when it got one. It returns ctx's error
// when that ends first, even if a slot is free: nobody waits for the result.
func (s *slots) take(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case s.taken <- struct{}{}:
		return nil
	default:
	}
	timer := time.NewTimer(s.wait)
	defer timer.Stop()
	select {
	case s.taken <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return ErrBusy
	}
}

func (s *slots) release() { <-s.taken }
