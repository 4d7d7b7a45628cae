package memory

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/authgen-go/authgen/runtime/account"
	"github.com/authgen-go/authgen/runtime/apikey"
)

// APIKeys is an [apikey.Storage]. It is safe for concurrent use. It grows with the
// keys that are made and shrinks when they are revoked or swept.
type APIKeys[ID comparable, S ~string, U apikey.Owner] struct {
	lookup func(ctx context.Context, id ID) (U, error)

	mu      sync.RWMutex
	byHash  map[apikey.Hash]*apikey.Record[ID, S]
	byID    map[string]*apikey.Record[ID, S]
	byOwner map[ID]map[string]*apikey.Record[ID, S] // by the id of the key
}

var _ apikey.Storage[int64, string, account.User[int64, string]] = (*APIKeys[int64, string, account.User[int64, string]])(nil)

// NewAPIKeys returns an empty storage. It calls lookup, without a lock held,
// whenever a key is found: owners may live elsewhere, and what has become of them
// holds at once. An owner that does not exist is [account.ErrNotFound] or
// [apikey.ErrNotFound].
func NewAPIKeys[ID comparable, S ~string, U apikey.Owner](lookup func(ctx context.Context, id ID) (U, error)) *APIKeys[ID, S, U] {
	return &APIKeys[ID, S, U]{
		lookup:  lookup,
		byHash:  make(map[apikey.Hash]*apikey.Record[ID, S]),
		byID:    make(map[string]*apikey.Record[ID, S]),
		byOwner: make(map[ID]map[string]*apikey.Record[ID, S]),
	}
}

// Create implements [apikey.Store].
func (s *APIKeys[ID, S, U]) Create(ctx context.Context, r apikey.Record[ID, S], limit int) error {
	if _, err := s.owner(ctx, r.OwnerID); err != nil {
		return err
	}
	r = storedKey(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	active := 0
	for _, row := range s.byOwner[r.OwnerID] {
		if !row.Retiring() && row.ExpiresAt.After(r.CreatedAt) {
			active++
		}
	}
	if active >= limit {
		return apikey.ErrTooMany
	}
	return s.add(&r)
}

// Find implements [apikey.Store].
func (s *APIKeys[ID, S, U]) Find(ctx context.Context, hash apikey.Hash) (apikey.Record[ID, S], U, error) {
	row, ok := s.row(hash)
	if !ok {
		var none U
		return apikey.Record[ID, S]{}, none, apikey.ErrNotFound
	}
	owner, err := s.owner(ctx, row.OwnerID)
	if err != nil {
		return apikey.Record[ID, S]{}, owner, err
	}
	return row, owner, nil
}

func (s *APIKeys[ID, S, U]) row(hash apikey.Hash) (apikey.Record[ID, S], bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	row, ok := s.byHash[hash]
	if !ok {
		return apikey.Record[ID, S]{}, false
	}
	return apikey.Record[ID, S]{Key: privateKey(row.Key), Hash: row.Hash}, true
}

// owner looks an owner up and drops the keys of one who is gone.
func (s *APIKeys[ID, S, U]) owner(ctx context.Context, id ID) (U, error) {
	owner, err := s.lookup(ctx, id)
	if errors.Is(err, account.ErrNotFound) || errors.Is(err, apikey.ErrNotFound) {
		s.drop(id)
		return owner, apikey.ErrNotFound
	}
	return owner, err
}

// Rotate implements [apikey.Store].
func (s *APIKeys[ID, S, U]) Rotate(ctx context.Context, owner ID, id string, next apikey.Record[ID, S], oldEndsAt time.Time) (apikey.Key[ID, S], error) {
	if _, err := s.owner(ctx, owner); err != nil {
		return apikey.Key[ID, S]{}, err
	}
	next = storedKey(next)
	s.mu.Lock()
	defer s.mu.Unlock()
	old, ok := s.byOwner[owner][id]
	if !ok || old.Retiring() || !old.ExpiresAt.After(next.CreatedAt) {
		return apikey.Key[ID, S]{}, apikey.ErrNotFound
	}
	next.OwnerID, next.Name, next.Scopes = owner, old.Name, slices.Clone(old.Scopes)
	if err := s.add(&next); err != nil {
		return apikey.Key[ID, S]{}, err
	}
	old.RotatedAt = next.CreatedAt
	if end := micros(oldEndsAt); end.Before(old.ExpiresAt) {
		old.ExpiresAt = end
	}
	return privateKey(next.Key), nil
}

// Touch implements [apikey.Store].
func (s *APIKeys[ID, S, U]) Touch(_ context.Context, touches []apikey.Touch) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range touches {
		used := micros(t.UsedAt)
		if row, ok := s.byID[t.KeyID]; ok && row.LastUsedAt.Before(used) {
			row.LastUsedAt, row.LastUsedAddr = used, t.Addr
		}
	}
	return nil
}

// RevokeByHash implements [apikey.Store].
func (s *APIKeys[ID, S, U]) RevokeByHash(_ context.Context, hash apikey.Hash) (apikey.Key[ID, S], error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	row, ok := s.byHash[hash]
	if !ok {
		return apikey.Key[ID, S]{}, apikey.ErrNotFound
	}
	s.remove(row)
	return privateKey(row.Key), nil
}

// add stores a row that is fit for it. The lock is held.
func (s *APIKeys[ID, S, U]) add(row *apikey.Record[ID, S]) error {
	_, sameID := s.byID[row.ID]
	if _, sameHash := s.byHash[row.Hash]; sameHash || sameID {
		return fmt.Errorf("create API key: %q exists", row.ID)
	}
	own := s.byOwner[row.OwnerID]
	if own == nil {
		own = make(map[string]*apikey.Record[ID, S])
		s.byOwner[row.OwnerID] = own
	}
	s.byHash[row.Hash], s.byID[row.ID], own[row.ID] = row, row, row
	return nil
}

// remove ends a key. The lock is held.
func (s *APIKeys[ID, S, U]) remove(row *apikey.Record[ID, S]) {
	delete(s.byHash, row.Hash)
	delete(s.byID, row.ID)
	own := s.byOwner[row.OwnerID]
	delete(own, row.ID)
	if len(own) == 0 {
		delete(s.byOwner, row.OwnerID)
	}
}

// storedKey is a record as a row holds it, with a slice of its own.
func storedKey[ID comparable, S ~string](r apikey.Record[ID, S]) apikey.Record[ID, S] {
	r.Key = privateKey(r.Key)
	r.CreatedAt, r.ExpiresAt = micros(r.CreatedAt), micros(r.ExpiresAt)
	r.RotatedAt, r.LastUsedAt = micros(r.RotatedAt), micros(r.LastUsedAt)
	return r
}

// privateKey gives k a slice of its own.
func privateKey[ID comparable, S ~string](k apikey.Key[ID, S]) apikey.Key[ID, S] {
	k.Scopes = append(make([]S, 0, len(k.Scopes)), k.Scopes...)
	return k
}
