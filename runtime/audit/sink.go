package audit

import "context"

// A Sink keeps events. A [Queue] calls Write from one goroutine, never twice at a
// time, with at least one event, each complete and clean: a UTC time, fields of at
// most [MaxField] bytes of printable UTF-8. Write respects the context's end, and
// neither changes the slice nor keeps it.
//
// An error means that the events are lost: a Queue does not repeat a write, since
// it cannot know how much of it was done. A Sink that can try again does so itself,
// within the context. When only some events were lost it returns a *[LossError].
type Sink interface {
	Write(ctx context.Context, events []Event) error
}

// A LossError says that a Sink lost some of the events it was given and kept the
// others.
type LossError struct {
	Lost int
	Err  error
}

// Error implements error.
func (e *LossError) Error() string { return e.Err.Error() }

// Unwrap returns the reason.
func (e *LossError) Unwrap() error { return e.Err }
