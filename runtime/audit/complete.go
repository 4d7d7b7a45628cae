package audit

import (
	"context"
	"time"
)

// Complete returns e with what a Recorder fills in: the time, now when the event
// has none, in UTC and without a monotonic reading; and the Request of ctx, when
// the event names none itself. Every Recorder calls it, and nothing else may: an
// event that is complete already comes back as it is.
func Complete(ctx context.Context, e Event, now func() time.Time) Event {
	if e.Time.IsZero() {
		e.Time = now()
	}
	e.Time = e.Time.UTC() // which also drops the monotonic reading
	if e.Request == (Request{}) {
		e.Request = RequestFrom(ctx)
	}
	return e
}
