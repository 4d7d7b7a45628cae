package apikey

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

const (
	keptShards = 32
	// keptPerShard bounds memory: 65536 keys in all.
	keptPerShard = 1 << 11
	// evictTries is how many keys are looked at for one whose time is over, when a
	// place is needed.
	evictTries = 8
)

// kept holds what was read of the storage for as long as it may be used. Only keys
// that exist are kept, so that nobody can fill it with inventions, and a key that
// was made a moment ago works at once.
type kept[ID comparable, S ~string, U Owner] struct {
	staleness time.Duration
	shards    [keptShards]keptShard[ID, S, U]
}

type keptShard[ID comparable, S ~string, U Owner] struct {
	mu      sync.RWMutex
	keys    map[Hash]*found[ID, S, U]
	flights map[Hash]*flight[ID, S, U]
}

// A flight is a read of the storage that several requests wait for.
type flight[ID comparable, S ~string, U Owner] struct {
	done  chan struct{}
	found *found[ID, S, U]
	err   error
}

func newKept[ID comparable, S ~string, U Owner](staleness time.Duration) *kept[ID, S, U] {
	k := &kept[ID, S, U]{staleness: staleness}
	for i := range k.shards {
		k.shards[i].keys = make(map[Hash]*found[ID, S, U])
		k.shards[i].flights = make(map[Hash]*flight[ID, S, U])
	}
	return k
}

func (k *kept[ID, S, U]) shard(hash Hash) *keptShard[ID, S, U] { return &k.shards[hash[0]%keptShards] }

// get returns what is kept of a key, or nil.
func (k *kept[ID, S, U]) get(hash Hash, now time.Time) *found[ID, S, U] {
	s := k.shard(hash)
	s.mu.RLock()
	defer s.mu.RUnlock()
	if f := s.keys[hash]; f != nil && k.fresh(f, now) {
		return f
	}
	return nil
}

// fresh is false after the clock was set back: how old the key is, is then unknown.
// Requests at the same time may have read the clock in another order, though.
func (k *kept[ID, S, U]) fresh(f *found[ID, S, U], now time.Time) bool {
	age := now.Sub(f.readAt)
	return -time.Second < age && age < k.staleness
}

// find reads a key, or waits for another request that reads it.
func (k *kept[ID, S, U]) find(ctx context.Context, hash Hash, now time.Time, read func() (*found[ID, S, U], error)) (*found[ID, S, U], error) {
	s := k.shard(hash)
	s.mu.Lock()
	if f := s.keys[hash]; f != nil && k.fresh(f, now) { // it has just come in
		s.mu.Unlock()
		return f, nil
	}
	if f, ok := s.flights[hash]; ok {
		s.mu.Unlock()
		return f.wait(ctx)
	}
	f := &flight[ID, S, U]{done: make(chan struct{}), err: errors.New("the read did not return")}
	s.flights[hash] = f
	s.mu.Unlock()
	defer k.land(s, hash, f) // also after a panic of the storage
	f.found, f.err = read()
	return f.found, f.err
}

func (f *flight[ID, S, U]) wait(ctx context.Context) (*found[ID, S, U], error) {
	select {
	case <-f.done:
		return f.found, f.err
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for another read: %w", context.Cause(ctx))
	}
}

// land ends a flight and keeps what it brought, unless it was called off: the key
// may then have been revoked after it was read.
func (k *kept[ID, S, U]) land(s *keptShard[ID, S, U], hash Hash, f *flight[ID, S, U]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.flights[hash] == f {
		delete(s.flights, hash)
		if f.err == nil {
			k.keep(s, hash, f.found)
		}
	}
	close(f.done)
}

// keep makes room if it has to: for a key whose time is over, or any other. The
// lock is held.
func (k *kept[ID, S, U]) keep(s *keptShard[ID, S, U], hash Hash, f *found[ID, S, U]) {
	if _, ok := s.keys[hash]; !ok && len(s.keys) >= keptPerShard {
		tries := 0
		var victim Hash
		for h, old := range s.keys {
			victim = h
			if tries++; tries == evictTries || !k.fresh(old, f.readAt) {
				break
			}
		}
		delete(s.keys, victim)
	}
	s.keys[hash] = f
}

// forget drops the keys that match and calls off every read that has begun: what it
// brings may be from before. Who waits for one of them began before, too.
func (k *kept[ID, S, U]) forget(match func(*found[ID, S, U]) bool) {
	if k == nil {
		return
	}
	for i := range k.shards {
		s := &k.shards[i]
		s.mu.Lock()
		clear(s.flights)
		for hash, f := range s.keys {
			if match(f) {
				delete(s.keys, hash)
			}
		}
		s.mu.Unlock()
	}
}
