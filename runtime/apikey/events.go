package apikey

import (
	"context"
	"errors"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/authn"
)

// The reasons of events. They are what an auditor reads; clients never see them.
const (
	reasonAll               = "all"
	reasonExpired           = "expired"
	reasonInactiveOwner     = "inactive-owner"
	reasonInsufficientScope = "insufficient-scope"
	reasonInvalidRequest    = "invalid-request"
	reasonMalformed         = "malformed"
	reasonNotFound          = "not-found"
	reasonTooMany           = "too-many-keys"
	reasonUnavailable       = "store-unavailable"
	reasonUnknown           = "unknown"
)

// refuseForm refuses what cannot be a key.
func (s *Service[ID, S, U]) refuseForm(ctx context.Context, a attempt) error {
	return s.refuse(ctx, a, "", reasonMalformed)
}

// refuse counts a failure and records it, unless there were too many of them. The id
// is that of the key, or "".
func (s *Service[ID, S, U]) refuse(ctx context.Context, a attempt, id, reason string) error {
	if err := s.failures.count(ctx, a); err != nil {
		return err
	}
	s.record(ctx, a, audit.Event{Type: audit.KeyRefused, Outcome: audit.Denied, Reason: reason, Target: id})
	return ErrInvalidKey
}

// record adds what is known of the request, which no endpoint has done yet.
func (s *Service[ID, S, U]) record(ctx context.Context, a attempt, e audit.Event) {
	e.Time, e.Strategy = a.now, strategy
	e.Request = audit.RequestFrom(ctx)
	if !e.Request.Addr.IsValid() {
		e.Request.Addr = a.addr
	}
	s.cfg.Audit.Record(ctx, e)
}

// conclude records how an act went and returns its error. An outcome that e has
// already stands.
func (s *Service[ID, S, U]) conclude(ctx context.Context, e audit.Event, err error) error {
	e.Time, e.Strategy = s.now(), strategy
	switch {
	case err != nil:
		e.Outcome, e.Reason = blame(err)
	case e.Outcome == "":
		e.Outcome = audit.Success
	}
	s.cfg.Audit.Record(ctx, e)
	return err
}

// change calls the storage for a change that events tell of (see [audit.Do]). Who calls it
// concludes with concludeFailure.
func (s *Service[ID, S, U]) change(ctx context.Context, call func(context.Context) error, events ...audit.Event) error {
	for i := range events {
		events[i].Time, events[i].Strategy, events[i].Outcome = s.now(), strategy, audit.Success
	}
	return audit.Do(ctx, s.cfg.Audit, func(ctx context.Context) error { return s.ask(ctx, call) }, events...)
}

// concludeFailure is conclude for a change, which is on record if it was made.
func (s *Service[ID, S, U]) concludeFailure(ctx context.Context, e audit.Event, err error) error {
	if err == nil || errors.Is(err, audit.ErrUnrecorded) {
		return err
	}
	return s.conclude(ctx, e, err)
}

// blame tells "checked and refused" from "could not be done".
func blame(err error) (audit.Outcome, string) {
	switch {
	case errors.Is(err, ErrNoSuchKey):
		return audit.Denied, reasonNotFound
	case errors.Is(err, ErrTooMany):
		return audit.Denied, reasonTooMany
	case errors.Is(err, ErrInactiveOwner):
		return audit.Denied, reasonInactiveOwner
	case errors.Is(err, authn.ErrInsufficientScope):
		return audit.Denied, reasonInsufficientScope
	case errors.Is(err, authn.ErrInvalidRequest):
		return audit.Denied, reasonInvalidRequest
	default:
		return audit.Failed, reasonUnavailable
	}
}
