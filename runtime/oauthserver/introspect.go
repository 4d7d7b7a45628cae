package oauthserver

import (
	"net/http"

	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/token"
)

// An introspection is what is said of a token that is live (RFC 7662 section 2.2).
type introspection struct {
	Active    bool     `json:"active"`
	Scope     string   `json:"scope,omitempty"`
	ClientID  string   `json:"client_id,omitempty"`
	TokenType string   `json:"token_type"`
	ExpiresAt int64    `json:"exp"`
	IssuedAt  int64    `json:"iat,omitzero"`
	NotBefore int64    `json:"nbf,omitzero"`
	Subject   string   `json:"sub"`
	Audience  []string `json:"aud"`
	Issuer    string   `json:"iss"`
	ID        string   `json:"jti"`
}

// An inactive token is all that is said of any other (SECURITY REV-06).
type inactive struct {
	Active bool `json:"active"`
}

// Introspect is the introspection endpoint (RFC 7662). Every client may ask about every
// access token that it holds, those of users included: it learns whether guards here
// would let it pass, and with which scopes. Refresh tokens are none.
func (s *Server) Introspect(w http.ResponseWriter, r *http.Request) error {
	form, err := ParseForm(w, r)
	if err != nil {
		return err
	}
	if _, err := s.clients.authenticate(w.Header(), r, form, s.cfg.IntrospectionLimit); err != nil {
		return err
	}
	claims, live, err := s.live(r.Context(), form)
	switch {
	case err != nil:
		return err
	case !live:
		writeJSON(w, inactive{})
	default:
		writeJSON(w, describe(claims))
	}
	return nil
}

func describe(c token.Claims) introspection {
	d := introspection{
		Active: true, Scope: JoinScopes(c.Scopes), ClientID: c.ClientID, TokenType: "Bearer", ExpiresAt: c.ExpiresAt.Unix(),
		Subject: c.Subject, Audience: authn.Names(c.Audience), Issuer: c.Issuer, ID: c.ID,
	}
	if !c.IssuedAt.IsZero() {
		d.IssuedAt = c.IssuedAt.Unix()
	}
	if !c.NotBefore.IsZero() {
		d.NotBefore = c.NotBefore.Unix()
	}
	return d
}
