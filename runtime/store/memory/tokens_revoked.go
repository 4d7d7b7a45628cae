package memory

import (
	"context"
	"errors"
	"time"

	"github.com/authgen-go/authgen/runtime/refresh"
	"github.com/authgen-go/authgen/runtime/revocation"
)

// Check implements [revocation.Store].
func (s *Tokens[ID, U]) Check(ctx context.Context, user ID, family, id string) (revocation.State[U], error) {
	u, err := s.user(ctx, user)
	if errors.Is(err, refresh.ErrNotFound) {
		return revocation.State[U]{}, revocation.ErrNotFound
	}
	if err != nil {
		return revocation.State[U]{}, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	_, revoked := s.revoked[id]
	return revocation.State[U]{User: u, Revoked: revoked, FamilyGone: family != "" && !s.has(user, family)}, nil
}

// has reports whether user has a family. The lock is held.
func (s *Tokens[ID, U]) has(user ID, family string) bool {
	id, err := refresh.ParseID(family)
	_, ok := s.byUser[user][id]
	return ok && err == nil
}

// Revoke implements [revocation.Store].
func (s *Tokens[ID, U]) Revoke(_ context.Context, id string, until time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if old, ok := s.revoked[id]; !ok || old.Before(until) {
		s.revoked[id] = micros(until)
	}
	return nil
}

// DeleteRevoked implements [revocation.Store]. Requests wait only while what was
// found is removed.
func (s *Tokens[ID, U]) DeleteRevoked(_ context.Context, now time.Time, limit int) (int, error) {
	found := s.ended(now, limit)
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, id := range found {
		// It may have been revoked for longer, or swept, since it was found.
		if until, ok := s.revoked[id]; ok && !until.After(now) {
			delete(s.revoked, id)
			n++
		}
	}
	return n, nil
}

func (s *Tokens[ID, U]) ended(now time.Time, limit int) []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var found []string
	for id, until := range s.revoked {
		if len(found) >= limit {
			break
		}
		if !until.After(now) {
			found = append(found, id)
		}
	}
	return found
}
