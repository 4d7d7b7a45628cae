package ratelimit

import "sync"

// ways is how many names share a set. With its lock a set fills four cache lines.
const ways = 15

// A set holds the names of one part of the hash space, in no order. Its size is
// fixed: nothing is allocated, moved or collected while requests come in.
type set struct {
	mu      sync.Mutex
	_       [8]byte
	entries [ways]entry
}

// An entry is a name and its bucket. The name is a keyed hash, so that memory does
// not grow with what clients send, and nobody outside can aim for a collision;
// should two names collide all the same, they share a bucket.
//
// An entry whose due moment has passed is free: its bucket is full again, as is
// that of a name never seen.
type entry struct {
	hash uint64
	due  moment
}

// find returns the entry of hash and true; or else a free entry, or nil when all
// are in use, and false.
func (s *set) find(hash uint64, now moment) (*entry, bool) {
	var free *entry
	for i := range s.entries {
		e := &s.entries[i]
		if e.hash == hash {
			return e, true
		}
		if free == nil && e.due <= now {
			free = e
		}
	}
	return free, false
}
