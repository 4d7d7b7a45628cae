package jwks

import (
	"context"
	"fmt"
	"time"

	"github.com/authgen-go/authgen/runtime/internal/batch"
)

// A flight is one fetch, shared by all who wait for it. There is one at a time.
type flight struct {
	began time.Time
	done  chan struct{}
	err   error // readable once done is closed
}

func (f *flight) underWay() bool {
	select {
	case <-f.done:
		return false
	default:
		return true
	}
}

// wait returns the error of ctx if that ends first. The flight goes on.
func (f *flight) wait(ctx context.Context) error {
	select {
	case <-f.done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait for the keys of an issuer: %w", context.Cause(ctx))
	}
}

// board returns the flight that is under way, or a new one. Within the cooldown there
// is no new one unless hurry is set, and it returns the last, which is over. The time
// counts alone: not who asks, for what, and how the last fetch ended (SECURITY KEY-05).
func (r *Remote) board(hurry bool) (*flight, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ctx.Err() != nil {
		return nil, errClosed
	}
	now := r.cfg.Now()
	if f := r.latest; f != nil && (f.underWay() || !hurry && r.cools(now.Sub(f.began))) {
		return f, nil
	}
	f := &flight{began: now, done: make(chan struct{})}
	r.latest = f
	r.work.Go(func() {
		defer close(f.done)
		f.err = r.refresh(f.began)
	})
	return f, nil
}

// cools reports whether a flight that began so long ago is too recent for another. A
// clock that was set back does not make it last longer (SECURITY F-21).
func (r *Remote) cools(age time.Duration) bool { return 0 <= age && age < r.cfg.Cooldown }

// refresh fetches the set and puts it in force. A fetch that Close ended says nothing
// about the issuer.
func (r *Remote) refresh(began time.Time) error {
	old := r.current.Load()
	var a answer
	err := batch.Guard(func() (err error) {
		a, err = r.fetch(old.etag)
		return err
	})
	if err != nil && r.ctx.Err() != nil {
		return errClosed
	}
	var next *state
	if err == nil {
		next = old.after(a, began)
	} else {
		next = old.failing(err)
	}
	r.current.Store(next)
	_ = batch.Guard(func() error {
		r.tell(old, next)
		return nil
	})
	return err
}
