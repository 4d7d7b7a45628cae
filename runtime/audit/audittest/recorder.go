// Package audittest records audit events for tests.
package audittest

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
)

// A Recorder keeps every event in the order it came, complete but otherwise
// untouched: fields are neither cut nor cleaned, so that a test sees a secret
// that should not be there. The zero value is ready; it is safe for concurrent
// use.
type Recorder struct {
	// Now is the clock of events that come without a time; nil means time.Now.
	Now func() time.Time

	mu     sync.Mutex
	events []audit.Event
}

var _ audit.Recorder = (*Recorder)(nil)

// Record implements [audit.Recorder].
func (r *Recorder) Record(ctx context.Context, e audit.Event) {
	now := r.Now
	if now == nil {
		now = time.Now
	}
	e = audit.Complete(ctx, e, now)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, e)
}

// Events returns what was recorded so far; the slice is the caller's.
func (r *Recorder) Events() []audit.Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.events)
}

// Of returns the events of one type, in order.
func (r *Recorder) Of(t audit.Type) []audit.Event {
	return slices.DeleteFunc(r.Events(), func(e audit.Event) bool { return e.Type != t })
}

// Reset forgets what was recorded, for a test of several steps.
func (r *Recorder) Reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = nil
}
