package memory

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/authgen-go/authgen/runtime/apikey"
)

// List implements [apikey.Registry].
func (s *APIKeys[ID, S, U]) List(ctx context.Context, owner ID) ([]apikey.Key[ID, S], error) {
	_, err := s.owner(ctx, owner)
	if err != nil && !errors.Is(err, apikey.ErrNotFound) {
		return nil, err
	}
	list := s.of(owner)
	slices.SortFunc(list, func(a, b apikey.Key[ID, S]) int {
		return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	return list, nil
}

func (s *APIKeys[ID, S, U]) of(owner ID) []apikey.Key[ID, S] {
	s.mu.RLock()
	defer s.mu.RUnlock()
	list := make([]apikey.Key[ID, S], 0, len(s.byOwner[owner]))
	for _, row := range s.byOwner[owner] {
		list = append(list, privateKey(row.Key))
	}
	return list
}

// Expiring implements [apikey.Registry]. It looks at every key.
func (s *APIKeys[ID, S, U]) Expiring(_ context.Context, after apikey.Position, until time.Time, limit int) ([]apikey.Key[ID, S], error) {
	list := s.between(after, until)
	slices.SortFunc(list, func(a, b apikey.Key[ID, S]) int { return position(a.ExpiresAt, a.ID, b.ExpiresAt, b.ID) })
	return list[:min(limit, len(list))], nil
}

func (s *APIKeys[ID, S, U]) between(after apikey.Position, until time.Time) []apikey.Key[ID, S] {
	at, until := micros(after.ExpiresAt), micros(until)
	s.mu.RLock()
	defer s.mu.RUnlock()
	list := []apikey.Key[ID, S]{}
	for _, row := range s.byID {
		if !row.Retiring() && !row.ExpiresAt.After(until) && position(row.ExpiresAt, row.ID, at, after.ID) > 0 {
			list = append(list, privateKey(row.Key))
		}
	}
	return list
}

func position(a time.Time, aID string, b time.Time, bID string) int {
	return cmp.Or(a.Compare(b), cmp.Compare(aID, bID))
}

// Revoke implements [apikey.Registry].
func (s *APIKeys[ID, S, U]) Revoke(_ context.Context, owner ID, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	row, ok := s.byOwner[owner][id]
	if !ok {
		return apikey.ErrNotFound
	}
	s.remove(row)
	return nil
}

// RevokeAll implements [apikey.Registry].
func (s *APIKeys[ID, S, U]) RevokeAll(_ context.Context, owner ID) (int, error) {
	return s.drop(owner), nil
}

func (s *APIKeys[ID, S, U]) drop(owner ID) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, row := range s.byOwner[owner] {
		s.remove(row)
		n++
	}
	return n
}

// DeleteExpired implements [apikey.Registry]. Requests wait only while what was
// found is removed.
func (s *APIKeys[ID, S, U]) DeleteExpired(_ context.Context, now time.Time, limit int) (int, error) {
	found := s.expired(now, limit)
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, id := range found {
		if row, ok := s.byID[id]; ok { // it may have been revoked since it was found
			s.remove(row)
			n++
		}
	}
	return n, nil
}

func (s *APIKeys[ID, S, U]) expired(now time.Time, limit int) []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var found []string
	for id, row := range s.byID {
		if len(found) >= limit {
			break
		}
		if !row.ExpiresAt.After(now) {
			found = append(found, id)
		}
	}
	return found
}
