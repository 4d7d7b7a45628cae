package ratelimit

import (
	"sync"
	"time"
)

// A clock tells the time since it began and never goes backwards (SECURITY F-21):
// a wall clock that is set back by an hour must not make everybody who is
// throttled wait for another hour.
type clock struct {
	start time.Time
	now   func() time.Time // nil: the monotonic clock, which needs no lock and no care

	mu     sync.Mutex
	latest moment
	shift  moment // the sum of all jumps back
}

func newClock(now func() time.Time) *clock {
	if now == nil {
		return &clock{start: time.Now()}
	}
	return &clock{start: now(), now: now}
}

func (c *clock) elapsed() moment {
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
