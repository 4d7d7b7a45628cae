package oauth

import (
	"context"
	"crypto/subtle"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

const (
	// maxAhead is how far an ID token may be from the future (SECURITY JWT-12).
	maxAhead = time.Minute
	// maxBehind is how much it may seem older than the flow that it belongs to.
	maxBehind = 5 * time.Minute
)

// identifyByToken verifies the ID token that came with t (SECURITY OAC-04).
func (c *client) identifyByToken(ctx context.Context, e *endpoints, f flow, t *oauth2.Token) (person, error) {
	raw, _ := t.Extra("id_token").(string)
	if raw == "" {
		return person{}, c.broken(reasonAnswer, tokenEndpoint+" gave no ID token")
	}
	token, said, err := c.verify(ctx, e, raw)
	if err != nil {
		return person{}, err
	}
	if err := c.judge(token, said, f, t.AccessToken); err != nil {
		return person{}, err
	}
	who := c.describe(said)
	if c.wantsMore(e, who) {
		return c.addUserInfo(ctx, e, who, t.AccessToken)
	}
	return who, nil
}

// verify lets go-oidc check the signature, the algorithm, iss, aud and exp.
func (c *client) verify(ctx context.Context, e *endpoints, raw string) (*oidc.IDToken, claims, error) {
	if !isCompact(raw) {
		return nil, nil, c.unbelievable(reasonForm, "the ID token is not three parts of base64url")
	}
	keys := &keySet{keys: e.keys, algorithms: e.algorithms}
	token, err := oidc.NewVerifier(e.issuer, keys, &oidc.Config{
		ClientID: c.ClientID, SupportedSigningAlgs: e.algorithms, Now: c.now,
		SkipIssuerCheck: c.kind.belongs != nil, // it is done below
	}).Verify(ctx, raw)
	switch {
	case keys.err != nil:
		return nil, nil, c.broken(reasonKeys, "its keys cannot be known now")
	case keys.failure != nil:
		return nil, nil, c.unbelievable(keys.failure.reason, keys.failure.text)
	case keys.payload == nil:
		return nil, nil, c.unbelievable(reasonAlgorithm, "the ID token is not signed, or by an algorithm that is not allowed")
	}
	said, malformed := parseClaims(keys.payload)
	switch {
	case malformed != nil:
		return nil, nil, c.unbelievable(reasonClaims, "the claims of the ID token are not one strict JSON object")
	case err != nil:
		return nil, nil, c.blame(e, said)
	case c.kind.belongs != nil && (!issuerFits(e.issuer, token.Issuer) || !c.kind.belongs(c.Issuer, said)):
		return nil, nil, c.unbelievable(reasonIssuer, "the ID token is of another issuer")
	}
	return token, said, nil
}

// blame says what go-oidc did not like about signed claims, for the record.
func (c *client) blame(e *endpoints, said claims) error {
	until, ends := said.date("exp")
	from, begins := said.date("nbf")
	switch {
	case c.kind.belongs == nil && said.str("iss") != e.issuer:
		return c.unbelievable(reasonIssuer, "the ID token is of another issuer")
	case !slices.Contains(said.strs("aud"), c.ClientID):
		return c.unbelievable(reasonAudience, "the ID token is for somebody else")
	case ends && until.Before(c.now()), begins && from.After(c.now()):
		return c.unbelievable(reasonOver, "the ID token has expired or is not good yet")
	default:
		return c.unbelievable(reasonClaims, "a claim of the ID token is missing or of a wrong type")
	}
}

// judge does what go-oidc leaves to its callers (OpenID Connect Core 1.0 section 3.1.3.7).
func (c *client) judge(token *oidc.IDToken, said claims, f flow, access string) error {
	issued, sane := said.date("iat")
	now := c.now()
	switch {
	case subtle.ConstantTimeCompare([]byte(said.str("nonce")), []byte(f.Nonce)) != 1:
		return c.unbelievable(reasonNonce, "the ID token is of another login")
	case !isSubject(said.str("sub")):
		return c.unbelievable(reasonSubject, "the ID token names nobody")
	case said.has("azp") && said.str("azp") != c.ClientID, len(token.Audience) > 1 && !said.has("azp"):
		return c.unbelievable(reasonParty, "the ID token was made for another application")
	case !sane || issued.Sub(now) >= maxAhead || issued.Before(f.begun().Add(-maxBehind)):
		return c.unbelievable(reasonIssuedAt, "the ID token does not say when it was made, or not now")
	case said.has("at_hash") && token.VerifyAccessToken(access) != nil:
		return c.unbelievable(reasonTokenHash, "the access token is not the one of the ID token")
	}
	return nil
}

// describe reads what the claims say of a person.
func (c *client) describe(said claims) person {
	who := person{subject: said.str("sub"), name: cleanName(said.str("name"))}
	verified := said.isTrue("email_verified")
	if c.kind.verified != nil {
		verified = c.kind.verified(said)
	}
	who.setEmail(said.str("email"), verified)
	return who
}

// unbelievable is the error for what a provider says, or somebody in its name.
func (c *client) unbelievable(reason, text string) error {
	return because(ErrIdentity, reason, "provider "+c.Name+": "+text)
}

// isCompact reports whether text is a JWS in compact serialization (RFC 7515 section 7.1).
// The library also reads the others, and skips white space.
func isCompact(text string) bool {
	return strings.Count(text, ".") == 2 && !strings.ContainsFunc(text, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_' && r != '.'
	})
}
