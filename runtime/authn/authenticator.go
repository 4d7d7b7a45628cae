package authn

import (
	"errors"
	"net/http"
	"strings"
)

// ErrNoCredential says that a request carries no credential of a strategy's kind.
// It is a matter of syntax: a credential that is present and bad is a *[Problem].
var ErrNoCredential = errors.New("authn: no credential")

// An Authenticator is one strategy, such as sessions. It must be safe for
// concurrent use.
type Authenticator[I any] interface {
	// Name is the strategy as the spec writes it.
	Name() string

	// Challenge returns the WWW-Authenticate value that goes with err; see
	// [FormatChallenge]. Without a credential err is nil or ErrNoCredential.
	Challenge(err error) string

	// Presents reports whether the request carries a credential of this kind, good or
	// bad, by its syntax alone: no store is asked.
	Presents(r *http.Request) bool

	// Authenticate returns whom the request's credential belongs to. Its error is
	//
	//   - ErrNoCredential: there is none of this kind; nothing was asked of any store
	//   - a *Problem: there is one, and it is refused; no other strategy is asked
	//   - any other error: it cannot be known now, which is 503
	//
	// Headers of the answer may be set through answer, also when refusing.
	Authenticate(r *http.Request, answer http.Header) (I, error)
}

// A HeaderReader is an [Authenticator] whose credential travels in a header of its
// own, neither Authorization nor Cookie. Caches are told that answers vary by it.
type HeaderReader interface {
	// Header is the canonical name of the header.
	Header() string
}

// FormatChallenge returns a WWW-Authenticate value for scheme and realm, with the
// parameters that RFC 6750 section 3.1 gives for err: none without a credential,
// error="invalid_token" for a refused one, and error="insufficient_scope" with
// the scopes that were needed. Realm and scopes must not contain quotes or
// backslashes.
func FormatChallenge(scheme, realm string, err error) string {
	var b strings.Builder
	b.WriteString(scheme)
	b.WriteString(` realm="` + realm + `"`)
	p, ok := errors.AsType[*Problem](err)
	if !ok {
		return b.String()
	}
	switch {
	case p.Code == CodeInsufficientScope:
		b.WriteString(`, error="insufficient_scope"`)
		if p.Scope != "" {
			b.WriteString(`, scope="` + p.Scope + `"`)
		}
	case p.Code.Status() == http.StatusUnauthorized && p.Code != CodeAuthenticationRequired:
		b.WriteString(`, error="invalid_token"`)
	}
	return b.String()
}
