package memory

import (
	"cmp"
	"context"
	"slices"

	"github.com/authgen-go/authgen/runtime/account"
	"github.com/authgen-go/authgen/runtime/identity"
)

// Identities is an [identity.Storage] over the accounts of a [Users]. It is safe for
// concurrent use.
type Identities[ID comparable, R ~string] struct {
	users *Users[ID, R] // whose lock guards these too
	rows  map[at]*linked[ID]
}

// at is an account at a provider.
type at struct{ provider, subject string }

type linked[ID comparable] struct {
	identity.Identity[ID]
	tokens []byte
}

var _ identity.Storage[int64, string] = (*Identities[int64, string])(nil)

// NewIdentities returns an empty storage. An account that is deleted from users takes
// its identities along.
func NewIdentities[ID comparable, R ~string](users *Users[ID, R]) *Identities[ID, R] {
	return &Identities[ID, R]{users: users, rows: make(map[at]*linked[ID])}
}

// Find implements [identity.Store].
func (s *Identities[ID, R]) Find(_ context.Context, provider, subject string) (account.User[ID, R], error) {
	s.users.mu.RLock()
	defer s.users.mu.RUnlock()
	row, ok := s.rows[at{provider, subject}]
	if !ok {
		return account.User[ID, R]{}, identity.ErrNotFound
	}
	return s.user(row.UserID)
}

// user is the account of id. The lock is held.
func (s *Identities[ID, R]) user(id ID) (account.User[ID, R], error) {
	r, err := s.users.record(id)
	if err != nil {
		return account.User[ID, R]{}, identity.ErrNotFound
	}
	return r.User, nil
}

// Create implements [identity.Store].
func (s *Identities[ID, R]) Create(_ context.Context, r account.Record[ID, R], i identity.Identity[ID]) (account.User[ID, R], error) {
	s.users.mu.Lock()
	defer s.users.mu.Unlock()
	if s.taken(i) {
		return account.User[ID, R]{}, identity.ErrTaken
	}
	user, err := s.users.create(r)
	if err != nil {
		return user, err
	}
	i.UserID = user.ID
	s.add(i)
	return user, nil
}

// Link implements [identity.Store].
func (s *Identities[ID, R]) Link(_ context.Context, i identity.Identity[ID]) error {
	s.users.mu.Lock()
	defer s.users.mu.Unlock()
	if _, err := s.user(i.UserID); err != nil {
		return err
	}
	if s.taken(i) {
		return identity.ErrTaken
	}
	s.add(i)
	return nil
}

// LinkVerified implements [identity.Store].
func (s *Identities[ID, R]) LinkVerified(_ context.Context, i identity.Identity[ID]) (account.User[ID, R], error) {
	s.users.mu.Lock()
	defer s.users.mu.Unlock()
	id, ok := s.users.byEmail[i.Email]
	if !ok || !slices.ContainsFunc(s.of(id), func(l *linked[ID]) bool { return l.Email == i.Email }) {
		return account.User[ID, R]{}, identity.ErrNotFound
	}
	i.UserID = id
	if s.taken(i) {
		return account.User[ID, R]{}, identity.ErrTaken
	}
	s.add(i)
	return s.user(id)
}

// taken reports whether an identity cannot be added: it is there and its user too, or
// its user has another of the provider. The lock is held.
func (s *Identities[ID, R]) taken(i identity.Identity[ID]) bool {
	if row, ok := s.rows[at{i.Provider, i.Subject}]; ok {
		if _, err := s.user(row.UserID); err == nil {
			return true
		}
	}
	var nobody ID
	return i.UserID != nobody && slices.ContainsFunc(s.of(i.UserID), func(l *linked[ID]) bool { return l.Provider == i.Provider })
}

func (s *Identities[ID, R]) add(i identity.Identity[ID]) {
	i.CreatedAt = micros(i.CreatedAt)
	s.rows[at{i.Provider, i.Subject}] = &linked[ID]{Identity: i}
}

// of lists the identities of a user, the oldest first. The lock is held.
func (s *Identities[ID, R]) of(user ID) []*linked[ID] {
	var list []*linked[ID]
	for _, row := range s.rows {
		if row.UserID == user {
			list = append(list, row)
		}
	}
	slices.SortFunc(list, func(a, b *linked[ID]) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.Provider, b.Provider))
	})
	return list
}

// List implements [identity.Registry].
func (s *Identities[ID, R]) List(_ context.Context, user ID) ([]identity.Identity[ID], error) {
	s.users.mu.RLock()
	defer s.users.mu.RUnlock()
	list := []identity.Identity[ID]{}
	if _, err := s.user(user); err != nil {
		return list, nil
	}
	for _, row := range s.of(user) {
		list = append(list, row.Identity)
	}
	return list, nil
}

// Unlink implements [identity.Registry].
func (s *Identities[ID, R]) Unlink(_ context.Context, user ID, provider string) error {
	s.users.mu.Lock()
	defer s.users.mu.Unlock()
	own := s.of(user)
	i := slices.IndexFunc(own, func(l *linked[ID]) bool { return l.Provider == provider })
	r, err := s.users.record(user)
	switch {
	case i < 0 || err != nil:
		return identity.ErrNotFound
	case len(own) == 1 && r.PasswordHash == "":
		return identity.ErrLastWayIn
	}
	delete(s.rows, at{provider, own[i].Subject})
	return nil
}

// SetTokens implements [identity.Registry].
func (s *Identities[ID, R]) SetTokens(_ context.Context, provider, subject string, sealed []byte) error {
	s.users.mu.Lock()
	defer s.users.mu.Unlock()
	row, ok := s.rows[at{provider, subject}]
	if !ok {
		return identity.ErrNotFound
	}
	row.tokens = slices.Clone(sealed)
	return nil
}

// Tokens implements [identity.Registry].
func (s *Identities[ID, R]) Tokens(_ context.Context, user ID, provider string) (string, []byte, error) {
	s.users.mu.RLock()
	defer s.users.mu.RUnlock()
	for _, row := range s.of(user) {
		if row.Provider == provider {
			return row.Subject, slices.Clone(row.tokens), nil
		}
	}
	return "", nil, identity.ErrNotFound
}
