package grant

import (
	"context"
	"errors"
	"net/http"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/revocation"
	"github.com/authgen-go/authgen/runtime/token"
)

// strategy is how the spec writes what this package does.
const strategy = "jwt"

// The reasons of events.
const (
	reasonMalformed = "malformed"
	reasonRevoked   = "revoked"
	reasonSubject   = "unknown-subject"
)

// Authenticate returns the claims of the access token that r carries and the user it
// speaks for, as of now or, where [Config.MaxStaleness] allows it, a little earlier.
// It writes nothing. What it returns is shared and must not be changed. Its error is
//
//   - [authn.ErrNoCredential] without a bearer token; no storage was asked
//   - [authn.ErrInvalidRequest] if r has two Authorization headers
//   - [token.ErrInvalidToken], [token.ErrTokenExpired]; no storage was asked
//   - [revocation.ErrRevoked] if the token was good, and what it speaks for has ended
//   - any other if that could not be found out
func (s *Service[UID, U, C]) Authenticate(r *http.Request) (C, U, error) {
	claims, err := s.Verify(r)
	if err != nil {
		var nobody U
		return claims, nobody, err
	}
	user, err := s.User(r, claims)
	if err != nil {
		var nothing C
		return nothing, user, err
	}
	return claims, user, nil
}

// Verify is the first half of [Service.Authenticate]: it returns the claims of the
// access token that r carries, and asks no storage. Whom the token speaks for, and
// whether it has been revoked, is left to the second half, or to whoever knows other
// subjects than users.
func (s *Service[UID, U, C]) Verify(r *http.Request) (C, error) {
	claims, err := s.verifier.Authenticate(r)
	if err != nil {
		var nothing C
		return nothing, err
	}
	return claims, nil
}

// VerifyToken is [Service.Verify] for a token that came by another way than in the header
// of a request that it is to authenticate.
func (s *Service[UID, U, C]) VerifyToken(ctx context.Context, accessToken string) (C, error) {
	return s.verifier.Verify(ctx, accessToken)
}

// User is the second half of [Service.Authenticate]: it returns the user that the token
// of claims, which r carries and [Service.Verify] verified, speaks for.
func (s *Service[UID, U, C]) User(r *http.Request, claims C) (U, error) {
	user, err := s.UserOf(r.Context(), claims)
	switch {
	case errors.Is(err, revocation.ErrRevoked):
		s.verifier.Refused(r, reasonRevoked, s.cfg.Schema.Base(&claims).ID)
	case errors.Is(err, token.ErrInvalidToken):
		s.verifier.Refused(r, reasonSubject, s.cfg.Schema.Base(&claims).ID)
	}
	return user, err
}

// UserOf is [Service.User] for a token that came by another way: what it refuses is not
// recorded.
func (s *Service[UID, U, C]) UserOf(ctx context.Context, claims C) (U, error) {
	var nobody U
	c := s.cfg.Schema.Base(&claims)
	id, err := s.cfg.ParseID(c.Subject)
	if err != nil {
		return nobody, token.ErrInvalidToken.WithCause(errors.New("sub is no id of a user"))
	}
	user, err := s.revocations.Check(ctx, checked(c, id))
	if err != nil {
		return nobody, err
	}
	return user, nil
}

// checked is a verified token as revocations are asked about it.
func checked[UID comparable](c *token.Claims, id UID) revocation.Token[UID] {
	return revocation.Token[UID]{
		ID: c.ID, Family: c.Family, UserID: id, Version: c.Version, IssuedAt: c.IssuedAt, ExpiresAt: c.ExpiresAt,
	}
}

func (s *Service[UID, U, C]) record(ctx context.Context, e audit.Event) {
	e.Time, e.Strategy = s.cfg.Now().UTC(), strategy
	s.cfg.Audit.Record(ctx, e)
}

// Challenge returns the WWW-Authenticate value that goes with err (RFC 6750 section 3).
func (s *Service[UID, U, C]) Challenge(err error) string { return s.verifier.Challenge(err) }
