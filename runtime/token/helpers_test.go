package token_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/asn1"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/authgen-go/authgen/runtime/token"
)

const (
	issuer   = "https://id.example"
	audience = "https://api.example"
)

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// AppClaims are those of an application.
type AppClaims struct {
	token.Claims
	Tenant string
	Org    uuid.UUID
	Level  int64
	Beta   bool
	Groups []string
}

func schema(t testing.TB) *token.Schema[AppClaims] {
	t.Helper()
	return must(token.NewSchema(func(c *AppClaims) *token.Claims { return &c.Claims },
		token.StringClaim("tenant", func(c *AppClaims) *string { return &c.Tenant }),
		token.TextClaim("org", func(c *AppClaims) *uuid.UUID { return &c.Org }),
		token.Int64Claim("level", func(c *AppClaims) *int64 { return &c.Level }),
		token.BoolClaim("beta", func(c *AppClaims) *bool { return &c.Beta }),
		token.StringsClaim("groups", func(c *AppClaims) *[]string { return &c.Groups }),
	))(t)
}

// must returns a function that fails the test if err is not nil.
func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// signers are private keys made once: RSA keys take long.
var signers = sync.OnceValue(func() map[token.Algorithm]crypto.Signer {
	r, err := rsa.GenerateKey(rand.Reader, 2048)
	e, err2 := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	_, d, err3 := ed25519.GenerateKey(rand.Reader)
	if err := errors.Join(err, err2, err3); err != nil {
		panic(err)
	}
	return map[token.Algorithm]crypto.Signer{token.RS256: r, token.ES256: e, token.EdDSA: d}
})

var hmacSecret = []byte("\x5b\x1f\x0c\xd3\xa4\x9e\x77\x28\xc6\xe0\x55\x92\xbd\x61\x41\xf8\x87\x03\x3a\xd9\xfe\x12\xe6\x90\x4c\x75\xab\x28\xd1\x0f\x9e\x63")

var algorithms = []token.Algorithm{token.HS256, token.RS256, token.ES256, token.EdDSA}

func newKey(t testing.TB, alg token.Algorithm) *token.Key {
	t.Helper()
	if alg == token.HS256 {
		return must(token.NewHMAC(hmacSecret))(t)
	}
	return must(token.NewSigner(signers()[alg]))(t)
}

// A bench is an issuer and a verifier with one clock.
type bench struct {
	testing.TB
	key      *token.Key
	ring     *token.Ring
	issuer   *token.Issuer[AppClaims]
	verifier *token.Verifier[AppClaims]
	now      time.Time
}

func newBench(t testing.TB, alg token.Algorithm, change ...func(*token.Config[AppClaims])) *bench {
	t.Helper()
	b := &bench{TB: t, key: newKey(t, alg), now: start}
	b.ring = token.NewRing(must(token.NewKeySet(b.key))(t))
	clock := func() time.Time { return b.now }
	cfg := token.Config[AppClaims]{
		Schema: schema(t), Keys: b.ring, Issuer: issuer, Audience: []string{audience}, Now: clock,
	}
	for _, f := range change {
		f(&cfg)
	}
	b.verifier = must(token.NewVerifier(cfg))(t)
	b.issuer = must(token.NewIssuer(token.IssuerConfig[AppClaims]{
		Schema: cfg.Schema, Keys: b.ring, Issuer: issuer, Audience: []string{audience}, TTL: 15 * time.Minute, Now: clock,
	}))(t)
	return b
}

// issue returns a good token.
func (b *bench) issue() string {
	b.Helper()
	text, _, err := b.issuer.Issue(AppClaims{
		Claims: token.Claims{Subject: "ada", ClientID: "cli", Scopes: []string{"a:read", "a:write"}, Roles: []string{"admin"}, Version: 3},
		Tenant: "acme", Org: uuid.MustParse("6ba7b810-9dad-11d1-80b4-00c04fd430c8"), Level: -7, Beta: true, Groups: []string{"x", "ü\"\n"},
	})
	if err != nil {
		b.Fatal(err)
	}
	return text
}

func (b *bench) verify(text string) (AppClaims, error) {
	return b.verifier.Verify(context.Background(), text)
}

// header returns a good header with more members.
func (b *bench) header(more string) string {
	return fmt.Sprintf(`{"alg":%q,"typ":"at+jwt","kid":%q%s}`, b.key.Algorithm(), b.key.ID(), more)
}

// payload returns good claims with more members.
func (b *bench) payload(more string) string {
	return fmt.Sprintf(`{"iss":%q,"aud":%q,"sub":"ada","exp":%d%s}`, issuer, audience, b.now.Add(time.Hour).Unix(), more)
}

// sign signs any header and payload with the key.
func (b *bench) sign(header, payload string) string {
	b.Helper()
	text := enc(header) + "." + enc(payload)
	return text + "." + enc(string(must(b.key.Sign(text))(b)))
}

func enc(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// accepts fails the test unless the token is good.
func (b *bench) accepts(what, text string) {
	b.Helper()
	if c, err := b.verify(text); err != nil || c.Subject == "" {
		b.Errorf("%s: %v, %v", what, err, errors.Unwrap(err))
	}
}

// refuses fails the test unless the token is refused with want and without claims
// (SECURITY JWT-16).
func (b *bench) refuses(what, text string, want error) {
	b.Helper()
	c, err := b.verify(text)
	if !errors.Is(err, want) {
		b.Errorf("%s: %v (%v), want %v", what, err, errors.Unwrap(err), want)
	}
	if c.Subject != "" || c.Issuer != "" || c.Audience != nil || c.Tenant != "" || !c.ExpiresAt.IsZero() {
		b.Errorf("%s: refused, with claims %+v", what, c)
	}
}

// ecdsaDER turns 64 raw bytes into DER.
func ecdsaDER(raw []byte) ([]byte, error) {
	return asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(raw[:32]), new(big.Int).SetBytes(raw[32:])})
}
