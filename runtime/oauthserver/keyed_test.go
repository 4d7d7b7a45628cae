package oauthserver_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/oauthserver"
	"github.com/authgen-go/authgen/runtime/token"
)

type event = audit.Event

// assertionType is what a client_assertion_type says.
const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// privateKeys are made once: RSA keys take long.
var privateKeys = sync.OnceValue(func() map[string]crypto.Signer {
	r, err := rsa.GenerateKey(rand.Reader, 2048)
	e, err2 := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	_, d, err3 := ed25519.GenerateKey(rand.Reader)
	if err := errors.Join(err, err2, err3); err != nil {
		panic(err)
	}
	return map[string]crypto.Signer{"RS256": r, "ES256": e, "EdDSA": d}
})

// A signer is a client that signs assertions, by golang-jwt, as clients do.
type signer struct {
	b      *bench
	client oauthserver.Client
	jwks   []byte
	key    crypto.Signer
	alg    string
	kid    string
}

// signer makes a client that signs with ES256.
func (b *bench) signer(t testing.TB) *signer { return b.signerOf(t, "ES256") }

func (b *bench) signerOf(t testing.TB, alg string) *signer {
	t.Helper()
	s := &signer{b: b, key: privateKeys()[alg], alg: alg}
	public := must(token.NewPublic(s.key.Public()))(t)
	s.kid = public.ID()
	s.jwks = must(token.NewKeySet(nil, public))(t).JWKS()
	c, secret, err := b.Create(b.Context(), oauthserver.NewClient{Name: "signer", Scopes: []string{reads}, JWKS: s.jwks})
	if err != nil || secret != "" || c.Method != oauthserver.PrivateKeyJWT {
		t.Fatalf("%+v, %q, %v", c, secret, err)
	}
	s.client = c
	return s
}

// claims are those of a good assertion, with changes; nil takes one away.
func (s *signer) claims(changes map[string]any) jwt.MapClaims {
	now := s.b.clock.now().Unix()
	claims := jwt.MapClaims{
		"iss": s.client.ID, "sub": s.client.ID, "aud": issuer, "iat": now, "exp": now + 60,
		"jti": rand.Text(),
	}
	maps.Copy(claims, changes)
	maps.DeleteFunc(claims, func(_ string, v any) bool { return v == nil })
	return claims
}

// assertion signs claims.
func (s *signer) assertion(changes map[string]any) string {
	return s.sign(map[string]any{"alg": s.alg, "kid": s.kid, "typ": "JWT"}, s.claims(changes))
}

// sign signs a header and claims of any kind with the key.
func (s *signer) sign(header map[string]any, claims any) string {
	head, err := json.Marshal(header)
	body, err2 := json.Marshal(claims)
	if err := errors.Join(err, err2); err != nil {
		s.b.Fatal(err)
	}
	return s.signText(string(head), string(body))
}

func (s *signer) signText(header, payload string) string {
	text := base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + base64.RawURLEncoding.EncodeToString([]byte(payload))
	signature, err := jwt.GetSigningMethod(s.alg).Sign(text, s.key)
	if err != nil {
		s.b.Fatal(err)
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// post sends a form with an assertion.
func (s *signer) post(path, assertion string, parameters ...string) answer {
	s.b.Helper()
	return s.b.post(path, append([]string{"client_assertion_type", assertionType, "client_assertion", assertion}, parameters...)...)
}

// get asks for a token.
func (s *signer) get(assertion string, parameters ...string) answer {
	s.b.Helper()
	return s.post(tokenPath, assertion, append([]string{"grant_type", "client_credentials"}, parameters...)...)
}

// in is a time from now as a claim has it.
func (s *signer) in(d time.Duration) int64 { return s.b.clock.now().Add(d).Unix() }
