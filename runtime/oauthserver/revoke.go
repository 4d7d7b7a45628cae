package oauthserver

import (
	"context"
	"errors"
	"net/http"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/token"
)

// Revoke is the revocation endpoint (RFC 7009). A client ends an access token that was
// given to it. A token that is unknown, dead already, or somebody else's is passed over,
// which the answer does not tell (SECURITY REV-01); if the storage did not confirm, it is
// an error (SECURITY REV-02).
func (s *Server) Revoke(w http.ResponseWriter, r *http.Request) error {
	form, err := ParseForm(w, r)
	if err != nil {
		return err
	}
	who, err := s.clients.authenticate(w.Header(), r, form, s.cfg.Limit)
	if err != nil {
		return err
	}
	claims, live, err := s.live(r.Context(), form)
	if err != nil {
		return err
	}
	switch {
	case !live:
		s.passOver(r, who, "", reasonUnknown)
	case !IsMachine(claims) || claims.ClientID != who.ID:
		s.passOver(r, who, claims.ID, reasonForeign)
	default:
		if err := s.clients.Revoke(r.Context(), claims); err != nil {
			return err
		}
	}
	noStore(w.Header())
	w.WriteHeader(http.StatusOK)
	return nil
}

func (s *Server) passOver(r *http.Request, who caller, tokenID, reason string) {
	s.clients.record(r.Context(), audit.Event{
		Type: audit.TokenRevoked, Outcome: audit.Denied, Reason: reason, Actor: who.ID, Target: tokenID,
	})
}

// live returns what a guard finds of the token that a form is about, and whether it
// would let it pass. What kind of token the client takes it for makes no difference.
func (s *Server) live(ctx context.Context, form Form) (token.Claims, bool, error) {
	text := form.Get("token")
	if text == "" {
		return token.Claims{}, false, invalid("The parameter token is missing.")
	}
	claims, err := s.cfg.Live(ctx, text)
	if err == nil {
		return claims, true, nil
	}
	if p, ok := errors.AsType[*authn.Problem](err); ok && p.Code.Status() == http.StatusUnauthorized {
		return token.Claims{}, false, nil
	}
	return token.Claims{}, false, err
}
