package token_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"reflect"
	"strings"
	"testing"

	"github.com/authgen-go/authgen/runtime/token"
)

// SECURITY KEY-01.
func TestKEY01_WeakSecretsAreRefused(t *testing.T) {
	for _, n := range []int{0, 1, 16, 31, 1025} {
		if k, err := token.NewHMAC(hmacSecretOf(n)); err == nil || k != nil {
			t.Errorf("%d bytes: accepted", n)
		}
	}
	if _, err := token.NewHMAC(make([]byte, 32)); err == nil {
		t.Error("32 zeros: accepted")
	}
	for _, n := range []int{32, 64, 1024} {
		must(token.NewHMAC(hmacSecretOf(n)))(t)
	}
}

func hmacSecretOf(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}

// SECURITY KEY-01.
func TestKEY01_WeakPublicKeysAreRefused(t *testing.T) {
	good := signers()[token.RS256].Public().(*rsa.PublicKey)
	with := func(change func(*rsa.PublicKey)) *rsa.PublicKey {
		p := *good
		change(&p)
		return &p
	}
	bits := func(n uint) *big.Int { return new(big.Int).Add(new(big.Int).Lsh(big.NewInt(1), n-1), big.NewInt(3)) }
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	// A modulus that is a power of 65537 modulo each small prime.
	roca := new(big.Int).Exp(big.NewInt(65537), big.NewInt(129), nil)
	for name, public := range map[string]crypto.PublicKey{
		"no key": nil, "another kind": "x", "nil RSA": (*rsa.PublicKey)(nil), "empty RSA": &rsa.PublicKey{}, "nil ECDSA": (*ecdsa.PublicKey)(nil), "empty ECDSA": &ecdsa.PublicKey{},
		"1024 bits": with(func(p *rsa.PublicKey) { p.N = bits(1024) }), "2047 bits": with(func(p *rsa.PublicKey) { p.N = bits(2047) }),
		"8193 bits": with(func(p *rsa.PublicKey) { p.N = bits(8193) }), "even modulus": with(func(p *rsa.PublicKey) { p.N = new(big.Int).Lsh(big.NewInt(1), 2047) }),
		"e=1": with(func(p *rsa.PublicKey) { p.E = 1 }), "e=3": with(func(p *rsa.PublicKey) { p.E = 3 }), "even e": with(func(p *rsa.PublicKey) { p.E = 65538 }),
		"negative e": with(func(p *rsa.PublicKey) { p.E = -65537 }), "ROCA": with(func(p *rsa.PublicKey) { p.N = roca }),
		"P-384": p384.Public(), "short Ed25519": ed25519.PublicKey(make([]byte, 31)), "no Ed25519": ed25519.PublicKey(nil),
	} {
		if k, err := token.NewPublic(public); err == nil || k != nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if roca.BitLen() < 2048 {
		t.Error("the ROCA example is refused for its size")
	}
	must(token.NewPublic(good))(t)
}

// For each of them, and for its negative, one signature that nobody made verifies some
// of the messages, if Go takes the encoding at all.
// SECURITY KEY-01.
func TestKEY01_SmallOrderEd25519KeysAreRefused(t *testing.T) {
	forged := make([]byte, ed25519.SignatureSize)
	forged[0] = 1 // R is the neutral element, S is 0
	holds := 0
	for _, text := range token.SmallOrder() {
		public := must(hex.DecodeString(text))(t)
		for _, sign := range []byte{0, 0x80} {
			public[31] = public[31]&0x7f | sign
			for i := range 64 {
				if ed25519.Verify(public, fmt.Appendf(nil, "message %d", i), forged) {
					holds++
					break
				}
			}
			if _, err := token.NewPublic(ed25519.PublicKey(public)); err == nil {
				t.Errorf("%x: accepted", public)
			}
		}
	}
	if holds < 8 {
		t.Errorf("only %d of the keys are weak: the list is wrong", holds)
	}
}

// A liar signs with another key than the one that it shows.
type liar struct {
	crypto.Signer
	shown crypto.PublicKey
}

func (l liar) Public() crypto.PublicKey { return l.shown }

// A mute never signs.
type mute struct{ crypto.Signer }

func (mute) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) {
	return nil, fmt.Errorf("mute")
}

func TestSignersAreTriedAtStart(t *testing.T) {
	_, other, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]crypto.Signer{
		"nil": nil, "nil pointer": (*rsa.PrivateKey)(nil), "mute": mute{other}, "liar": liar{other, signers()[token.EdDSA].Public()},
		"another algorithm": liar{other, signers()[token.RS256].Public()}, "not DER": liar{other, signers()[token.ES256].Public()},
	} {
		if k, err := token.NewSigner(s); err == nil || k != nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestParsePEM(t *testing.T) {
	for _, alg := range algorithms[1:] {
		private := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: must(x509.MarshalPKCS8PrivateKey(signers()[alg]))(t)})
		public := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: must(x509.MarshalPKIXPublicKey(signers()[alg].Public()))(t)})
		a, b := must(token.ParsePEM("a.pem", private))(t), must(token.ParsePEM("b.pem", public))(t)
		if !a.CanSign() || b.CanSign() || a.ID() != b.ID() || a.Algorithm() != alg || b.Algorithm() != alg || len(a.ID()) != 43 {
			t.Errorf("%v and %v", a, b)
		}
		for name, text := range map[string]string{
			"two": string(private) + string(public), "none": "", "cut": string(private[:len(private)-20]), "text after it": string(private) + "x",
			"wrong label": strings.ReplaceAll(string(private), "PRIVATE", "PUBLIC"), "old label": strings.ReplaceAll(string(private), "PRIVATE KEY", "RSA PRIVATE KEY"),
			"public as private": strings.ReplaceAll(string(public), "PUBLIC", "PRIVATE"),
		} {
			k, err := token.ParsePEM("AUTH_KEY", []byte(text))
			if err == nil || k != nil || !strings.HasPrefix(err.Error(), "AUTH_KEY") {
				t.Errorf("%s: %v", name, err)
			}
			if err != nil && len(text) > 90 && strings.Contains(err.Error(), text[40:60]) {
				t.Errorf("%s: the error quotes the key: %v", name, err)
			}
		}
	}
}

// SECURITY KEY-02.
func TestKEY02_PublicMembersOnly(t *testing.T) {
	var keys []*token.Key
	for _, alg := range algorithms {
		keys = append(keys, newKey(t, alg))
	}
	set := must(token.NewKeySet(keys[3], keys[:3]...))(t)
	var doc struct{ Keys []map[string]string }
	if err := json.Unmarshal(set.JWKS(), &doc); err != nil {
		t.Fatal(err)
	}
	if len(doc.Keys) != 3 || doc.Keys[0]["alg"] != "EdDSA" {
		t.Fatalf("published: %s", set.JWKS())
	}
	allowed, seen := " kty use alg kid crv x y n e ", map[string]bool{}
	for _, k := range doc.Keys {
		for name := range k {
			if !strings.Contains(allowed, " "+name+" ") {
				t.Errorf("%s is published", name)
			}
		}
		if k["use"] != "sig" || k["alg"] == "" || len(k["kid"]) != 43 || seen[k["kid"]] || k["kty"] == "oct" {
			t.Errorf("%v", k)
		}
		seen[k["kid"]] = true
	}
	only := must(token.NewKeySet(keys[0]))(t)
	if string(only.JWKS()) != `{"keys":[]}` {
		t.Errorf("HS256 publishes %s", only.JWKS())
	}
	if text, err := keys[0].JWK(); err == nil || text != nil || keys[0].Public() != nil {
		t.Error("an HS256 key has something public")
	}
	again := must(token.ParseJWKS(set.JWKS()))(t)
	for _, k := range keys[1:] {
		if got := again.Find(k.ID()); got == nil || got.Algorithm() != k.Algorithm() || got.CanSign() || got.Thumbprint() != k.Thumbprint() {
			t.Errorf("%v was read back as %v", k, got)
		}
	}
}

// SECURITY KEY-09.
func TestKEY09_KeysPrintNoMaterial(t *testing.T) {
	for _, alg := range algorithms {
		k := newKey(t, alg)
		var canaries []string
		if alg == token.HS256 {
			canaries = spellings(hmacSecret)
		} else {
			canaries = secretsOf(signers()[alg])
		}
		ring := token.NewRing(must(token.NewKeySet(k))(t))
		var log strings.Builder
		logger := slog.New(slog.NewJSONHandler(&log, nil))
		slog.New(slog.NewTextHandler(&log, nil)).Info("x", "key", k, "set", ring.Set(), "ring", ring)
		logger.Info("x", "key", k, "ring", ring)
		holder := struct {
			Key    *token.Key
			hidden token.Key
		}{k, *k}
		for _, v := range []any{k, *k, holder, &holder, []*token.Key{k}, ring, ring.Set(), *ring.Set()} {
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%q", "%d"} {
				fmt.Fprintf(&log, verb, v)
			}
			text, _ := json.Marshal(v)
			log.Write(text)
		}
		for _, c := range canaries {
			if strings.Contains(log.String(), c) {
				t.Errorf("%s: the secret is printed as %s", alg, c)
			}
		}
		if !strings.Contains(k.String(), "[redacted]") || !strings.Contains(fmt.Sprintf("%#v", k), "[redacted]") {
			t.Errorf("%v", k)
		}
	}
}

func secretsOf(s crypto.Signer) []string {
	switch p := s.(type) {
	case *rsa.PrivateKey:
		return append(spellings(p.D.Bytes()), p.D.String()[:20], p.Primes[0].String()[:20])
	case *ecdsa.PrivateKey:
		b, _ := p.Bytes()
		return append(spellings(b), new(big.Int).SetBytes(b).String()[:20])
	case ed25519.PrivateKey:
		return spellings(p.Seed())
	}
	return nil
}

func spellings(b []byte) []string {
	return []string{
		string(b[:8]), hex.EncodeToString(b[:6]), strings.ToUpper(hex.EncodeToString(b[:6])), base64.RawURLEncoding.EncodeToString(b)[:12],
		base64.StdEncoding.EncodeToString(b)[:12], strings.Trim(fmt.Sprint(b[:6]), "[]"), strings.Trim(fmt.Sprintf("%#v", b[:4]), "[]byte{}"),
	}
}

// SECURITY KEY-10.
func TestKEY10_KeysCannotBeComparedWithEquals(t *testing.T) {
	if reflect.TypeFor[token.Key]().Comparable() {
		t.Error("== compiles on Key")
	}
}

func TestKeySetsRefuseWhatIsAmbiguous(t *testing.T) {
	a, b := newKey(t, token.EdDSA), newKey(t, token.ES256)
	public := must(token.NewPublic(a.Public()))(t)
	for name, f := range map[string]func() (*token.KeySet, error){
		"nothing":        func() (*token.KeySet, error) { return token.NewKeySet(nil) },
		"nil":            func() (*token.KeySet, error) { return token.NewKeySet(a, nil) },
		"twice":          func() (*token.KeySet, error) { return token.NewKeySet(a, b, public) },
		"cannot sign":    func() (*token.KeySet, error) { return token.NewKeySet(public, b) },
		"too many":       func() (*token.KeySet, error) { return token.NewKeySet(a, make([]*token.Key, token.MaxKeys)...) },
		"kid of another": func() (*token.KeySet, error) { return token.NewKeySet(a, token.SetID(b, a.ID())) },
	} {
		if s, err := f(); err == nil || s != nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
