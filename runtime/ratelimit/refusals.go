package ratelimit

import (
	"sync"
	"time"
)

const (
	// refusalSlots is how many keys a [Shared] knows to be refused, in a quarter of a megabyte.
	refusalSlots = 1 << 13
	// refusalAge is for how long it does not ask again: takes that another process gave back
	// are found out after that.
	refusalAge = 5 * time.Second
)

// refusals are keys that the store of a [Shared] has refused, so that a flood of them costs
// it nothing: it is the row that everybody is after that everybody waits for. Two that fall
// into one slot drive each other out, and are asked for again.
type refusals struct {
	mu    sync.Mutex
	slots [refusalSlots]refusal
}

type refusal struct {
	key   Key
	until Moment // when a take comes back
	fresh Moment // until when that is believed
	given uint64 // how often takes were given back
}

func (r *refusals) slot(key Key) *refusal {
	return &r.slots[(uint(key[0])<<8|uint(key[1]))%refusalSlots]
}

// wait returns for how long a key is refused still, zero if that is not known, and what
// put has to be told if the store is asked.
func (r *refusals) wait(key Key, now Moment) (time.Duration, uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.slot(key)
	if s.key != key || s.fresh <= now {
		return 0, s.given
	}
	return time.Duration(s.until - now), s.given
}

// put notes that a key is refused, unless a take was given back since the store was asked.
func (r *refusals) put(key Key, now Moment, wait time.Duration, given uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if s := r.slot(key); s.given == given {
		*s = refusal{key: key, until: now + Moment(wait), fresh: now + Moment(min(wait, refusalAge)), given: given}
	}
}

// forget says that a take of key was given back.
func (r *refusals) forget(key Key) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.slot(key)
	s.given++
	s.fresh = 0
}
