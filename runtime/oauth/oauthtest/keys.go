package oauthtest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/golang-jwt/jwt/v5"

	"github.com/authgen-go/authgen/runtime/token"
)

// A key signs ID tokens.
type key struct {
	id      string
	method  jwt.SigningMethod
	private crypto.Signer
	jwk     map[string]any
}

// Rotate replaces the key by a new one: RS256, ES256 or EdDSA. The old one is published no
// more.
func (p *Provider) Rotate(t testing.TB, algorithm string) {
	t.Helper()
	k := newKey(t, algorithm)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keys = []*key{k}
}

// AddKey publishes one more key, which does not sign.
func (p *Provider) AddKey(t testing.TB, algorithm string) {
	t.Helper()
	k := newKey(t, algorithm)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keys = append([]*key{k}, p.keys...)
}

// PublicKey returns the public key that signs.
func (p *Provider) PublicKey() crypto.PublicKey {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.keys[len(p.keys)-1].private.Public()
}

func newKey(t testing.TB, algorithm string) *key {
	t.Helper()
	k := new(key)
	var err error
	switch algorithm {
	case "RS256":
		k.method = jwt.SigningMethodRS256
		k.private, err = rsa.GenerateKey(rand.Reader, 2048)
	case "EdDSA":
		k.method = jwt.SigningMethodEdDSA
		_, k.private, err = ed25519.GenerateKey(rand.Reader)
	default:
		k.method = jwt.SigningMethodES256
		k.private, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	if err != nil {
		t.Fatal(err)
	}
	public, err := token.NewPublic(k.private.Public())
	if err != nil {
		t.Fatal(err)
	}
	text, err := public.JWK()
	if err == nil {
		err = json.Unmarshal(text, &k.jwk)
	}
	if err != nil {
		t.Fatal(err)
	}
	k.id = public.ID()
	return k
}

func (p *Provider) serveKeys(w http.ResponseWriter) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var set []map[string]any
	for _, k := range p.keys {
		set = append(set, k.jwk)
	}
	if p.misdeeds.Keys != nil {
		set = p.misdeeds.Keys(set)
	}
	writeJSON(w, http.StatusOK, map[string][]map[string]any{"keys": set})
}
