package account

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/authgen-go/authgen/runtime/audit"
)

// strategyPassword is what events call a proof by password.
const strategyPassword = "password"

// Authenticate returns whose e-mail address and password these are. Unless
// something cannot be found out, the only error is [ErrInvalidCredentials]: for a
// wrong password, an address that no account has or that is none, a disabled
// account even with its right password, an account without a password. Each
// attempt hashes once, so that they take equally long (SECURITY PWD-06, PWD-07).
//
// A hash of outdated cost is replaced on the way. If that fails the login does not
// (SECURITY PWD-10).
func (s *Service[ID, R]) Authenticate(ctx context.Context, email, password string) (User[ID, R], error) {
	e := audit.Event{Type: audit.Login, Strategy: strategyPassword}
	canonical, err := CanonicalEmail(email)
	if err != nil {
		e.Target = s.pseudonym(email)
		return s.refuseNobody(ctx, e, password)
	}
	r, err := s.byEmail(ctx, canonical)
	if errors.Is(err, ErrNotFound) {
		e.Target = s.pseudonym(email)
		return s.refuseNobody(ctx, e, password)
	}
	if err != nil {
		e.Target = s.pseudonym(email)
		return User[ID, R]{}, s.conclude(ctx, e, err)
	}
	return s.prove(ctx, e, r, password)
}

// Confirm checks the password of a user who is signed in already. It answers like
// [Service.Authenticate].
func (s *Service[ID, R]) Confirm(ctx context.Context, id ID, password string) (User[ID, R], error) {
	e := audit.Event{Type: audit.SessionConfirmed, Strategy: strategyPassword, Actor: text(id), Target: text(id)}
	r, err := s.byID(ctx, id)
	if errors.Is(err, ErrNotFound) {
		return s.refuseNobody(ctx, e, password)
	}
	if err != nil {
		return User[ID, R]{}, s.conclude(ctx, e, err)
	}
	return s.prove(ctx, e, r, password)
}

// refuseNobody refuses whoever claims an account that does not exist, at the cost
// of one that does.
func (s *Service[ID, R]) refuseNobody(ctx context.Context, e audit.Event, password string) (User[ID, R], error) {
	err := s.cfg.Hasher.VerifyNobody(ctx, password)
	if err != nil {
		err = fmt.Errorf("verify password: %w", err)
	} else {
		e.Reason, err = reasonNoAccount, ErrInvalidCredentials
	}
	return User[ID, R]{}, s.conclude(ctx, e, err)
}

// prove finishes an attempt on an account that exists.
func (s *Service[ID, R]) prove(ctx context.Context, e audit.Event, r Record[ID, R], password string) (User[ID, R], error) {
	e.Target = text(r.ID)
	outdated, reason, err := s.verify(ctx, r, password)
	if err != nil {
		e.Reason = reason
		return User[ID, R]{}, s.conclude(ctx, e, err)
	}
	e.Actor = text(r.ID)
	if outdated {
		s.upgrade(ctx, r, password)
	}
	e.Time, e.Outcome = s.cfg.Now(), audit.Success
	audit.Foretell(ctx, s.cfg.Audit, e)
	return r.User, nil
}

// verify checks the password of an account, hashing once whatever the account is.
// The reason is for the audit of a refusal.
func (s *Service[ID, R]) verify(ctx context.Context, r Record[ID, R], password string) (outdated bool, reason string, err error) {
	result, err := s.cfg.Hasher.Verify(ctx, r.PasswordHash, password)
	switch {
	case err != nil:
		return false, "", fmt.Errorf("verify password: %w", err)
	case r.PasswordHash == "":
		return false, reasonNoPassword, ErrInvalidCredentials
	case !result.Match:
		return false, reasonWrongPassword, ErrInvalidCredentials
	case !r.Active():
		return false, reasonDisabled, ErrInvalidCredentials
	}
	return result.Outdated, "", nil
}

// upgrade replaces an outdated hash. It may fail: the old hash still works.
func (s *Service[ID, R]) upgrade(ctx context.Context, r Record[ID, R], password string) {
	e := audit.Event{Type: audit.PasswordUpgraded, Target: text(r.ID)}
	hash, err := s.hash(ctx, password)
	if err == nil {
		err = s.make(ctx, e, func(ctx context.Context) error {
			return s.ask(ctx, "upgrade password hash", func(ctx context.Context) error {
				return s.cfg.Store.UpgradeHash(ctx, r.ID, r.PasswordHash, hash)
			})
		})
	}
	if err != nil {
		s.cfg.Logger.LogAttrs(ctx, slog.LevelWarn, "an outdated password hash was not replaced", slog.String("error", err.Error()))
	}
	_ = s.concludeFailure(ctx, e, err)
}
