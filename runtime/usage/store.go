package usage

import (
	"context"
	"time"
)

// A StoreCall is one call of a database or of Redis, which took until it was answered,
// given up or refused. It says nothing of what was asked for: its texts are the
// program's own, and there are few of each.
type StoreCall struct {
	// System is what was called, by the name that OpenTelemetry has for it: sqlite,
	// postgresql, mysql or redis.
	System string
	// Operation is the first word of a statement, TRANSACTION for several of them, or
	// what a store in Redis does, such as "find session".
	Operation string
	// Collection is the first table of a statement; "" where there is none, or several
	// statements.
	Collection string
	// Failure is "" where there was an answer, also one that says no. Otherwise it is
	// timeout, canceled, busy where the store had no turn for the call, unavailable, or
	// _OTHER.
	Failure string
	// Took is how long it took, with the wait for a turn and for a connection and with
	// what was tried again.
	Took time.Duration
}

// A StoreObserver is told of each call after it was made, by whoever made it, and at the
// same time of several. It must not block.
type StoreObserver func(ctx context.Context, c StoreCall)
