package redis

import (
	"sync"
	"time"
)

// A clock never goes backwards: a jump back counts as no time passed, like in
// [ratelimit.Memory].
type clock struct {
	now func() time.Time

	mu     sync.Mutex
	latest time.Time
	shift  time.Duration // the sum of all jumps back
}

func (c *clock) read() time.Time {
	// Read under the lock, or two readers that overtake each other would look like a
	// jump back.
	c.mu.Lock()
	defer c.mu.Unlock()
	t := c.now().Add(c.shift)
	if t.Before(c.latest) {
		c.shift += c.latest.Sub(t)
		t = c.latest
	}
	c.latest = t
	return t
}
