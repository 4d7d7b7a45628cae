package ratelimit

import (
	"context"
	"hash/maphash"
	"math/bits"
	"time"

	"github.com/authgen-go/authgen/runtime/internal/steady"
)

// DefaultCapacity is how many names a [Memory] tells apart, and remembers, in 2.2 MB.
const DefaultCapacity = 1 << 16

// MemoryConfig describes a [Memory]; the zero value is a good one.
type MemoryConfig struct {
	// Now is the clock; nil means the monotonic clock, on which setting the wall clock
	// has no effect. When a given clock jumps back, that counts as no time passed.
	Now func() time.Time
	// Capacity is how many names with a bucket that is not full can be told apart;
	// zero or less means DefaultCapacity. Names beyond it share buckets. Give it
	// twice to four times the names expected: they fill it unevenly.
	Capacity int
}

// Memory is a [Limiter] for one process; of several behind a balancer each allows
// the whole rate.
//
// Its memory is set aside at the start and does not grow. A name is kept until its
// bucket is full again and never a moment less: whatever other names come along,
// no key is ever allowed more than its Rate (SECURITY RL-05). Take does not fail
// and does not wait, except that an invalid Rate is an error.
type Memory struct {
	clock    *steady.Clock
	seed     maphash.Seed
	sets     []set
	overflow overflow

	remembered remembered
}

var _ Limiter = (*Memory)(nil)

// NewMemory returns a Memory in which every bucket is full.
func NewMemory(cfg MemoryConfig) *Memory {
	if cfg.Capacity <= 0 {
		cfg.Capacity = DefaultCapacity
	}
	return &Memory{
		clock: steady.New(cfg.Now),
		seed:  maphash.MakeSeed(),
		sets:  make([]set, (cfg.Capacity+ways-1)/ways),

		remembered: remembered{slots: make([]entry, cfg.Capacity)},
	}
}

// Take implements [Limiter]. It does not look at the context.
func (m *Memory) Take(_ context.Context, key string, rate Rate) (Decision, error) {
	if err := rate.Validate(); err != nil {
		return Decision{}, err
	}
	hash := m.hash(key)
	now := m.clock.Elapsed()
	s := m.set(hash)
	s.mu.Lock()
	defer s.mu.Unlock()
	e, known := s.find(hash, now)
	switch {
	case known:
		return take(&e.due, now, rate), nil
	case e == nil:
		return m.overflow.take(hash, now, rate), nil
	}
	*e = entry{hash: hash, due: m.overflow.due(hash, rate)}
	return take(&e.due, now, rate), nil
}

// GiveBack implements [Limiter]. Takes of names beyond the capacity are not given back:
// they share their buckets.
func (m *Memory) GiveBack(_ context.Context, key string, rate Rate, n int) error {
	back, err := rate.worth(n)
	if err != nil {
		return err
	}
	hash := m.hash(key)
	now := m.clock.Elapsed()
	s := m.set(hash)
	s.mu.Lock()
	defer s.mu.Unlock()
	if e, known := s.find(hash, now); known {
		e.due -= back
	}
	return nil
}

// hash is a keyed hash: nobody outside can aim for a collision.
func (m *Memory) hash(key string) uint64 { return maphash.String(m.seed, key) }

// set spreads hashes evenly over any number of sets, by their upper bits.
func (m *Memory) set(hash uint64) *set {
	i, _ := bits.Mul64(hash, uint64(len(m.sets)))
	return &m.sets[i]
}
