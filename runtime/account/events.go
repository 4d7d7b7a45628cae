package account

import (
	"context"
	"errors"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/password"
)

// The reasons of events. They are what an auditor reads; clients never see them.
const (
	reasonDisabled      = "disabled"
	reasonEmailTaken    = "email-taken"
	reasonInvalidEmail  = "invalid-email"
	reasonNoAccount     = "no-account"
	reasonNoPassword    = "no-password"
	reasonNotFound      = "not-found"
	reasonOverloaded    = "overloaded"
	reasonUnavailable   = "store-unavailable"
	reasonWeakPassword  = "weak-password"
	reasonWrongPassword = "wrong-password"
)

// conclude records how an act went and returns its error. A reason that e has
// already belongs to a refusal.
func (s *Service[ID, R]) conclude(ctx context.Context, e audit.Event, err error) error {
	e.Time = s.cfg.Now()
	e.Outcome, e.Reason = judge(err, e.Reason)
	s.cfg.Audit.Record(ctx, e)
	return err
}

// make has call make a change that e tells of, and returns its error. Who calls it
// concludes e if there is one ([Service.concludeFailure]).
func (s *Service[ID, R]) make(ctx context.Context, e audit.Event, call func(context.Context) error) error {
	e.Time, e.Outcome, e.Reason = s.cfg.Now(), audit.Success, ""
	return audit.Do(ctx, s.cfg.Audit, call, e)
}

// concludeFailure is conclude for a change, which is on record if it was made.
func (s *Service[ID, R]) concludeFailure(ctx context.Context, e audit.Event, err error) error {
	if err == nil || errors.Is(err, audit.ErrUnrecorded) {
		return err
	}
	return s.conclude(ctx, e, err)
}

// judge tells "checked and refused" from "could not be done".
func judge(err error, reason string) (audit.Outcome, string) {
	switch {
	case err == nil:
		return audit.Success, ""
	case errors.Is(err, ErrInvalidCredentials):
		return audit.Denied, reason
	case errors.Is(err, ErrNotFound):
		return audit.Denied, reasonNotFound
	case errors.Is(err, ErrEmailTaken):
		return audit.Denied, reasonEmailTaken
	case errors.Is(err, ErrInvalidEmail):
		return audit.Denied, reasonInvalidEmail
	case errors.Is(err, password.ErrWeak):
		return audit.Denied, reasonWeakPassword
	}
	if p, ok := errors.AsType[*authn.Problem](err); ok && p.Code == authn.CodeUnavailable {
		return audit.Failed, reasonOverloaded
	}
	return audit.Failed, reasonUnavailable
}
