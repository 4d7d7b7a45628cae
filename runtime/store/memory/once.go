package memory

import (
	"context"
	"sync"
	"time"

	"github.com/authgen-go/authgen/runtime/once"
)

// Once is a [once.Store]. It is safe for concurrent use. It grows with the values that
// are used and shrinks when they are swept.
type Once struct {
	mu   sync.Mutex
	used map[once.Key]time.Time
}

var _ once.Store = (*Once)(nil)

// NewOnce returns an empty storage.
func NewOnce() *Once { return &Once{used: make(map[once.Key]time.Time)} }

// Use implements [once.Store].
func (s *Once) Use(_ context.Context, key once.Key, until time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.used[key]; ok {
		return once.ErrUsed
	}
	s.used[key] = micros(until)
	return nil
}

// DeleteUsed implements [once.Store].
func (s *Once) DeleteUsed(_ context.Context, now time.Time, limit int) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for key, until := range s.used {
		if n >= limit {
			break
		}
		if !until.After(now) {
			delete(s.used, key)
			n++
		}
	}
	return n, nil
}
