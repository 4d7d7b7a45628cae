package audit

import (
	"context"
	"net/netip"
	"time"
)

// A Type names what happened; names are stable and lower case with dots.
type Type string

// The events of accounts, sessions and API keys.
const (
	UserRegistered      Type = "user.registered"
	UserDisabled        Type = "user.disabled"
	UserEnabled         Type = "user.enabled"
	UserDeleted         Type = "user.deleted"
	UserRolesChanged    Type = "user.roles_changed"
	IdentityLinked      Type = "identity.linked"
	IdentityUnlinked    Type = "identity.unlinked"
	UserSignedOut       Type = "user.signed_out_everywhere"
	PasswordChanged     Type = "password.changed"
	PasswordUpgraded    Type = "password.upgraded"
	Login               Type = "login"
	SessionConfirmed    Type = "session.confirmed"
	SessionEnded        Type = "session.ended"
	SessionsEnded       Type = "sessions.ended"
	KeyCreated          Type = "api_key.created"
	KeyRotated          Type = "api_key.rotated"
	KeyRevoked          Type = "api_key.revoked"
	KeysRevoked         Type = "api_keys.revoked"
	KeyLeaked           Type = "api_key.leaked"
	KeyExpiring         Type = "api_key.expiring"
	KeyRefused          Type = "api_key.refused"
	TokenIssued         Type = "token.issued"
	TokenRefreshed      Type = "token.refreshed"
	TokenReused         Type = "token.reuse_detected"
	TokenRevoked        Type = "token.revoked"
	TokensRevoked       Type = "tokens.revoked"
	TokenRefused        Type = "token.refused"
	CrossSiteRefused    Type = "request.cross_site_refused"
	RateLimited         Type = "request.rate_limited"
	StrategyDeprecated  Type = "strategy.deprecated_used"
	CredentialIgnored   Type = "request.second_credential_ignored"
	ConfigurationWarned Type = "configuration.warned"
	SigningKeyChanged   Type = "signing_key.changed"
	JWKSUnavailable     Type = "jwks.unavailable"
	JWKSAvailable       Type = "jwks.available"
)

// An Outcome says how it went.
type Outcome string

// The outcomes. Denied is "checked and refused"; Failed is "could not be done".
const (
	Success Outcome = "success"
	Denied  Outcome = "denied"
	Failed  Outcome = "failed"
)

// An Event is one security-relevant occurrence (SECURITY LOG-01). It never
// holds a password, token, cookie, key or an e-mail address: people and
// credentials appear by id only (LOG-02).
type Event struct {
	Time     time.Time // UTC; filled in by the Recorder when zero
	Type     Type
	Outcome  Outcome
	Reason   string // a fixed code such as "wrong-password", never input
	Actor    string // who acted: a user's id, or "" when nobody is known
	Target   string // on what: an id, or a keyed digest of an unknown account's name
	Strategy string // the strategy that authenticated the actor, or that was tried
	Request  Request
}

// Request is what is known of the HTTP request that caused an event; it is zero
// for what was done from Go.
type Request struct {
	ID   string
	Addr netip.Addr // the client's address, as decided by the trusted-proxy rule
}

// WithRequest returns a context from which the Recorder takes an event's Request.
func WithRequest(ctx context.Context, r Request) context.Context {
	return context.WithValue(ctx, requestKey{}, r)
}

// RequestFrom returns the Request of ctx, or the zero Request.
func RequestFrom(ctx context.Context) Request {
	r, _ := ctx.Value(requestKey{}).(Request)
	return r
}

type requestKey struct{}
