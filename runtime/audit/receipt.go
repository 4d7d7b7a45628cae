package audit

import (
	"context"
	"errors"
	"sync"
)

// errLost: an event found no room in its Queue.
var errLost = errors.New("an audit event was lost")

// A Receipt knows what became of the events that were recorded with its context, for who
// may not answer before they are kept (SECURITY LOG-04).
type Receipt struct {
	mu      sync.Mutex
	pending int
	err     error
	settled chan struct{} // closed once nothing is pending; nil while nobody waits
}

// WithReceipt returns a context whose events a [Queue] accounts for in the Receipt.
func WithReceipt(ctx context.Context) (context.Context, *Receipt) {
	r := new(Receipt)
	return context.WithValue(ctx, receiptKey{}, r), r
}

type receiptKey struct{}

func receiptFrom(ctx context.Context) *Receipt {
	r, _ := ctx.Value(receiptKey{}).(*Receipt)
	return r
}

// Wait returns nil once all events that were recorded so far are kept by every [Sink], and
// otherwise why one of them is not, or the context's error when that ends first.
func (r *Receipt) Wait(ctx context.Context) error {
	r.mu.Lock()
	if r.pending == 0 {
		defer r.mu.Unlock()
		return r.err
	}
	if r.settled == nil {
		r.settled = make(chan struct{})
	}
	settled := r.settled
	r.mu.Unlock()
	select {
	case <-settled:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

// expect adds an event that is to be kept. A nil Receipt is nobody's.
func (r *Receipt) expect() {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pending++
}

// settle says what became of an event that was expected.
func (r *Receipt) settle(err error) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pending--
	if r.err == nil {
		r.err = err
	}
	if r.pending == 0 && r.settled != nil {
		close(r.settled)
		r.settled = nil
	}
}
