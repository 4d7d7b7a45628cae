package account

import (
	"context"

	"github.com/authgen-go/authgen/runtime/audit"
)

// SetRoles replaces the roles of a user, which holds from the next request on. It
// returns [ErrNotFound] for an id that nobody has.
func (s *Service[ID, R]) SetRoles(ctx context.Context, id ID, roles []R) error {
	roles, err := canonicalRoles(roles)
	if err != nil {
		return err
	}
	return s.act(ctx, id, audit.Event{Type: audit.UserRolesChanged, Target: text(id)}, func(ctx context.Context) error {
		return s.cfg.Store.SetRoles(ctx, id, roles)
	})
}

// Disable keeps a user from authenticating and ends every credential, from the
// next request on (SECURITY SES-07). It returns [ErrNotFound] for an id that nobody
// has; disabling twice is no error.
func (s *Service[ID, R]) Disable(ctx context.Context, id ID) error {
	return s.act(ctx, id, audit.Event{Type: audit.UserDisabled, Target: text(id)}, func(ctx context.Context) error {
		return s.cfg.Store.SetDisabled(ctx, id, true)
	})
}

// Enable lets a user authenticate again. What ended when the user was disabled
// does not come back.
func (s *Service[ID, R]) Enable(ctx context.Context, id ID) error {
	return s.act(ctx, id, audit.Event{Type: audit.UserEnabled, Target: text(id)}, func(ctx context.Context) error {
		return s.cfg.Store.SetDisabled(ctx, id, false)
	})
}

// SignOutEverywhere ends every credential of a user. It is recorded as the user's
// own doing.
func (s *Service[ID, R]) SignOutEverywhere(ctx context.Context, id ID) error {
	return s.act(ctx, id, audit.Event{Type: audit.UserSignedOut, Actor: text(id), Target: text(id)}, func(ctx context.Context) error {
		return s.cfg.Store.SignOutEverywhere(ctx, id)
	})
}

// Delete removes a user with all that belongs to it.
func (s *Service[ID, R]) Delete(ctx context.Context, id ID) error {
	return s.act(ctx, id, audit.Event{Type: audit.UserDeleted, Target: text(id)}, func(ctx context.Context) error {
		return s.cfg.Store.Delete(ctx, id)
	})
}

// act makes one change. It goes on when the client has gone away: what ends
// credentials is not to be stopped half way.
func (s *Service[ID, R]) act(ctx context.Context, id ID, e audit.Event, call func(context.Context) error) error {
	ctx = context.WithoutCancel(ctx)
	err := s.make(ctx, e, func(ctx context.Context) error { return s.ask(ctx, string(e.Type), call) })
	s.cfg.Changed(id)
	return s.concludeFailure(ctx, e, err)
}
