package identity

import (
	"context"
	"errors"

	"github.com/authgen-go/authgen/runtime/audit"
)

// Link gives a user, who has just proved who they are, another way to log in. It returns
// [ErrTaken] if the account at the provider, or another one of the same provider, is
// linked; a user who links the same again is told so too; and authn.ErrStrategyRetired from
// Config.Sunset on.
func (s *Service[ID, R]) Link(ctx context.Context, user ID, login Login) error {
	e := audit.Event{Type: audit.IdentityLinked, Actor: text(user), Target: login.Provider}
	i, err := s.identity(login)
	if err == nil {
		err = s.retired()
	}
	if err == nil {
		i.UserID = user
		err = s.change(ctx, "link identity", e, func(ctx context.Context) error { return s.cfg.Store.Link(ctx, i) })
	}
	if errors.Is(err, ErrNotFound) {
		err = ErrDisabled // the user is gone
	}
	return s.concludeFailure(ctx, e, err)
}

// Unlink takes a way to log in away from a user. It returns [ErrNotLinked] if there is
// none of that provider, and [ErrLastWayIn] if the user has no other.
func (s *Service[ID, R]) Unlink(ctx context.Context, user ID, provider string) error {
	e := audit.Event{Type: audit.IdentityUnlinked, Actor: text(user), Target: provider}
	err := s.change(ctx, "unlink identity", e, func(ctx context.Context) error { return s.cfg.Store.Unlink(ctx, user, provider) })
	if errors.Is(err, ErrNotFound) {
		err = ErrNotLinked
	}
	return s.concludeFailure(ctx, e, err)
}

// List returns the identities of a user, the oldest first.
func (s *Service[ID, R]) List(ctx context.Context, user ID) (list []Identity[ID], err error) {
	err = s.ask(ctx, "list identities", func(ctx context.Context) (err error) {
		list, err = s.cfg.Store.List(ctx, user)
		return err
	})
	return list, err
}

// SetTokens keeps what a provider gave with an identity, sealed by the caller.
func (s *Service[ID, R]) SetTokens(ctx context.Context, provider, subject string, sealed []byte) error {
	return s.ask(ctx, "keep tokens of a provider", func(ctx context.Context) error {
		return s.cfg.Store.SetTokens(ctx, provider, subject, sealed)
	})
}

// Tokens returns what [Service.SetTokens] kept, and the subject that it belongs to, or
// [ErrNotLinked].
func (s *Service[ID, R]) Tokens(ctx context.Context, user ID, provider string) (subject string, sealed []byte, err error) {
	err = s.ask(ctx, "find tokens of a provider", func(ctx context.Context) (err error) {
		subject, sealed, err = s.cfg.Store.Tokens(ctx, user, provider)
		return err
	})
	if errors.Is(err, ErrNotFound) {
		err = ErrNotLinked
	}
	return subject, sealed, err
}
