package ratelimit

import "time"

// A moment is the time since the clock of a Memory began.
type moment = time.Duration

// take is the generic cell rate algorithm. *due is the moment at which the bucket
// will be full, its theoretical arrival time; a due moment that has passed says
// nothing and is as good as none.
func take(due *moment, now moment, rate Rate) Decision {
	interval := rate.interval()
	capacity := interval * time.Duration(rate.Count)
	next := max(*due, now) + interval
	if wait := next - now - capacity; wait > 0 {
		return Decision{RetryAfter: wait}
	}
	*due = next
	return Decision{Allowed: true, Remaining: int((capacity - (next - now)) / interval)}
}
