package refresh

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
)

// Start begins a family for user, whom the caller has just authenticated, under
// version, the user's current one. The token is the family's first: it is returned
// this once. A user who does not exist is [ErrInactiveUser].
func (s *Service[UID, U]) Start(ctx context.Context, user UID, version int64) (Family[UID], string, error) {
	return s.StartFrom(ctx, user, version, s.now())
}

// StartFrom is [Service.Start] for a user who comes with a credential of another kind
// that stands for a login at authenticated: the family is as old as that login where it
// matters how recent one is.
func (s *Service[UID, U]) StartFrom(ctx context.Context, user UID, version int64, authenticated time.Time) (Family[UID], string, error) {
	now := s.now()
	if authenticated = canonical(authenticated); authenticated.After(now) {
		authenticated = now
	}
	f := Family[UID]{
		ID: newID(), UserID: user, UserVersion: version, Counter: 1,
		CreatedAt: now, AuthenticatedAt: authenticated, RotatedAt: now, LastUsedAt: now, ExpiresAt: canonical(now.Add(s.cfg.TTL)),
	}
	e := audit.Event{Type: audit.TokenIssued, Outcome: audit.Success, Actor: text(user), Target: f.ID.String()}
	err := s.change(ctx, e, func(ctx context.Context) error { return s.cfg.Store.Create(ctx, f) })
	switch {
	case err == nil:
		return f, s.sealer.token(Ref{ID: f.ID, Counter: f.Counter}), nil
	case errors.Is(err, audit.ErrUnrecorded):
		return Family[UID]{}, "", err
	case errors.Is(err, ErrNotFound):
		e.Outcome, e.Reason, err = audit.Denied, reasonInactiveUser, ErrInactiveUser
	default:
		e.Outcome, e.Reason, err = audit.Failed, reasonUnavailable, fmt.Errorf("start refresh tokens: %w", err)
	}
	s.record(ctx, e)
	return Family[UID]{}, "", err
}

func newID() ID {
	var id ID
	_, _ = rand.Read(id[:]) // never fails: the process ends instead (crypto/rand)
	return id
}

// Adopt lets the family of user that is named id live on under version: to be called
// for the login in which the user has just changed their password, with the version
// that the user has since. The user's other families are dead (SECURITY SES-08). A
// family that has ended meanwhile stays so, which is no error.
func (s *Service[UID, U]) Adopt(ctx context.Context, user UID, id ID, version int64) error {
	ctx = context.WithoutCancel(ctx) // the password is changed already
	err := s.ask(ctx, func(ctx context.Context) error { return s.cfg.Store.Adopt(ctx, user, id, version) })
	if err != nil && !errors.Is(err, ErrNotFound) {
		return fmt.Errorf("adopt refresh tokens: %w", err)
	}
	return nil
}
