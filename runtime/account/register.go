package account

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/password"
)

// A NewUser is an account to be made by [Service.Create]. It prints without what
// it holds.
type NewUser[R ~string] struct {
	Email string
	// Password may be empty: nobody can then sign in with a password.
	Password string `json:"-"`
	// PasswordHash is in place of Password: a hash that was made elsewhere, as where
	// accounts come from another application, of a kind that password.Readable knows. What
	// it was made from is not judged. It is replaced when its owner logs in, unless it is
	// as new ones are.
	PasswordHash string `json:"-"`
	Roles        []R
}

// Format implements [fmt.Formatter].
func (u NewUser[R]) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, "new user") // a fmt.State keeps its own error
}

// Register makes an account for somebody who asks for one, with the default role.
// It returns [ErrInvalidEmail], a problem derived from password.ErrWeak,
// [ErrEmailTaken], password.ErrBusy, or an error that is no verdict. An address or
// a password that is refused costs no hash.
func (s *Service[ID, R]) Register(ctx context.Context, email, password string) (User[ID, R], error) {
	u, err := s.register(ctx, email, password)
	return u, s.refused(ctx, email, err)
}

func (s *Service[ID, R]) register(ctx context.Context, email, password string) (User[ID, R], error) {
	canonical, err := CanonicalEmail(email)
	if err != nil {
		return User[ID, R]{}, err
	}
	if err := s.fit(ctx, password, canonical); err != nil {
		return User[ID, R]{}, err
	}
	return s.create(ctx, canonical, password, []R{s.cfg.DefaultRole}, audit.ItsID)
}

// Create makes an account from Go, under the rules of [Service.Register]. Roles
// are taken without repeats, and none is added.
func (s *Service[ID, R]) Create(ctx context.Context, n NewUser[R]) (User[ID, R], error) {
	roles, err := canonicalRoles(n.Roles)
	if err != nil {
		return User[ID, R]{}, err
	}
	u, err := s.createNew(ctx, n, roles)
	return u, s.refused(ctx, n.Email, err)
}

func (s *Service[ID, R]) createNew(ctx context.Context, n NewUser[R], roles []R) (User[ID, R], error) {
	canonical, err := CanonicalEmail(n.Email)
	if err != nil {
		return User[ID, R]{}, err
	}
	if n.PasswordHash != "" {
		if n.Password != "" {
			return User[ID, R]{}, errors.New("a password and a hash are given: which is meant?")
		}
		if err := password.Readable(n.PasswordHash); err != nil {
			return User[ID, R]{}, err
		}
		return s.store(ctx, canonical, n.PasswordHash, roles, "")
	}
	if n.Password != "" {
		if err := s.fit(ctx, n.Password, canonical); err != nil {
			return User[ID, R]{}, err
		}
	}
	return s.create(ctx, canonical, n.Password, roles, "")
}

// refused records that an account was not made, which is named by the pseudonym of its
// address, and returns why.
func (s *Service[ID, R]) refused(ctx context.Context, email string, err error) error {
	return s.concludeFailure(ctx, audit.Event{Type: audit.UserRegistered, Target: s.pseudonym(email)}, err)
}

// create stores an account whose address, password and roles are fit for it.
func (s *Service[ID, R]) create(ctx context.Context, canonical, password string, roles []R, actor string) (User[ID, R], error) {
	if password == "" {
		return s.store(ctx, canonical, "", roles, actor)
	}
	hash, err := s.hash(ctx, password)
	if err != nil {
		return User[ID, R]{}, err
	}
	return s.store(ctx, canonical, hash, roles, actor)
}

// store makes the account, as somebody's doing: its own or, from Go, nobody's.
func (s *Service[ID, R]) store(ctx context.Context, canonical, hash string, roles []R, actor string) (u User[ID, R], err error) {
	r := Record[ID, R]{PasswordHash: hash, User: User[ID, R]{
		Email: canonical, Roles: roles, CreatedAt: s.cfg.Now().UTC().Truncate(time.Microsecond),
	}}
	if s.cfg.NewID != nil {
		if r.ID, err = s.cfg.NewID(); err != nil {
			return u, fmt.Errorf("make id of account: %w", err)
		}
	}
	e := audit.Event{Type: audit.UserRegistered, Actor: actor, Target: audit.ItsID}
	err = s.make(ctx, e, func(ctx context.Context) error {
		return s.ask(ctx, "create account", func(ctx context.Context) (err error) {
			if u, err = s.cfg.Store.Create(ctx, r); err == nil {
				audit.Identify(ctx, u.ID)
			}
			return err
		})
	})
	return u, err
}

func (s *Service[ID, R]) hash(ctx context.Context, password string) (string, error) {
	hash, err := s.cfg.Hasher.Hash(ctx, password)
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return hash, nil
}

// canonicalRoles sorts roles and drops repeats. A role that a text column could
// not hold is a mistake of the program, not of a client.
func canonicalRoles[R ~string](roles []R) ([]R, error) {
	for _, role := range roles {
		if role == "" || strings.ContainsFunc(string(role), notInRole) {
			return nil, errors.New("a role is empty or has other than printable characters in it")
		}
	}
	roles = slices.Clone(roles)
	slices.Sort(roles)
	return slices.Compact(roles), nil
}

func notInRole(r rune) bool { return r <= ' ' || r > '~' }

// pseudonym stands in events for an address that has no account, or that somebody
// merely claims.
func (s *Service[ID, R]) pseudonym(email string) string {
	if canonical, err := CanonicalEmail(email); err == nil {
		email = canonical
	}
	return s.cfg.Pseudonym.Of(email)
}
