package memory

import (
	"context"
	"time"

	"github.com/authgen-go/authgen/runtime/refresh"
)

// EndByID implements [refresh.Registry].
func (s *Tokens[ID, U]) EndByID(_ context.Context, user ID, id refresh.ID) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.byUser[user][id]; !ok {
		return refresh.ErrNotFound
	}
	s.remove(id)
	return nil
}

// EndByUser implements [refresh.Registry].
func (s *Tokens[ID, U]) EndByUser(_ context.Context, user ID, except refresh.ID) (int, error) {
	return s.drop(user, except), nil
}

func (s *Tokens[ID, U]) drop(user ID, except refresh.ID) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for id := range s.byUser[user] {
		if id != except {
			s.remove(id)
			n++
		}
	}
	return n
}

// DeleteExpired implements [refresh.Registry]. Requests wait only while what was
// found is removed.
func (s *Tokens[ID, U]) DeleteExpired(_ context.Context, expired, idleSince time.Time, limit int) (int, error) {
	over := func(f *refresh.Family[ID]) bool { return !f.ExpiresAt.After(expired) || !f.LastUsedAt.After(idleSince) }
	found := s.search(over, limit)
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, id := range found {
		// It may have been refreshed, or ended, since it was found.
		if f, ok := s.byID[id]; ok && over(f) {
			s.remove(id)
			n++
		}
	}
	return n, nil
}

func (s *Tokens[ID, U]) search(over func(*refresh.Family[ID]) bool, limit int) []refresh.ID {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var found []refresh.ID
	for id, f := range s.byID {
		if len(found) >= limit {
			break
		}
		if over(f) {
			found = append(found, id)
		}
	}
	return found
}
