package memory

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/authgen-go/authgen/runtime/account"
	"github.com/authgen-go/authgen/runtime/refresh"
	"github.com/authgen-go/authgen/runtime/revocation"
)

// Tokens is a [refresh.Storage] and a [revocation.Store]. It is safe for concurrent
// use. It grows with the logins that are made and the access tokens that are revoked,
// and shrinks when those end or are swept.
type Tokens[ID comparable, U refresh.Account] struct {
	lookup func(ctx context.Context, id ID) (U, error)

	mu      sync.RWMutex
	byID    map[refresh.ID]*refresh.Family[ID]
	byUser  map[ID]map[refresh.ID]struct{}
	revoked map[string]time.Time // until when, by the id of the token
}

var (
	_ refresh.Storage[int64, account.User[int64, string]]  = (*Tokens[int64, account.User[int64, string]])(nil)
	_ revocation.Store[int64, account.User[int64, string]] = (*Tokens[int64, account.User[int64, string]])(nil)
)

// NewTokens returns an empty storage. It calls lookup, without a lock held, whenever
// a family is found or an access token checked: users may live elsewhere, and what has
// become of them holds at once. A user that does not exist is [account.ErrNotFound],
// [refresh.ErrNotFound] or [revocation.ErrNotFound].
func NewTokens[ID comparable, U refresh.Account](lookup func(ctx context.Context, id ID) (U, error)) *Tokens[ID, U] {
	return &Tokens[ID, U]{
		lookup:  lookup,
		byID:    make(map[refresh.ID]*refresh.Family[ID]),
		byUser:  make(map[ID]map[refresh.ID]struct{}),
		revoked: make(map[string]time.Time),
	}
}

// Create implements [refresh.Store].
func (s *Tokens[ID, U]) Create(ctx context.Context, f refresh.Family[ID]) error {
	if _, err := s.user(ctx, f.UserID); err != nil {
		return err
	}
	f.CreatedAt, f.AuthenticatedAt, f.RotatedAt = micros(f.CreatedAt), micros(f.AuthenticatedAt), micros(f.RotatedAt)
	f.LastUsedAt, f.ExpiresAt = micros(f.LastUsedAt), micros(f.ExpiresAt)
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, taken := s.byID[f.ID]; taken {
		return fmt.Errorf("create family: %v exists", f.ID)
	}
	own := s.byUser[f.UserID]
	if own == nil {
		own = make(map[refresh.ID]struct{})
		s.byUser[f.UserID] = own
	}
	s.byID[f.ID], own[f.ID] = &f, struct{}{}
	return nil
}

// Find implements [refresh.Store].
func (s *Tokens[ID, U]) Find(ctx context.Context, id refresh.ID) (refresh.Family[ID], U, error) {
	f, ok := s.family(id)
	if !ok {
		var none U
		return refresh.Family[ID]{}, none, refresh.ErrNotFound
	}
	user, err := s.user(ctx, f.UserID)
	if err != nil {
		return refresh.Family[ID]{}, user, err
	}
	return f, user, nil
}

func (s *Tokens[ID, U]) family(id refresh.ID) (refresh.Family[ID], bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	f, ok := s.byID[id]
	if !ok {
		return refresh.Family[ID]{}, false
	}
	return *f, true
}

// user looks a user up and drops the families of one who is gone.
func (s *Tokens[ID, U]) user(ctx context.Context, id ID) (U, error) {
	user, err := s.lookup(ctx, id)
	if errors.Is(err, account.ErrNotFound) || errors.Is(err, refresh.ErrNotFound) || errors.Is(err, revocation.ErrNotFound) {
		s.drop(id, refresh.ID{})
		return user, refresh.ErrNotFound
	}
	return user, err
}

// Advance implements [refresh.Store].
func (s *Tokens[ID, U]) Advance(_ context.Context, id refresh.ID, from int64, at time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, ok := s.byID[id]
	if !ok || f.Counter != from {
		return refresh.ErrNotFound
	}
	f.Counter++
	f.RotatedAt, f.LastUsedAt = micros(at), micros(at)
	return nil
}

// Adopt implements [refresh.Store].
func (s *Tokens[ID, U]) Adopt(_ context.Context, user ID, id refresh.ID, version int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.byUser[user][id]; !ok {
		return refresh.ErrNotFound
	}
	s.byID[id].UserVersion = version
	return nil
}

// End implements [refresh.Store].
func (s *Tokens[ID, U]) End(_ context.Context, id refresh.ID) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.remove(id)
	return nil
}

// remove ends a family, if there is one. The lock is held.
func (s *Tokens[ID, U]) remove(id refresh.ID) {
	f, ok := s.byID[id]
	if !ok {
		return
	}
	delete(s.byID, id)
	own := s.byUser[f.UserID]
	delete(own, id)
	if len(own) == 0 {
		delete(s.byUser, f.UserID)
	}
}
