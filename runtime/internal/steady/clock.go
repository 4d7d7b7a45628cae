// Package steady has a clock that never goes backwards (SECURITY F-21): a wall clock that
// is set back by an hour must not make everybody who is throttled wait for another hour.
package steady

import (
	"sync"
	"time"
)

// A Clock tells the time since it began. It is safe for concurrent use.
type Clock struct {
	start time.Time
	now   func() time.Time // nil: the monotonic clock, which needs no lock and no care

	mu     sync.Mutex
	latest time.Duration
	shift  time.Duration // the sum of all jumps back
}

// New returns a clock that follows now, and counts a jump back of now as no time passed.
// Nil means the monotonic clock, on which setting the wall clock has no effect.
func New(now func() time.Time) *Clock {
	if now == nil {
		return &Clock{start: time.Now()}
	}
	return &Clock{start: now(), now: now}
}

// Now is the moment at which the clock began and what has passed since.
func (c *Clock) Now() time.Time { return c.start.Add(c.Elapsed()) }

// Elapsed is the time since the clock began.
func (c *Clock) Elapsed() time.Duration {
	if c.now == nil {
		return time.Since(c.start)
	}
	// Read under the lock, or two readers that overtake each other would look like a
	// jump back.
	c.mu.Lock()
	defer c.mu.Unlock()
	t := c.now().Sub(c.start) + c.shift
	if t < c.latest {
		// How much time has really passed is unknown; none is the strictest guess, and
		// from here on it counts on.
		c.shift += c.latest - t
		t = c.latest
	}
	c.latest = t
	return t
}
