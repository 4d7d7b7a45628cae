package token_test

import (
	"context"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/authgen-go/authgen/runtime/token"
)

func TestIssuedTokensVerify(t *testing.T) {
	for _, alg := range algorithms {
		t.Run(string(alg), func(t *testing.T) {
			b := newBench(t, alg)
			text := b.issue()
			for range 2 { // read and kept
				c, err := b.verify(text)
				if err != nil {
					t.Fatal(err, errors.Unwrap(err))
				}
				got := fmt.Sprint(c.Issuer, c.Subject, c.Audience, c.ClientID, c.Scopes, c.Roles, c.Version, c.Tenant, c.Org, c.Level, c.Beta, c.Groups)
				want := issuer + "ada[" + audience + "]cli [a:read a:write] [admin] 3acme6ba7b810-9dad-11d1-80b4-00c04fd430c8 -7 true [x ü\"\n]"
				if strings.ReplaceAll(got, " ", "") != strings.ReplaceAll(want, " ", "") {
					t.Errorf("got  %s\nwant %s", got, want)
				}
				if len(c.ID) != 22 || !c.IssuedAt.Equal(start) || !c.NotBefore.Equal(start) || !c.ExpiresAt.Equal(start.Add(15*time.Minute)) {
					t.Errorf("%s from %v and %v to %v", c.ID, c.IssuedAt, c.NotBefore, c.ExpiresAt)
				}
			}
			if other, _ := b.verify(b.issue()); other.ID == "" || strings.Contains(text, other.ID) {
				t.Error("two tokens have one ID")
			}
		})
	}
}

// SECURITY JWT-01.
func TestJWT01_NoneIsRefused(t *testing.T) {
	b := newBench(t, token.EdDSA)
	for _, alg := range []string{"none", "None", "NONE", "nOnE", ""} {
		head := strings.Replace(b.header(""), "EdDSA", alg, 1)
		b.refuses(alg+" signed", b.sign(head, b.payload("")), token.ErrInvalidToken)
		b.refuses(alg+" unsigned", enc(head)+"."+enc(b.payload(""))+".", token.ErrInvalidToken)
		b.refuses(alg+" with anything", enc(head)+"."+enc(b.payload(""))+".AAAA", token.ErrInvalidToken)
	}
	b.refuses("no alg", b.sign(`{"typ":"at+jwt","kid":"`+b.key.ID()+`"}`, b.payload("")), token.ErrInvalidToken)
	b.accepts("its own", b.sign(b.header(""), b.payload("")))
}

// SECURITY JWT-02.
func TestJWT02_OnlyTheAlgorithmOfTheKey(t *testing.T) {
	b := newBench(t, token.RS256)
	for _, m := range []jwt.SigningMethod{jwt.SigningMethodRS384, jwt.SigningMethodRS512, jwt.SigningMethodPS256, jwt.SigningMethodPS384, jwt.SigningMethodPS512} {
		text := enc(strings.Replace(b.header(""), "RS256", m.Alg(), 1)) + "." + enc(b.payload(""))
		signature := must(m.Sign(text, signers()[token.RS256]))(t)
		b.refuses(m.Alg(), text+"."+enc(string(signature)), token.ErrInvalidToken)
		// The same signature under the right name.
		text = enc(b.header("")) + "." + enc(b.payload(""))
		b.refuses(m.Alg()+" as RS256", text+"."+enc(string(must(m.Sign(text, signers()[token.RS256]))(t))), token.ErrInvalidToken)
	}
	for _, alg := range []string{"HS256", "ES256", "EdDSA", "rs256", "RS256 "} {
		b.refuses(alg, b.sign(strings.Replace(b.header(""), "RS256", alg, 1), b.payload("")), token.ErrInvalidToken)
	}
}

// RFC 9864 section 2.2: Ed25519 has a name of its own, and another curve another.
//
// SECURITY JWT-02.
func TestJWT02_Ed25519HasTwoNames(t *testing.T) {
	b := newBench(t, token.EdDSA)
	b.accepts("Ed25519", b.sign(strings.Replace(b.header(""), "EdDSA", "Ed25519", 1), b.payload("")))
	for _, alg := range []string{"Ed448", "ed25519", "Ed25519 ", "RS256"} {
		b.refuses(alg, b.sign(strings.Replace(b.header(""), "EdDSA", alg, 1), b.payload("")), token.ErrInvalidToken)
	}
	b = newBench(t, token.ES256)
	b.refuses("for a key of another kind", b.sign(strings.Replace(b.header(""), "ES256", "Ed25519", 1), b.payload("")), token.ErrInvalidToken)
}

// SECURITY JWT-03.
func TestJWT03_PublicKeysAreNoSecrets(t *testing.T) {
	for _, alg := range algorithms[1:] {
		b := newBench(t, alg)
		der := must(x509.MarshalPKIXPublicKey(b.key.Public()))(t)
		block := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
		for _, head := range []string{b.header(""), strings.Replace(b.header(""), string(alg), "HS256", 1)} {
			for name, secret := range map[string][]byte{
				"DER": der, "PEM": block, "PEM without its end": []byte(strings.TrimSpace(string(block))),
				"JWK": must(b.key.JWK())(t), "set": b.ring.Set().JWKS(),
			} {
				text := enc(head) + "." + enc(b.payload(""))
				signature := must(jwt.SigningMethodHS256.Sign(text, secret))(t)
				b.refuses(string(alg)+" "+name, text+"."+enc(string(signature)), token.ErrInvalidToken)
			}
		}
	}
}

// SECURITY JWT-17.
func TestJWT17_ES256SignaturesAre64RawBytes(t *testing.T) {
	b := newBench(t, token.ES256)
	text := enc(b.header("")) + "." + enc(b.payload(""))
	raw := must(b.key.Sign(text))(t)
	if len(raw) != 64 {
		t.Fatalf("a signature has %d bytes", len(raw))
	}
	b.accepts("raw", text+"."+enc(string(raw)))
	r, s := new(big.Int).SetBytes(raw[:32]), new(big.Int).SetBytes(raw[32:])
	order, _ := new(big.Int).SetString("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16)
	point := func(r, s *big.Int) string {
		return string(r.FillBytes(make([]byte, 32))) + string(s.FillBytes(make([]byte, 32)))
	}
	zero := new(big.Int)
	for name, signature := range map[string]string{
		"DER":       string(must(asn1.Marshal(struct{ R, S *big.Int }{r, s}))(t)),
		"longer":    string(raw) + "\x00",
		"padded":    "\x00" + string(raw[:32]) + "\x00" + string(raw[32:]),
		"shorter":   string(raw[:63]),
		"zero":      strings.Repeat("\x00", 64),
		"r is zero": point(zero, s), "s is zero": point(r, zero),
		"r is n": point(order, s), "s is n": point(r, order),
		"all ones": strings.Repeat("\xff", 64),
		"swapped":  point(s, r),
	} {
		b.refuses(name, text+"."+enc(signature), token.ErrInvalidToken)
	}
	if sum := new(big.Int).Add(s, order); sum.BitLen() <= 256 {
		b.refuses("s plus n", text+"."+enc(point(r, sum)), token.ErrInvalidToken)
	}
}

// SECURITY JWT-16.
func TestJWT16_AnErrorNeverComesWithClaims(t *testing.T) {
	b := newBench(t, token.EdDSA)
	for i := 1; i < 16; i++ {
		exp, aud, sub := b.now.Add(time.Hour).Unix(), audience, "ada"
		if i&1 != 0 {
			exp = b.now.Unix() - 1
		}
		if i&2 != 0 {
			aud = "other"
		}
		if i&4 != 0 {
			sub = ""
		}
		text := b.sign(b.header(""), fmt.Sprintf(`{"iss":%q,"aud":%q,"sub":%q,"exp":%d}`, issuer, aud, sub, exp))
		if i&8 != 0 {
			text = text[:len(text)-4] + "AAAA"
		}
		want := error(token.ErrInvalidToken)
		if i == 1 {
			want = token.ErrTokenExpired // the one that was good but for its age
		}
		b.refuses(fmt.Sprintf("%04b", i), text, want)
	}
}

// A source that is down says nothing about the token: 503, not 401.
func TestAKeyThatCannotBeLookedUpIsNoVerdict(t *testing.T) {
	down := errors.New("down")
	b := newBench(t, token.EdDSA, func(c *token.Config[AppClaims]) { c.Keys = source{down} })
	_, err := b.verify(b.issue())
	if !errors.Is(err, down) || errors.Is(err, token.ErrInvalidToken) {
		t.Error(err)
	}
}

type source struct{ err error }

func (s source) VerifyKey(context.Context, string) (*token.Key, error) { return nil, s.err }

// SECURITY KEY-04.
func TestKEY04_TokensOfARemovedKeyEndAtOnce(t *testing.T) {
	b := newBench(t, token.EdDSA)
	text := b.issue()
	b.accepts("before", text)
	other := newKey(t, token.ES256)
	b.ring.Replace(must(token.NewKeySet(other, b.key))(t))
	b.accepts("while it verifies only", text)
	b.ring.Replace(must(token.NewKeySet(other))(t))
	b.refuses("without it", text, token.ErrInvalidToken)
	b.ring.Replace(must(token.NewKeySet(nil, token.SetID(other, b.key.ID())))(t))
	b.refuses("with another of its name", text, token.ErrInvalidToken)
}

// A kept token is asked the time again, in both directions.
func TestREV05_AKeptTokenStillEnds(t *testing.T) {
	b := newBench(t, token.HS256)
	text := b.issue()
	b.accepts("now", text)
	b.now = start.Add(15*time.Minute - time.Second)
	b.accepts("before its end", text)
	b.now = start.Add(15 * time.Minute)
	b.refuses("at its end", text, token.ErrTokenExpired)
	b.now = start.Add(-time.Minute)
	b.refuses("a minute before it began", text, token.ErrInvalidToken)
}

func TestKeptTokensAreBounded(t *testing.T) {
	b := newBench(t, token.HS256, func(c *token.Config[AppClaims]) { c.Kept = 1 })
	first := b.issue()
	for range 200 {
		b.accepts("one of many", b.issue())
	}
	b.accepts("the first", first)
}
