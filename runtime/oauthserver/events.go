package oauthserver

import (
	"context"
	"errors"
	"net/http"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/authn"
)

// The events of clients, beside those of tokens.
const (
	ClientCreated       audit.Type = "client.created"
	ClientRotated       audit.Type = "client.rotated"
	ClientDisabled      audit.Type = "client.disabled"
	ClientEnabled       audit.Type = "client.enabled"
	ClientScopesChanged audit.Type = "client.scopes_changed"
	ClientKeysChanged   audit.Type = "client.keys_changed"
	ClientRefused       audit.Type = "client.refused"
)

// strategy is how the spec writes what this package belongs to.
const strategy = "oauth"

// The reasons of events. They are what an auditor reads; clients never see them. An
// assertion that is no good has the reasons of [token.Reason] as well.
const (
	reasonDisabled       = "disabled"
	reasonForeign        = "foreign"
	reasonInvalidRequest = "invalid-request"
	reasonMalformed      = "malformed"
	reasonNotFound       = "not-found"
	reasonPrevious       = "previous-secret"
	reasonReplayed       = "replayed"
	reasonRevoked        = "revoked"
	reasonTooLongLived   = "too-long-lived"
	reasonUnauthorized   = "unauthorized-grant"
	reasonUnavailable    = "store-unavailable"
	reasonUnknown        = "unknown"
	reasonWrongMethod    = "wrong-method"
	reasonWrongSecret    = "wrong-secret"
)

// refuse records that a client did not authenticate. The id is that of a client that
// exists, or "".
func (c *Clients) refuse(ctx context.Context, id, reason string) error {
	c.record(ctx, audit.Event{Type: ClientRefused, Outcome: audit.Denied, Reason: reason, Target: id})
	return ErrInvalidClient
}

// context is that of r, and knows the address that r comes from, for requests that no
// endpoint has described yet.
func (c *Clients) context(r *http.Request) context.Context {
	known := audit.RequestFrom(r.Context())
	if known.Addr.IsValid() {
		return r.Context()
	}
	known.Addr = c.cfg.Proxies.ClientAddr(r)
	return audit.WithRequest(r.Context(), known)
}

func (c *Clients) record(ctx context.Context, e audit.Event) {
	e.Time, e.Strategy = c.now(), strategy
	c.cfg.Audit.Record(ctx, e)
}

// conclude records how an act went and returns its error.
func (c *Clients) conclude(ctx context.Context, e audit.Event, err error) error {
	e.Outcome = audit.Success
	if err != nil {
		e.Outcome, e.Reason = blame(err)
	}
	c.record(ctx, e)
	return err
}

// concludeFailure is conclude for a change, which is on record if it was made.
func (c *Clients) concludeFailure(ctx context.Context, e audit.Event, err error) error {
	if err == nil || errors.Is(err, audit.ErrUnrecorded) {
		return err
	}
	return c.conclude(ctx, e, err)
}

// told calls the storage for a change that e tells of (see [audit.Do]).
func (c *Clients) told(ctx context.Context, e audit.Event, call func(context.Context) error) error {
	e.Time, e.Strategy, e.Outcome = c.now(), strategy, audit.Success
	return audit.Do(ctx, c.cfg.Audit, func(ctx context.Context) error { return c.ask(ctx, call) }, e)
}

// blame tells "checked and refused" from "could not be done".
func blame(err error) (audit.Outcome, string) {
	switch {
	case errors.Is(err, ErrNoSuchClient):
		return audit.Denied, reasonNotFound
	case errors.Is(err, authn.ErrInvalidRequest):
		return audit.Denied, reasonInvalidRequest
	default:
		return audit.Failed, reasonUnavailable
	}
}
