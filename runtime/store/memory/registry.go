package memory

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/authgen-go/authgen/runtime/session"
)

// List implements [session.Registry].
func (s *Sessions[ID, U]) List(ctx context.Context, user ID) ([]session.Session[ID], error) {
	_, err := s.user(ctx, user)
	if err != nil && !errors.Is(err, session.ErrNotFound) {
		return nil, err
	}
	list := s.of(user)
	slices.SortFunc(list, func(a, b session.Session[ID]) int {
		return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	return list, nil
}

func (s *Sessions[ID, U]) of(user ID) []session.Session[ID] {
	s.mu.RLock()
	defer s.mu.RUnlock()
	list := make([]session.Session[ID], 0, len(s.byUser[user]))
	for _, hash := range s.byUser[user] {
		list = append(list, *s.byHash[hash])
	}
	return list
}

// DeleteByID implements [session.Registry].
func (s *Sessions[ID, U]) DeleteByID(_ context.Context, user ID, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	hash, ok := s.byUser[user][id]
	if !ok {
		return session.ErrNotFound
	}
	s.remove(hash)
	return nil
}

// DeleteByUser implements [session.Registry].
func (s *Sessions[ID, U]) DeleteByUser(_ context.Context, user ID, exceptID string) (int, error) {
	return s.drop(user, exceptID), nil
}

func (s *Sessions[ID, U]) drop(user ID, exceptID string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for id, hash := range s.byUser[user] {
		if id != exceptID {
			s.remove(hash)
			n++
		}
	}
	return n
}

// DeleteExpired implements [session.Registry]. Requests wait only while what was
// found is removed.
func (s *Sessions[ID, U]) DeleteExpired(_ context.Context, cutoffs session.Cutoffs, limit int) (int, error) {
	over := func(row *session.Session[ID]) bool {
		idleSince := cutoffs.IdleSince
		if row.Remembered {
			idleSince = cutoffs.RememberedIdleSince
		}
		return !row.ExpiresAt.After(cutoffs.ExpiredAt) || !row.LastSeenAt.After(idleSince)
	}
	found := s.search(over, limit)
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, hash := range found {
		// It may have been seen again, or ended, since it was found.
		if row, ok := s.byHash[hash]; ok && over(row) {
			s.remove(hash)
			n++
		}
	}
	return n, nil
}

func (s *Sessions[ID, U]) search(over func(*session.Session[ID]) bool, limit int) []session.Hash {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var found []session.Hash
	for hash, row := range s.byHash {
		if len(found) >= limit {
			break
		}
		if over(row) {
			found = append(found, hash)
		}
	}
	return found
}
