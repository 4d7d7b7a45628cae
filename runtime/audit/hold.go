package audit

import (
	"context"
	"sync"
)

// A Hold keeps back what is foretold while a request is served: events that are true once
// the change is made that they lead to, as that somebody logged in is with their session.
type Hold struct {
	mu       sync.Mutex
	foretold []Event
	recorder Recorder
}

// WithHold returns a context whose foretold events wait in the Hold for the next change
// that is made with it. Who makes the Hold releases it.
func WithHold(ctx context.Context) (context.Context, *Hold) {
	h := new(Hold)
	return context.WithValue(ctx, holdKey{}, h), h
}

type holdKey struct{}

// holdOf may return nil, which holds nothing.
func holdOf(ctx context.Context) *Hold {
	h, _ := ctx.Value(holdKey{}).(*Hold)
	return h
}

// Foretell records e together with the next change that [Do] makes with ctx. Where nobody
// holds events back it is recorded at once.
func Foretell(ctx context.Context, r Recorder, e Event) {
	h := holdOf(ctx)
	if h == nil {
		r.Record(ctx, e)
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.foretold, h.recorder = append(h.foretold, e), r
}

// Release records what no change was made for: as it is if there was nothing to change, and
// otherwise with the outcome and the reason of the change that was not made. An empty
// outcome is none.
func (h *Hold) Release(ctx context.Context, outcome Outcome, reason string) {
	for _, e := range h.take() {
		if outcome != "" {
			e.Outcome, e.Reason = outcome, reason
		}
		h.recorder.Record(ctx, e)
	}
}

func (h *Hold) take() []Event {
	if h == nil {
		return nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	taken := h.foretold
	h.foretold = nil
	return taken
}

func (h *Hold) giveBack(events []Event) {
	if len(events) == 0 {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.foretold = append(events[:len(events):len(events)], h.foretold...)
}
