package oauthserver

import (
	"net/http"
	"strings"

	"github.com/authgen-go/authgen/runtime/authn"
)

// challenge goes with every invalid_client (RFC 6749 section 5.2).
const challenge = `Basic realm="oauth", charset="UTF-8"`

// A refusal is RFC 6749 section 5.2.
type refusal struct {
	Error       string `json:"error"`
	Description string `json:"error_description,omitempty"`
}

// Around makes everything that h refuses be refused as RFC 6749 has it, by [Render]. It
// is meant for the field Around of an [authn.Route].
func Around(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.ServeHTTP(w, authn.WithRenderer(r, Render))
	})
}

// Render is an [authn.Renderer] that writes errors as RFC 6749 section 5.2 has it. What
// cannot be known now, and what there was too much of, is temporarily_unavailable: the
// status tells the two apart, and Retry-After when to come back (SECURITY ERR-02).
func Render(w http.ResponseWriter, _ *http.Request, p *authn.Problem, _ string) {
	h := w.Header()
	h.Del("Www-Authenticate") // of guards that have no part in this
	code := errorCode(p.Code)
	if code == string(authn.CodeInvalidClient) {
		h.Set("Www-Authenticate", challenge)
	}
	noStore(h)
	authn.WriteJSON(w, p.Code.Status(), refusal{Error: code, Description: printable(p.Detail)})
}

// errorCode is what RFC 6749 calls a refusal.
func errorCode(c authn.Code) string {
	switch c {
	case authn.CodeInvalidClient, authn.CodeInvalidGrant, authn.CodeUnauthorizedClient,
		authn.CodeUnsupportedGrantType, authn.CodeInvalidScope:
		return string(c)
	case authn.CodeStrategyRetired:
		return string(authn.CodeInvalidClient) // no way for clients to authenticate is left
	}
	switch status := c.Status(); {
	case status == http.StatusTooManyRequests, status == http.StatusServiceUnavailable:
		return "temporarily_unavailable"
	case status >= http.StatusInternalServerError:
		return "server_error"
	default:
		return "invalid_request"
	}
}

// printable leaves out what a description cannot have.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '"':
			return '\''
		case r < ' ', r > '~', r == '\\':
			return -1
		}
		return r
	}, text)
}
