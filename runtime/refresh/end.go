package refresh

import (
	"context"
	"errors"
	"fmt"

	"github.com/authgen-go/authgen/runtime/audit"
)

// End ends the family of a refresh token of user, and with it the family's access
// tokens. Any of the family's tokens does, replaced ones too. One that was not made
// here, is somebody else's, or whose family has ended is passed over, which is no
// error (RFC 7009 section 2.2). It is recorded as the user's own doing.
//
// This and what else ends families goes on when the client has gone away. If the
// storage did not confirm the end, the error says so (SECURITY REV-02).
func (s *Service[UID, U]) End(ctx context.Context, user UID, token string) error {
	ref, ok := s.sealer.open(token)
	if !ok {
		s.record(ctx, audit.Event{Type: audit.TokenRevoked, Outcome: audit.Denied, Reason: reasonMalformed, Actor: text(user)})
		return nil
	}
	err := s.EndByID(ctx, user, ref.ID)
	if errors.Is(err, ErrNoSuchFamily) {
		return nil
	}
	return err
}

// EndByID ends the family of user that is named id. If user has no such family it
// returns [ErrNoSuchFamily], whoever else may have it. It is recorded as the user's
// own doing.
func (s *Service[UID, U]) EndByID(ctx context.Context, user UID, id ID) error {
	return s.end(ctx, user, audit.Event{Type: audit.TokenRevoked, Target: id.String()}, func(ctx context.Context) error {
		return s.cfg.Store.EndByID(ctx, user, id)
	})
}

// EndOthers ends the families of user except the one named keep. It is recorded as
// the user's own doing.
func (s *Service[UID, U]) EndOthers(ctx context.Context, user UID, keep ID) error {
	return s.endMany(ctx, user, keep, reasonOthers)
}

// EndAll ends the families of user. It is recorded as the user's own doing.
//
// Where the user's version has been raised, which account.Service does whenever all
// credentials must die, the families are dead already and stay so even if EndAll
// fails; it then only tidies up.
func (s *Service[UID, U]) EndAll(ctx context.Context, user UID) error {
	return s.endMany(ctx, user, ID{}, reasonAll)
}

func (s *Service[UID, U]) endMany(ctx context.Context, user UID, keep ID, reason string) error {
	e := audit.Event{Type: audit.TokensRevoked, Target: text(user), Reason: reason}
	return s.end(ctx, user, e, func(ctx context.Context) error {
		_, err := s.cfg.Store.EndByUser(ctx, user, keep)
		return err
	})
}

// end calls the storage, records how it went and returns the error.
func (s *Service[UID, U]) end(ctx context.Context, user UID, e audit.Event, call func(context.Context) error) error {
	ctx = context.WithoutCancel(ctx)
	e.Actor, e.Outcome = text(user), audit.Success
	err := s.change(ctx, e, call)
	s.cfg.Ended(user) // even if it failed: it may have been done all the same
	switch {
	case err == nil:
		return nil
	case errors.Is(err, audit.ErrUnrecorded):
		return fmt.Errorf("end refresh tokens: %w", err)
	case errors.Is(err, ErrNotFound):
		e.Outcome, e.Reason, err = audit.Denied, reasonNotFound, ErrNoSuchFamily
	default:
		e.Outcome, e.Reason, err = audit.Failed, reasonUnavailable, fmt.Errorf("end refresh tokens: %w", err)
	}
	s.record(ctx, e)
	return err
}
