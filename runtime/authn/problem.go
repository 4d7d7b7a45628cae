package authn

import (
	"net/http"
	"time"
)

// A Code names a kind of refusal. It is the stable part of an answer: the
// problem's type is "urn:authgen:" followed by the code (RFC 9457 section 3.1.1).
type Code string

// The codes an answer may carry. Their HTTP status is fixed; see [Code.Status].
const (
	CodeInvalidRequest           Code = "invalid-request"
	CodeInvalidGrant             Code = "invalid_grant" // as RFC 6749 section 5.2 spells it, like the next four
	CodeInvalidClient            Code = "invalid_client"
	CodeUnauthorizedClient       Code = "unauthorized_client"
	CodeUnsupportedGrantType     Code = "unsupported_grant_type"
	CodeInvalidScope             Code = "invalid_scope"
	CodeAuthenticationRequired   Code = "authentication-required"
	CodeInvalidCredentials       Code = "invalid-credentials"
	CodeInvalidSession           Code = "invalid-session"
	CodeInvalidAPIKey            Code = "invalid-api-key"
	CodeInvalidToken             Code = "invalid-token"
	CodeTokenExpired             Code = "token-expired"
	CodeTokenRevoked             Code = "token-revoked"
	CodeStrategyRetired          Code = "strategy-retired"
	CodeInsufficientScope        Code = "insufficient-scope"
	CodeInsufficientRole         Code = "insufficient-role"
	CodeUserRequired             Code = "user-required"
	CodeReauthenticationRequired Code = "reauthentication-required"
	CodeCrossSite                Code = "cross-site"
	CodeNotFound                 Code = "not-found"
	CodeMethodNotAllowed         Code = "method-not-allowed"
	CodeEmailTaken               Code = "email-taken"
	CodeTooManyKeys              Code = "too-many-keys"
	CodeIdentityTaken            Code = "identity-taken"
	CodeLastWayIn                Code = "last-way-in"
	CodeAccountDisabled          Code = "account-disabled"
	CodeEmailUnverified          Code = "email-unverified"
	CodeRegistrationClosed       Code = "registration-closed"
	CodeTooLarge                 Code = "too-large"
	CodeUnsupportedMediaType     Code = "unsupported-media-type"
	CodeWeakPassword             Code = "weak-password"
	CodeRateLimited              Code = "rate-limited"
	CodeInternal                 Code = "internal"
	CodeUnavailable              Code = "unavailable"
)

// A Problem is an error that is fit to be sent to a client: it says what the
// client may know and nothing else (SECURITY ERR-03). Runtime packages declare
// their sentinel errors as Problems, so that one place writes every answer and
// errors.Is still tells them apart.
//
// A Problem is immutable once made; the With methods return copies.
type Problem struct {
	// Code is the machine-readable reason and decides the status.
	Code Code
	// Detail is a sentence for people. It never holds input, a secret or an
	// internal error.
	Detail string
	// RetryAfter, if positive, is sent as Retry-After in whole seconds, rounded up.
	RetryAfter time.Duration
	// Scope is the space-separated list of scopes that were needed; it is sent
	// in the challenge of an insufficient-scope answer (RFC 6750 section 3).
	Scope string
	// Allow lists the methods of a method-not-allowed answer.
	Allow []string
	// Limit is the name of the limit that a rate-limited request has reached. It is
	// counted, see [Frame.LimitHits], and never sent.
	Limit string

	base  *Problem
	cause error
}

// NewProblem returns a Problem; use it to declare sentinel errors.
func NewProblem(code Code, detail string) *Problem {
	return &Problem{Code: code, Detail: detail}
}

// Error implements error. It includes the cause and is meant for logs, never
// for answers.
func (p *Problem) Error() string {
	if p.cause != nil {
		return string(p.Code) + ": " + p.cause.Error()
	}
	return string(p.Code) + ": " + p.Detail
}

// Unwrap returns the cause, which is logged and never sent.
func (p *Problem) Unwrap() error { return p.cause }

// Is reports whether p and target are the same Problem or were derived from the
// same one by With methods.
func (p *Problem) Is(target error) bool {
	t, ok := target.(*Problem)
	return ok && p.root() == t.root()
}

// root is the Problem that p was derived from at first.
func (p *Problem) root() *Problem {
	if p != nil && p.base != nil {
		return p.base
	}
	return p
}

// WithCause returns a copy of p that remembers why, for the log.
func (p *Problem) WithCause(err error) *Problem {
	q := p.derive()
	q.cause = err
	return q
}

// WithDetail returns a copy of p with another sentence for people.
func (p *Problem) WithDetail(detail string) *Problem {
	q := p.derive()
	q.Detail = detail
	return q
}

// WithRetryAfter returns a copy of p that asks the client to wait for d.
func (p *Problem) WithRetryAfter(d time.Duration) *Problem {
	q := p.derive()
	q.RetryAfter = d
	return q
}

// WithScope returns a copy of p that names the scopes that were needed, separated
// by spaces.
func (p *Problem) WithScope(scope string) *Problem {
	q := p.derive()
	q.Scope = scope
	return q
}

// WithAllow returns a copy of p that lists the methods that are allowed.
func (p *Problem) WithAllow(methods ...string) *Problem {
	q := p.derive()
	q.Allow = methods
	return q
}

// WithLimit returns a copy of p that names the limit that was reached: a name that the
// program has for it, of which there are few.
func (p *Problem) WithLimit(name string) *Problem {
	q := p.derive()
	q.Limit = name
	return q
}

func (p *Problem) derive() *Problem {
	q := *p
	q.base = p.root()
	return &q
}

// Status is the HTTP status that belongs to the code; an unknown code is 500.
func (c Code) Status() int {
	switch c {
	case CodeInvalidRequest, CodeInvalidGrant, CodeUnauthorizedClient, CodeUnsupportedGrantType, CodeInvalidScope:
		return http.StatusBadRequest
	case CodeAuthenticationRequired, CodeInvalidClient, CodeInvalidCredentials, CodeInvalidSession, CodeInvalidAPIKey,
		CodeInvalidToken, CodeTokenExpired, CodeTokenRevoked, CodeStrategyRetired:
		return http.StatusUnauthorized
	case CodeInsufficientScope, CodeInsufficientRole, CodeUserRequired, CodeReauthenticationRequired, CodeCrossSite,
		CodeAccountDisabled, CodeEmailUnverified, CodeRegistrationClosed:
		return http.StatusForbidden
	case CodeNotFound:
		return http.StatusNotFound
	case CodeMethodNotAllowed:
		return http.StatusMethodNotAllowed
	case CodeEmailTaken, CodeTooManyKeys, CodeIdentityTaken, CodeLastWayIn:
		return http.StatusConflict
	case CodeTooLarge:
		return http.StatusRequestEntityTooLarge
	case CodeUnsupportedMediaType:
		return http.StatusUnsupportedMediaType
	case CodeWeakPassword:
		return http.StatusUnprocessableEntity
	case CodeRateLimited:
		return http.StatusTooManyRequests
	case CodeUnavailable:
		return http.StatusServiceUnavailable
	default:
		return http.StatusInternalServerError
	}
}
