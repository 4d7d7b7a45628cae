// Package kept remembers for a short while what was read of a storage.
package kept

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"sync"
	"time"
)

const (
	shards = 32
	// perShard bounds memory: 65536 values in all.
	perShard = 1 << 11
	// evictTries is how many values are looked at for one whose time is over, when a
	// place is needed.
	evictTries = 8
)

// A Cache holds what was read of a storage for as long as it may be used. Only what
// was found is kept, so that nobody can fill it with inventions, and what came to be
// a moment ago is there at once. A key is all that an answer depends on (SECURITY
// REV-05). It is safe for concurrent use; a nil Cache has nothing to forget.
type Cache[K comparable, V any] struct {
	staleness time.Duration
	seed      maphash.Seed
	shards    [shards]shard[K, V]
}

type shard[K comparable, V any] struct {
	mu      sync.RWMutex
	entries map[K]*entry[V]
	flights map[K]*flight[V]
}

// An entry is immutable once it is in a shard.
type entry[V any] struct {
	value  V
	readAt time.Time
}

// A flight is a read of the storage that several requests wait for.
type flight[V any] struct {
	done  chan struct{}
	entry *entry[V]
	err   error
}

// New returns a Cache of what was read less than staleness ago.
func New[K comparable, V any](staleness time.Duration) *Cache[K, V] {
	c := &Cache[K, V]{staleness: staleness, seed: maphash.MakeSeed()}
	for i := range c.shards {
		c.shards[i].entries = make(map[K]*entry[V])
		c.shards[i].flights = make(map[K]*flight[V])
	}
	return c
}

func (c *Cache[K, V]) shard(key K) *shard[K, V] {
	return &c.shards[maphash.Comparable(c.seed, key)%shards]
}

// Get returns what is kept of a key, or nil. It is shared and must not be changed.
func (c *Cache[K, V]) Get(key K, now time.Time) *V {
	s := c.shard(key)
	s.mu.RLock()
	defer s.mu.RUnlock()
	if e := s.entries[key]; e != nil && c.fresh(e, now) {
		return &e.value
	}
	return nil
}

// fresh is false after the clock was set back: how old the entry is, is then unknown
// (SECURITY F-21). Requests at the same time may have read the clock in another order,
// though.
func (c *Cache[K, V]) fresh(e *entry[V], now time.Time) bool {
	age := now.Sub(e.readAt)
	return -time.Second < age && age < c.staleness
}

// Find returns what is kept of a key, reads it, or waits until ctx ends for another
// request that reads it. The time is that before the read. What it returns is shared
// and must not be changed; an error is kept for nobody but those who waited.
func (c *Cache[K, V]) Find(ctx context.Context, key K, now time.Time, read func(*V) error) (*V, error) {
	s := c.shard(key)
	s.mu.Lock()
	if e := s.entries[key]; e != nil && c.fresh(e, now) { // it has just come in
		s.mu.Unlock()
		return &e.value, nil
	}
	if f, ok := s.flights[key]; ok {
		s.mu.Unlock()
		return f.wait(ctx)
	}
	f := &flight[V]{done: make(chan struct{}), entry: &entry[V]{readAt: now}, err: errors.New("the read did not return")}
	s.flights[key] = f
	s.mu.Unlock()
	defer c.land(s, key, f) // also after a panic of the storage
	f.err = read(&f.entry.value)
	return f.result()
}

func (f *flight[V]) wait(ctx context.Context) (*V, error) {
	select {
	case <-f.done:
		return f.result()
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for another read: %w", context.Cause(ctx))
	}
}

func (f *flight[V]) result() (*V, error) {
	if f.err != nil {
		return nil, f.err
	}
	return &f.entry.value, nil
}

// land ends a flight and keeps what it brought, unless it was called off: it may then
// have ended after it was read.
func (c *Cache[K, V]) land(s *shard[K, V], key K, f *flight[V]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.flights[key] == f {
		delete(s.flights, key)
		if f.err == nil {
			c.keep(s, key, f.entry)
		}
	}
	close(f.done)
}

// keep makes room if it has to: for an entry whose time is over, or any other. The
// lock is held.
func (c *Cache[K, V]) keep(s *shard[K, V], key K, e *entry[V]) {
	if _, ok := s.entries[key]; !ok && len(s.entries) >= perShard {
		tries := 0
		var victim K
		for k, old := range s.entries {
			victim = k
			if tries++; tries == evictTries || !c.fresh(old, e.readAt) {
				break
			}
		}
		delete(s.entries, victim)
	}
	s.entries[key] = e
}

// Forget drops what matches and calls off every read that has begun: what it brings
// may be from before. Who waits for one of them began before, too.
func (c *Cache[K, V]) Forget(match func(K, *V) bool) {
	if c == nil {
		return
	}
	for i := range c.shards {
		s := &c.shards[i]
		s.mu.Lock()
		clear(s.flights)
		for key, e := range s.entries {
			if match(key, &e.value) {
				delete(s.entries, key)
			}
		}
		s.mu.Unlock()
	}
}
