package memory

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/authgen-go/authgen/runtime/account"
)

// Users is an [account.Storage]. It is safe for concurrent use.
type Users[ID comparable, R ~string] struct {
	newID func() ID

	mu      sync.RWMutex
	byID    map[ID]*account.Record[ID, R]
	byEmail map[string]ID
}

var _ account.Storage[int64, string] = (*Users[int64, string])(nil)

// NewUsers returns an empty storage. It calls newID, with a lock held, for an
// account that is created without an id; newID may be nil if there is none such.
func NewUsers[ID comparable, R ~string](newID func() ID) *Users[ID, R] {
	return &Users[ID, R]{
		newID:   newID,
		byID:    make(map[ID]*account.Record[ID, R]),
		byEmail: make(map[string]ID),
	}
}

// Create implements [account.Store].
func (s *Users[ID, R]) Create(_ context.Context, r account.Record[ID, R]) (account.User[ID, R], error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.create(r)
}

// create adds an account. The lock is held.
func (s *Users[ID, R]) create(r account.Record[ID, R]) (account.User[ID, R], error) {
	if _, taken := s.byEmail[r.Email]; taken {
		return account.User[ID, R]{}, account.ErrEmailTaken
	}
	var none ID
	if r.ID == none {
		if s.newID == nil {
			return account.User[ID, R]{}, errors.New("create account: it has no id, and there is nothing to make one")
		}
		r.ID = s.newID()
	}
	if _, taken := s.byID[r.ID]; taken {
		return account.User[ID, R]{}, fmt.Errorf("create account: id %v exists", r.ID)
	}
	r.Roles = slices.Clone(r.Roles)
	r.Disabled, r.Version = false, 1
	r.CreatedAt = r.CreatedAt.UTC().Truncate(time.Microsecond)
	s.byID[r.ID], s.byEmail[r.Email] = &r, r.ID
	return private(r.User), nil
}

// ByEmail implements [account.Store].
func (s *Users[ID, R]) ByEmail(_ context.Context, email string) (account.Record[ID, R], error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if id, ok := s.byEmail[email]; ok {
		return s.record(id)
	}
	return account.Record[ID, R]{}, account.ErrNotFound
}

// ByID implements [account.Store].
func (s *Users[ID, R]) ByID(_ context.Context, id ID) (account.Record[ID, R], error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.record(id)
}

// User returns the account without its secret. It is what [NewSessions] wants.
func (s *Users[ID, R]) User(ctx context.Context, id ID) (account.User[ID, R], error) {
	r, err := s.ByID(ctx, id)
	return r.User, err
}

func (s *Users[ID, R]) record(id ID) (account.Record[ID, R], error) {
	r, ok := s.byID[id]
	if !ok {
		return account.Record[ID, R]{}, account.ErrNotFound
	}
	return account.Record[ID, R]{User: private(r.User), PasswordHash: r.PasswordHash}, nil
}

// private gives u slices of its own.
func private[ID comparable, R ~string](u account.User[ID, R]) account.User[ID, R] {
	u.Roles = slices.Clone(u.Roles)
	return u
}

// ChangePassword implements [account.Store].
func (s *Users[ID, R]) ChangePassword(_ context.Context, id ID, oldHash, newHash string) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.byID[id]
	if !ok || r.PasswordHash != oldHash {
		return 0, account.ErrNotFound
	}
	r.PasswordHash = newHash
	r.Version++
	return r.Version, nil
}

// UpgradeHash implements [account.Store].
func (s *Users[ID, R]) UpgradeHash(_ context.Context, id ID, oldHash, newHash string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r, ok := s.byID[id]; ok && r.PasswordHash == oldHash {
		r.PasswordHash = newHash
	}
	return nil
}

// SetRoles implements [account.Lifecycle].
func (s *Users[ID, R]) SetRoles(_ context.Context, id ID, roles []R) error {
	return s.update(id, func(r *account.Record[ID, R]) { r.Roles = slices.Clone(roles) })
}

// SetDisabled implements [account.Lifecycle].
func (s *Users[ID, R]) SetDisabled(_ context.Context, id ID, disabled bool) error {
	return s.update(id, func(r *account.Record[ID, R]) {
		r.Disabled = disabled
		if disabled {
			r.Version++
		}
	})
}

// SignOutEverywhere implements [account.Lifecycle].
func (s *Users[ID, R]) SignOutEverywhere(_ context.Context, id ID) error {
	return s.update(id, func(r *account.Record[ID, R]) { r.Version++ })
}

func (s *Users[ID, R]) update(id ID, change func(*account.Record[ID, R])) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.byID[id]
	if !ok {
		return account.ErrNotFound
	}
	change(r)
	return nil
}

// Delete implements [account.Lifecycle].
func (s *Users[ID, R]) Delete(_ context.Context, id ID) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.byID[id]
	if !ok {
		return account.ErrNotFound
	}
	delete(s.byEmail, r.Email)
	delete(s.byID, id)
	return nil
}
