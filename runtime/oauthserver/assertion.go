package oauthserver

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/authgen-go/authgen/runtime/once"
	"github.com/authgen-go/authgen/runtime/token"
)

const (
	// maxAssertionLife is how far ahead an assertion may end (SECURITY OAS-07).
	maxAssertionLife = 5 * time.Minute
	// maxAssertionID bounds its jti, in bytes.
	maxAssertionID = 256
	// maxAhead is the most that clients' clocks are allowed to be fast.
	maxAhead = time.Minute
	// usedMargin is how much longer than it could be used an assertion is known to be
	// used: another process, whose clock is fast, may do the forgetting.
	usedMargin = time.Minute

	kindAssertion = "client assertion"
)

// assertionTypes are what typ says in assertions: that of their own, the one that means
// nothing, or nothing at all. An access token is none (SECURITY JWT-14).
var assertionTypes = []string{"client-authentication+jwt", "jwt", ""}

// byAssertion holds an assertion to the keys of its client and uses it up (SECURITY
// OAS-07, RFC 7523 section 3).
func (c *Clients) byAssertion(ctx context.Context, creds credentials, r Record) (caller, error) {
	switch {
	case r.ID == "":
		return caller{}, c.refuse(ctx, "", reasonUnknown)
	case r.Method != PrivateKeyJWT || c.cfg.Assertions == nil:
		return caller{}, c.refuse(ctx, r.ID, reasonWrongMethod)
	}
	claims, err := c.verify(ctx, creds.assertion, r)
	if errors.Is(err, token.ErrInvalidToken) || errors.Is(err, token.ErrTokenExpired) {
		return caller{}, c.refuse(ctx, r.ID, token.Reason(err))
	}
	if err != nil {
		return caller{}, err
	}
	switch {
	case claims.Subject != r.ID || len(claims.Audience) != 1 || len(claims.ID) > maxAssertionID:
		return caller{}, c.refuse(ctx, r.ID, reasonMalformed)
	case claims.ExpiresAt.Sub(c.now()) > maxAssertionLife+min(c.cfg.Leeway, maxAhead):
		return caller{}, c.refuse(ctx, r.ID, reasonTooLongLived)
	case r.Disabled:
		return caller{}, c.refuse(ctx, r.ID, reasonDisabled)
	}
	// Last, so that nobody but the client uses up what it signed. An id is the client's
	// own: others may have the same. Ids of clients have one length.
	err = c.cfg.Assertions.Use(ctx, kindAssertion, r.ID+claims.ID, claims.ExpiresAt.Add(c.cfg.Leeway+usedMargin))
	switch {
	case errors.Is(err, once.ErrUsed):
		return caller{}, c.refuse(ctx, r.ID, reasonReplayed)
	case err != nil:
		return caller{}, fmt.Errorf("use up a client assertion: %w", err)
	}
	return caller{Client: r.Client}, nil
}

// verify reads an assertion as strictly as an access token, with the keys of the client
// and the algorithm of each. The audience is the issuer, as the one value: a server that
// also took the address of an endpoint could be sent what was signed for another.
func (c *Clients) verify(ctx context.Context, assertion string, r Record) (token.Claims, error) {
	keys, err := token.ParseJWKS([]byte(r.JWKS))
	if err != nil {
		return token.Claims{}, fmt.Errorf("read the keys of OAuth client %s: %w", r.ID, err)
	}
	v, err := token.NewVerifier(token.Config[token.Claims]{
		Schema: token.Basic(), Keys: token.NewRing(keys), Issuer: r.ID, Audience: []string{c.cfg.Issuer},
		Leeway: c.cfg.Leeway, Types: assertionTypes, RequireID: true, Foreign: true, Kept: -1, Now: c.cfg.Now,
	})
	if err != nil {
		return token.Claims{}, err
	}
	return v.Verify(ctx, assertion)
}

// claimedSubject returns whom an assertion says it is from, in order to find the keys
// that it is then held to, by a strict reader that must find the same there.
func claimedSubject(assertion string) (string, bool) {
	if len(assertion) > token.MaxSize {
		return "", false
	}
	parts := strings.Split(assertion, ".")
	if len(parts) != 3 {
		return "", false
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return "", false
	}
	var claims struct {
		Subject string `json:"sub"`
	}
	if err := json.Unmarshal(text, &claims); err != nil {
		return "", false
	}
	return claims.Subject, claims.Subject != ""
}
