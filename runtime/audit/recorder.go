package audit

import "context"

// A Recorder takes events. Record never blocks and never fails: an event that
// cannot be kept is counted. It is safe for concurrent use.
type Recorder interface {
	Record(ctx context.Context, e Event)
}
