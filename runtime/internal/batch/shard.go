package batch

import "sync"

// shardCount is enough to make two requests on one lock rare, and few enough for
// a tick of an idle queue to cost nothing.
const shardCount = 32

// A shard holds the keys of one part of the hash space. A key may be in both maps:
// it was put again while it is being written. The values stay apart, because only
// the outcome of the flush says whether the older one is still owed.
type shard[K comparable, V any] struct {
	mu      sync.Mutex
	pending map[K]V
	flying  map[K]V // being written; empty between flushes
	closed  bool

	_ [32]byte // to a cache line, so that neighbours do not slow each other
}

func (s *shard[K, V]) init() {
	s.pending = make(map[K]V)
	s.flying = make(map[K]V)
}

func (s *shard[K, V]) len() int { return len(s.pending) + len(s.flying) }

// launch moves what waits into flight and copies it into values. The two maps
// change places rather than being made anew, so that a Put rarely grows one.
func (s *shard[K, V]) launch(values map[K]V) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pending, s.flying = s.flying, s.pending
	for k, v := range s.flying {
		values[k] = v
	}
}

// land ends a flight that was written and returns how many values it held still.
func (s *shard[K, V]) land() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.flying)
	if n > 0 {
		clear(s.flying)
	}
	return n
}

// revert ends a flight that was not written: its values wait again, merged with
// those that came since. It returns how many values became one with another.
func (s *shard[K, V]) revert(merge func(older, newer V) V) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.len()
	for k, older := range s.flying {
		if newer, ok := s.pending[k]; ok {
			older = merge(older, newer)
		}
		s.pending[k] = older
		delete(s.flying, k)
	}
	return before - s.len()
}

// close makes later puts fail; what the shard holds is still written.
func (s *shard[K, V]) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
}
