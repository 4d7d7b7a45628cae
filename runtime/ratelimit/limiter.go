// Package ratelimit bounds how often something may be tried (SECURITY RL-01 to
// RL-08).
//
// A [Limiter] counts takes by name, all at once or spread out, by the generic cell
// rate algorithm: one moment per name is all it needs to remember. [Memory] is the
// Limiter of a single process, [Shared] that of many with a database. A [Gate] stands in
// front of a route that checks a secret and takes for the client's address and for the
// account. A [Policy] tells clients about a limit.
package ratelimit

import (
	"context"
	"time"
)

// A Limiter reserves. Take counts before the caller does what is limited, so that
// of any number of parallel callers only as many go on as the rate allows (SECURITY
// RL-04). It is safe for concurrent use.
//
// A key is always asked for at the same Rate. An error means that the Limiter does not
// know, and the caller must not go on (SECURITY RL-08).
type Limiter interface {
	Take(ctx context.Context, key string, rate Rate) (Decision, error)
	// GiveBack undoes n takes of key, or all there were if there were fewer. It is for
	// takes that turned out not to count; when it fails, or has no room to remember whose
	// takes they were, the limit stays the stricter one.
	GiveBack(ctx context.Context, key string, rate Rate, n int) error
	// Remember keeps a key in mind for d, up to MaxPer, or for less where there is no
	// room; a key that is remembered already may be left as it is. Remembers says whether
	// it is, and never that of a key that was not. Neither is a take.
	Remember(ctx context.Context, key string, d time.Duration) error
	Remembers(ctx context.Context, key string) (bool, error)
}

// A Decision says whether a take was allowed.
type Decision struct {
	Allowed bool
	// RetryAfter is the exact time after which a take of the same key is allowed,
	// if there is none in between; zero when this one was. A take that was not
	// allowed costs nothing: impatience does not make the wait longer.
	RetryAfter time.Duration
	// Remaining is how many takes would be allowed right now.
	Remaining int
}
