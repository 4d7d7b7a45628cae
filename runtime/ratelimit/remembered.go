package ratelimit

import (
	"context"
	"hash/maphash"
	"sync"
	"time"

	"github.com/authgen-go/authgen/runtime/internal/steady"
)

const (
	// remembrance is for how long an address is remembered from which a try at an account
	// has succeeded.
	remembrance = 30 * 24 * time.Hour
	// toldFor is for how long a [Gate] does not say again what is to be remembered, and
	// toldSlots how much of that it knows.
	toldFor   = time.Hour
	toldSlots = 1 << 10
)

// remembered is a set of keys by their hashes, each up to a moment. Two that fall into one
// slot drive each other out: what is remembered is a privilege, and who loses it has the
// same rights as before.
type remembered struct {
	mu    sync.Mutex
	slots []entry
}

func (r *remembered) put(hash uint64, until moment) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.slots[hash%uint64(len(r.slots))] = entry{hash: hash, due: until}
}

func (r *remembered) has(hash uint64, now moment) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	e := r.slots[hash%uint64(len(r.slots))]
	return e.hash == hash && e.due > now
}

// Remember implements [Limiter]. It does not fail.
func (m *Memory) Remember(_ context.Context, key string, d time.Duration) error {
	m.remembered.put(m.hash(key), m.clock.Elapsed()+min(d, MaxPer))
	return nil
}

// Remembers implements [Limiter]. It does not fail.
func (m *Memory) Remembers(_ context.Context, key string) (bool, error) {
	return m.remembered.has(m.hash(key), m.clock.Elapsed()), nil
}

// told is what a [Gate] has had its Limiter remember lately: most who succeed have
// succeeded a while ago, which then costs nothing.
type told struct {
	seed  maphash.Seed
	clock *steady.Clock
	keys  remembered
}

func newTold() *told {
	return &told{seed: maphash.MakeSeed(), clock: steady.New(nil), keys: remembered{slots: make([]entry, toldSlots)}}
}

// remember has l remember key. What it cannot remember is told it next time.
func (t *told) remember(ctx context.Context, l Limiter, key string) {
	hash, now := maphash.String(t.seed, key), t.clock.Elapsed()
	if !t.keys.has(hash, now) && l.Remember(ctx, key, remembrance) == nil {
		t.keys.put(hash, now+toldFor)
	}
}
