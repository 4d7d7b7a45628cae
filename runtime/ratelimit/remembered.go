package ratelimit

import (
	"context"
	"sync"
	"time"
)

// remembered are the keys that a [Memory] keeps in mind. Two that fall into one slot drive
// each other out: what is remembered is a privilege, and who loses it has the same rights
// as before.
type remembered struct {
	mu    sync.Mutex
	slots []entry
}

// Remember implements [Limiter]. It does not fail.
func (m *Memory) Remember(_ context.Context, key string, d time.Duration) error {
	e := m.remembered.slot(m.hash(key))
	m.remembered.mu.Lock()
	defer m.remembered.mu.Unlock()
	*e = entry{hash: m.hash(key), due: m.clock.Elapsed() + min(d, MaxPer)}
	return nil
}

// Remembers implements [Limiter]. It does not fail.
func (m *Memory) Remembers(_ context.Context, key string) (bool, error) {
	e := m.remembered.slot(m.hash(key))
	m.remembered.mu.Lock()
	defer m.remembered.mu.Unlock()
	return e.hash == m.hash(key) && e.due > m.clock.Elapsed(), nil
}

func (r *remembered) slot(hash uint64) *entry { return &r.slots[hash%uint64(len(r.slots))] }
