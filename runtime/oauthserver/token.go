package oauthserver

import (
	"net/http"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/token"
)

// The grants there are (SECURITY OAS-02).
const (
	grantClientCredentials = "client_credentials"
	grantRefreshToken      = "refresh_token"
)

// A tokenResponse is RFC 6749 section 5.1.
type tokenResponse struct {
	AccessToken  string `json:"access_token"`
	TokenType    string `json:"token_type"`
	ExpiresIn    int64  `json:"expires_in"` // seconds
	RefreshToken string `json:"refresh_token,omitempty"`
	Scope        string `json:"scope,omitempty"`
}

// Token is the token endpoint (RFC 6749 section 3.2).
func (s *Server) Token(w http.ResponseWriter, r *http.Request) error {
	form, err := ParseForm(w, r)
	if err != nil {
		return err
	}
	grantType := form.Get("grant_type")
	switch {
	case grantType == "":
		return invalid("The parameter grant_type is missing.")
	case grantType == grantClientCredentials:
		return s.clientCredentials(w, r, form)
	case grantType == grantRefreshToken && s.cfg.Refresh != nil:
		return s.refreshToken(w, r, form)
	default:
		return ErrUnsupportedGrantType
	}
}

// clientCredentials gives a client a token for itself, and nothing to renew it with: it
// can ask again (SECURITY OAS-05).
func (s *Server) clientCredentials(w http.ResponseWriter, r *http.Request, form Form) error {
	who, err := s.clients.authenticate(w.Header(), r, form, s.cfg.Limit)
	if err != nil {
		return err
	}
	scopes, err := requested(form.Get("scope"), who.Scopes)
	if err != nil {
		return err
	}
	access, claims, err := s.issuer.Issue(token.Claims{Subject: who.ID, ClientID: who.ID, Scopes: scopes})
	if err != nil {
		return err
	}
	e := audit.Event{Type: audit.TokenIssued, Outcome: audit.Success, Actor: who.ID, Target: claims.ID}
	if who.previous {
		e.Reason = reasonPrevious // so that somebody can tell that it is still in use
	}
	s.clients.record(r.Context(), e)
	if s.cfg.Used != nil {
		s.cfg.Used(r, who.ID)
	}
	writeJSON(w, tokenResponse{
		AccessToken: access, TokenType: "Bearer", Scope: JoinScopes(scopes),
		ExpiresIn: int64(claims.ExpiresAt.Sub(claims.IssuedAt) / time.Second),
	})
	return nil
}

// refreshToken renews the tokens of a user. They were given to no client, so that no
// client may renew them (SECURITY REF-08, OAS-02). The next token has the scopes that the
// user holds by then; it cannot be made to have fewer, so none may be asked for.
func (s *Server) refreshToken(w http.ResponseWriter, r *http.Request, form Form) error {
	if authenticates(r, form) {
		who, err := s.clients.authenticate(w.Header(), r, form, s.cfg.Limit)
		if err != nil {
			return err
		}
		s.clients.record(r.Context(), audit.Event{
			Type: audit.TokenRefused, Outcome: audit.Denied, Reason: reasonUnauthorized, Actor: who.ID,
		})
		return ErrUnauthorizedClient
	}
	refreshToken := form.Get("refresh_token")
	switch {
	case refreshToken == "":
		return invalid("The parameter refresh_token is missing.")
	case form.Get("scope") != "":
		return ErrInvalidScope
	}
	pair, err := s.cfg.Refresh(r, refreshToken)
	if err != nil {
		return err
	}
	writeJSON(w, tokenResponse{
		AccessToken: pair.AccessToken, TokenType: "Bearer", RefreshToken: pair.RefreshToken,
		ExpiresIn: int64(pair.ExpiresIn / time.Second),
	})
	return nil
}

// writeJSON answers with body, which nobody may keep (RFC 6749 section 5.1).
func writeJSON[T any](w http.ResponseWriter, body T) {
	noStore(w.Header())
	authn.WriteJSON(w, http.StatusOK, body)
}

func noStore(h http.Header) {
	h.Set("Cache-Control", "no-store")
	h.Set("Pragma", "no-cache")
}
