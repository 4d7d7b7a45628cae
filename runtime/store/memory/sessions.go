package memory

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/authgen-go/authgen/runtime/account"
	"github.com/authgen-go/authgen/runtime/session"
)

// Sessions is a [session.Storage]. It is safe for concurrent use. It grows with
// the sessions that are made and shrinks when they end or are swept.
type Sessions[ID comparable, U session.Account] struct {
	lookup func(ctx context.Context, id ID) (U, error)

	mu     sync.RWMutex
	byHash map[session.Hash]*session.Session[ID]
	byUser map[ID]map[string]session.Hash // by the id of the session
}

var _ session.Storage[int64, account.User[int64, string]] = (*Sessions[int64, account.User[int64, string]])(nil)

// NewSessions returns an empty storage. It calls lookup, without a lock held,
// whenever a session is found: users may live elsewhere, and what has become of
// them holds at once. A user that does not exist is [account.ErrNotFound] or
// [session.ErrNotFound].
func NewSessions[ID comparable, U session.Account](lookup func(ctx context.Context, id ID) (U, error)) *Sessions[ID, U] {
	return &Sessions[ID, U]{
		lookup: lookup,
		byHash: make(map[session.Hash]*session.Session[ID]),
		byUser: make(map[ID]map[string]session.Hash),
	}
}

// Create implements [session.Store].
func (s *Sessions[ID, U]) Create(ctx context.Context, row session.Session[ID], hash session.Hash) error {
	if _, err := s.user(ctx, row.UserID); err != nil {
		return err
	}
	canonical(&row)
	s.mu.Lock()
	defer s.mu.Unlock()
	own := s.byUser[row.UserID]
	_, known := own[row.ID]
	if _, taken := s.byHash[hash]; taken || known {
		return fmt.Errorf("create session: %q exists", row.ID)
	}
	if own == nil {
		own = make(map[string]session.Hash)
		s.byUser[row.UserID] = own
	}
	s.byHash[hash], own[row.ID] = &row, hash
	return nil
}

// Find implements [session.Store].
func (s *Sessions[ID, U]) Find(ctx context.Context, hash session.Hash) (session.Session[ID], U, error) {
	row, ok := s.row(hash)
	if !ok {
		var none U
		return session.Session[ID]{}, none, session.ErrNotFound
	}
	user, err := s.user(ctx, row.UserID)
	if err != nil {
		return session.Session[ID]{}, user, err
	}
	return row, user, nil
}

func (s *Sessions[ID, U]) row(hash session.Hash) (session.Session[ID], bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	row, ok := s.byHash[hash]
	if !ok {
		return session.Session[ID]{}, false
	}
	return *row, true
}

// user looks a user up and drops the sessions of one who is gone.
func (s *Sessions[ID, U]) user(ctx context.Context, id ID) (U, error) {
	user, err := s.lookup(ctx, id)
	if errors.Is(err, account.ErrNotFound) || errors.Is(err, session.ErrNotFound) {
		s.drop(id, "")
		return user, session.ErrNotFound
	}
	return user, err
}

// Rotate implements [session.Store].
func (s *Sessions[ID, U]) Rotate(_ context.Context, old, next session.Hash, userVersion int64, at time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	row, ok := s.byHash[old]
	if !ok {
		return session.ErrNotFound
	}
	if _, taken := s.byHash[next]; taken {
		return fmt.Errorf("rotate session %q: the new token exists", row.ID)
	}
	row.UserVersion, row.AuthenticatedAt = userVersion, micros(at)
	if row.LastSeenAt.Before(row.AuthenticatedAt) {
		row.LastSeenAt = row.AuthenticatedAt
	}
	delete(s.byHash, old)
	s.byHash[next], s.byUser[row.UserID][row.ID] = row, next
	return nil
}

// Touch implements [session.Store].
func (s *Sessions[ID, U]) Touch(_ context.Context, touches []session.Touch) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range touches {
		if row, ok := s.byHash[t.Hash]; ok && row.LastSeenAt.Before(t.SeenAt) {
			row.LastSeenAt = micros(t.SeenAt)
		}
	}
	return nil
}

// Delete implements [session.Store].
func (s *Sessions[ID, U]) Delete(_ context.Context, hash session.Hash) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.remove(hash)
	return nil
}

// remove ends the session of hash, if there is one. The lock is held.
func (s *Sessions[ID, U]) remove(hash session.Hash) {
	row, ok := s.byHash[hash]
	if !ok {
		return
	}
	delete(s.byHash, hash)
	own := s.byUser[row.UserID]
	delete(own, row.ID)
	if len(own) == 0 {
		delete(s.byUser, row.UserID)
	}
}

func canonical[ID comparable](row *session.Session[ID]) {
	row.CreatedAt, row.AuthenticatedAt = micros(row.CreatedAt), micros(row.AuthenticatedAt)
	row.LastSeenAt, row.ExpiresAt = micros(row.LastSeenAt), micros(row.ExpiresAt)
}

func micros(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }
