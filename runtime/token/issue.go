package token

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// An IssuerConfig configures an [Issuer] of claims of the type C.
type IssuerConfig[C any] struct {
	// Schema is how claims are written. Required.
	Schema *Schema[C]
	// Keys hold the key that signs. Required.
	Keys *Ring
	// Issuer is what iss says. Required.
	Issuer string
	// Audience is whom tokens are for. Required.
	Audience []string
	// TTL is how long tokens live: at least a second, at most [MaxTTL]. Required. A
	// token may be given a shorter life, see [Issuer.Issue].
	TTL time.Duration
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// An Issuer makes access tokens. It is safe for concurrent use.
type Issuer[C any] struct {
	cfg IssuerConfig[C]
}

// NewIssuer returns an issuer. The ring must hold a key that signs.
func NewIssuer[C any](cfg IssuerConfig[C]) (*Issuer[C], error) {
	switch {
	case cfg.Schema == nil:
		return nil, errors.New("token: IssuerConfig.Schema is missing")
	case cfg.Keys == nil || cfg.Keys.Set().Signing() == nil:
		return nil, errors.New("token: IssuerConfig.Keys holds no key that signs")
	case cfg.TTL < time.Second || cfg.TTL > MaxTTL:
		return nil, errors.New("token: IssuerConfig.TTL must be a second to 24 hours")
	}
	if err := checkNames(cfg.Issuer, cfg.Audience); err != nil {
		return nil, err
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	cfg.Audience = slices.Clone(cfg.Audience)
	return &Issuer[C]{cfg: cfg}, nil
}

// Issue returns a token of claims, and the claims as they are in it. Issuer, audience,
// ID, IssuedAt and NotBefore are filled in, whatever was there. ExpiresAt is the TTL
// from now, or what the caller set if that is earlier: a token must not outlive the
// login that it belongs to. The rest is the caller's, and a subject must be given.
//
// It fails if the token would have ended already, if AuthTime is before 1970 or after
// the year 9999, if a claim is not valid UTF-8, if a scope is not one word, if the token
// would be longer than [MaxSize], or if the key does not sign now.
func (i *Issuer[C]) Issue(claims C) (string, C, error) {
	var none C
	key := i.cfg.Keys.Set().Signing()
	if key == nil {
		return "", none, errors.New("token: no key signs")
	}
	if err := i.fill(i.cfg.Schema.base(&claims)); err != nil {
		return "", none, err
	}
	payload, err := i.cfg.Schema.append(nil, &claims)
	if err != nil {
		return "", none, err
	}
	head, err := json.Marshal(struct {
		Alg Algorithm `json:"alg"`
		Typ string    `json:"typ"`
		Kid string    `json:"kid"`
	}{key.alg, typeAccess, key.id})
	if err != nil {
		return "", none, fmt.Errorf("token: header: %w", err)
	}
	signed := base64url.EncodeToString(head) + "." + base64url.EncodeToString(payload)
	signature, err := key.sign(signed)
	if err != nil {
		return "", none, err
	}
	token := signed + "." + base64url.EncodeToString(signature)
	if len(token) > MaxSize {
		return "", none, errors.New("token: the claims are too large for a token")
	}
	return token, claims, nil
}

// fill sets what the issuer decides. Times in tokens are whole seconds, and cut, so
// that no token ends later than it may.
func (i *Issuer[C]) fill(c *Claims) error {
	var id [16]byte
	_, _ = rand.Read(id[:]) // it cannot fail
	now := i.cfg.Now().UTC().Truncate(time.Second)
	c.Issuer, c.Audience, c.ID = i.cfg.Issuer, slices.Clone(i.cfg.Audience), base64url.EncodeToString(id[:])
	c.IssuedAt, c.NotBefore = now, now
	end := now.Add(i.cfg.TTL)
	if !c.ExpiresAt.IsZero() && c.ExpiresAt.Before(end) {
		end = c.ExpiresAt.UTC()
	}
	c.ExpiresAt = end.Truncate(time.Second)
	if !c.ExpiresAt.After(now) {
		return errors.New("token: what the token belongs to has ended")
	}
	if !c.AuthTime.IsZero() {
		c.AuthTime = c.AuthTime.UTC().Truncate(time.Second)
	}
	return nil
}

// append writes claims as JSON.
func (s *Schema[C]) append(b []byte, claims *C) ([]byte, error) {
	b, err := appendBase(b, s.base(claims))
	if err != nil {
		return nil, err
	}
	for _, claim := range s.extra {
		name, err := appendString(append(b, ','), claim.name)
		if err != nil {
			return nil, err
		}
		if b, err = claim.write(claims, append(name, ':')); err != nil {
			return nil, fmt.Errorf("token: claim %s: %w", claim.name, err)
		}
	}
	return append(b, '}'), nil
}

// appendBase writes [Claims], without the end.
func appendBase(b []byte, c *Claims) ([]byte, error) {
	if c.Subject == "" {
		return nil, errors.New("token: the subject is missing")
	}
	for _, scope := range c.Scopes {
		if scope == "" || strings.Contains(scope, " ") {
			return nil, errors.New("token: a scope is one word")
		}
	}
	if at := c.AuthTime.Unix(); !c.AuthTime.IsZero() && (at < 0 || at > lastDate) {
		return nil, errors.New("token: the AuthTime is no date that a verifier takes")
	}
	b = fmt.Appendf(b, `{"exp":%d,"iat":%d,"nbf":%d,"ver":%d`, c.ExpiresAt.Unix(), c.IssuedAt.Unix(), c.NotBefore.Unix(), c.Version)
	if !c.AuthTime.IsZero() {
		b = fmt.Appendf(b, `,"auth_time":%d`, c.AuthTime.Unix())
	}
	for _, m := range [...]struct{ name, value string }{
		{"iss", c.Issuer}, {"sub", c.Subject}, {"jti", c.ID},
		{"client_id", c.ClientID}, {"scope", strings.Join(c.Scopes, " ")}, {"sid", c.Family},
	} {
		if m.value == "" {
			continue
		}
		var err error
		if b, err = appendString(append(b, `,"`+m.name+`":`...), m.value); err != nil {
			return nil, err
		}
	}
	b, err := appendStrings(append(b, `,"aud":`...), c.Audience)
	if err != nil || len(c.Roles) == 0 {
		return b, err
	}
	return appendStrings(append(b, `,"roles":`...), c.Roles)
}
