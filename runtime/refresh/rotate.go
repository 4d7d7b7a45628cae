package refresh

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
)

// maxAhead is how far the time of a rotation may be in the future: another process's
// clock runs ahead, or this one was set back a little. Beyond it nobody can say
// whether Grace is over (SECURITY F-21).
const maxAhead = time.Minute

// errUndecided: the storage contradicts itself, as a replica would that lags.
var errUndecided = errors.New("the token is the newest and yet was replaced")

// Rotate replaces the token of ref, which Parse returned, by the next one, and returns
// that together with its family and its user as of now. Its error is [ErrInvalidGrant]
// if the token is of no use, whatever the reason, or any other if that could not be
// found out.
//
//   - The newest token of a family is replaced, by one caller: the others, and who
//     tries again because the answer was lost, get the same next token, for
//     Config.Grace after it replaced theirs (SECURITY REF-03 to REF-05).
//   - Any other token of the family has been used before. The family has then ended
//     by the time Rotate returns; if that was not confirmed, the error says so and is
//     no verdict (SECURITY REF-02).
//   - The family has also ended if its user may not sign in, or is of another version
//     (SECURITY REF-08).
//
// A token that was replaced, as its row says, more than a minute from now is refused
// and its family stays: a clock is wrong, and the newest token sets that right.
func (s *Service[UID, U]) Rotate(ctx context.Context, ref Ref) (Family[UID], U, string, error) {
	for range 2 { // whoever is overtaken once finds the other's token
		f, user, err := s.find(ctx, ref.ID)
		if err != nil {
			return s.fail(ctx, ref, err)
		}
		now := s.now()
		verdict, reason := s.judge(f, user, ref, now)
		switch verdict {
		case refused:
			return s.refuse(ctx, f, reason)
		case reused, dead:
			return s.kill(ctx, f, verdict, reason)
		}
		e := audit.Event{
			Type: audit.TokenRefreshed, Outcome: audit.Success, Reason: reason, Actor: text(f.UserID), Target: f.ID.String(),
		}
		if verdict == again {
			s.record(ctx, e)
			return f, user, s.sealer.token(Ref{ID: f.ID, Counter: f.Counter}), nil
		}
		err = s.change(ctx, e, func(ctx context.Context) error { return s.cfg.Store.Advance(ctx, f.ID, f.Counter, now) })
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return s.fail(ctx, ref, err)
		}
		f.Counter, f.RotatedAt, f.LastUsedAt = f.Counter+1, now, now
		return f, user, s.sealer.token(Ref{ID: f.ID, Counter: f.Counter}), nil
	}
	return s.fail(ctx, ref, errUndecided)
}

func (s *Service[UID, U]) find(ctx context.Context, id ID) (f Family[UID], user U, err error) {
	err = s.ask(ctx, func(ctx context.Context) (err error) {
		f, user, err = s.cfg.Store.Find(ctx, id)
		return err
	})
	return f, user, err
}

// A verdict is what becomes of a token.
type verdict int

const (
	newest  verdict = iota // it is replaced
	again                  // it was, by the token that is given once more
	refused                // it is of no use
	reused                 // it was used before, and the family ends
	dead                   // the user may not sign in, and the family ends
)

// judge returns the verdict and what an event says of it.
func (s *Service[UID, U]) judge(f Family[UID], user U, ref Ref, now time.Time) (verdict, string) {
	switch {
	case !user.Active():
		return dead, reasonInactiveUser
	case user.AuthVersion() != f.UserVersion:
		return dead, reasonUserVersion
	case !now.Before(f.ExpiresAt):
		return refused, reasonExpired
	case !now.Before(f.LastUsedAt.Add(s.cfg.IdleTTL)):
		return refused, reasonIdle
	case ref.Counter == f.Counter:
		return newest, ""
	case ref.Counter != f.Counter-1 || s.cfg.Grace == 0 || !now.Before(f.RotatedAt.Add(s.cfg.Grace)):
		return reused, reasonReused
	case f.RotatedAt.Sub(now) > maxAhead:
		return refused, reasonClockSkew
	}
	return again, reasonAgain
}

// refuse records why a token of a family is of no use.
func (s *Service[UID, U]) refuse(ctx context.Context, f Family[UID], reason string) (none Family[UID], nobody U, _ string, _ error) {
	s.record(ctx, audit.Event{
		Type: audit.TokenRefused, Outcome: audit.Denied, Reason: reason, Actor: text(f.UserID), Target: f.ID.String(),
	})
	return none, nobody, "", ErrInvalidGrant
}

// kill ends a family before anybody is told.
func (s *Service[UID, U]) kill(ctx context.Context, f Family[UID], v verdict, reason string) (none Family[UID], nobody U, _ string, _ error) {
	ctx = context.WithoutCancel(ctx)
	e := audit.Event{Type: audit.TokenRefused, Outcome: audit.Denied, Reason: reason, Actor: text(f.UserID), Target: f.ID.String()}
	if v == reused {
		e.Type = audit.TokenReused
	}
	err := s.change(ctx, e, func(ctx context.Context) error { return s.cfg.Store.End(ctx, f.ID) })
	s.cfg.Ended(f.UserID)
	switch {
	case err == nil:
		return none, nobody, "", ErrInvalidGrant
	case !errors.Is(err, audit.ErrUnrecorded):
		e.Outcome, e.Reason = audit.Failed, reasonUnavailable
		s.record(ctx, e)
	}
	return none, nobody, "", fmt.Errorf("end refresh tokens: %w", err)
}

// fail tells "there is no such family" from "could not be found out".
func (s *Service[UID, U]) fail(ctx context.Context, ref Ref, err error) (none Family[UID], nobody U, _ string, _ error) {
	if errors.Is(err, ErrNotFound) {
		s.record(ctx, audit.Event{Type: audit.TokenRefused, Outcome: audit.Denied, Reason: reasonUnknown, Target: ref.ID.String()})
		return none, nobody, "", ErrInvalidGrant
	}
	if !errors.Is(err, audit.ErrUnrecorded) {
		s.record(ctx, audit.Event{Type: audit.TokenRefreshed, Outcome: audit.Failed, Reason: reasonUnavailable, Target: ref.ID.String()})
	}
	return none, nobody, "", fmt.Errorf("refresh: %w", err)
}
