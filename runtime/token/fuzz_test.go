package token_test

import (
	"bytes"
	"context"
	"crypto/rsa"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"pgregory.net/rapid"

	"github.com/authgen-go/authgen/runtime/token"
)

// oracle is golang-jwt's own parser.
func (b *bench) oracle(text string) error {
	parser := jwt.NewParser(jwt.WithValidMethods([]string{string(b.key.Algorithm())}), jwt.WithStrictDecoding(), jwt.WithExpirationRequired(),
		jwt.WithIssuer(issuer), jwt.WithAudience(audience), jwt.WithLeeway(10*time.Second), jwt.WithIssuedAt(),
		jwt.WithTimeFunc(func() time.Time { return b.now }))
	_, err := parser.Parse(text, func(*jwt.Token) (any, error) {
		if public := b.key.Public(); public != nil {
			return public, nil
		}
		return hmacSecret, nil
	})
	return err
}

// agree fails the test if a token is good for us and not for the oracle, or if two
// readings of one token differ.
func (b *bench) agree(text string) {
	b.Helper()
	c, err := b.verify(text)
	if err != nil {
		b.refuses("fuzzed", text, err)
		return
	}
	if err := b.oracle(text); err != nil {
		b.Fatalf("accepted, against golang-jwt: %v\n%s", err, text)
	}
	again, err := b.verify(text)
	if err != nil || again.Subject != c.Subject {
		b.Fatalf("kept: %v", err)
	}
}

// Z-01: nothing that golang-jwt refuses is accepted.
func FuzzVerify(f *testing.F) {
	b := newBench(f, token.HS256)
	good := b.issue()
	for _, seed := range []string{good, "", "..", "a.b.c", good + "\n", good + "=", strings.ToLower(good), good[:len(good)-1], b.sign(b.header(`,"crit":["x"]`), b.payload(""))} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		other := *b
		other.TB = t
		other.agree(text)
	})
}

// Z-01 past the signature: any header and payload, rightly signed.
func FuzzSigned(f *testing.F) {
	b := newBench(f, token.HS256)
	for _, more := range []string{"", `,"nbf":1`, `,"iat":1.5`, `,"exp":1`, `,"x":{"a":[1,{}]}`, `,"x":"\ud83d\ude00"`, `,"aud":[]`, ",\"\xff\":1", `,"tenant":"x","groups":["a"]`} {
		f.Add(b.header(more), b.payload(more))
	}
	f.Fuzz(func(t *testing.T, header, payload string) {
		other := *b
		other.TB = t
		other.agree(other.sign(header, payload))
	})
}

// Z-01: what differs in one place from a good token is none.
func TestZ01_AMutatedTokenIsNeverAccepted(t *testing.T) {
	for _, alg := range algorithms {
		b := newBench(t, alg)
		good := b.issue()
		b.accepts("as it is", good)
		rapid.Check(t, func(r *rapid.T) {
			text := []byte(good)
			for range rapid.IntRange(1, 3).Draw(r, "changes") {
				if len(text) == 0 {
					break
				}
				at := rapid.IntRange(0, len(text)-1).Draw(r, "at")
				switch rapid.IntRange(0, 3).Draw(r, "kind") {
				case 0:
					text[at] ^= 1 << rapid.IntRange(0, 7).Draw(r, "bit")
				case 1:
					text = append(text[:at:at], text[at+1:]...)
				case 2:
					c := rapid.SampledFrom([]byte("ABab01-_.=\n\r +/")).Draw(r, "byte")
					text = append(text[:at:at], append([]byte{c}, text[at:]...)...)
				default:
					text = text[:at+1]
				}
			}
			if string(text) == good {
				return
			}
			if c, err := b.verify(string(text)); err == nil || c.Subject != "" {
				r.Fatalf("%s: accepted: %s", alg, text)
			}
		})
	}
}

// Z-02: what is accepted is public, unique and strong, and reads back.
func FuzzJWKS(f *testing.F) {
	var keys []*token.Key
	for _, alg := range algorithms[1:] {
		keys = append(keys, newKey(f, alg))
	}
	f.Add(must(token.NewKeySet(nil, keys...))(f).JWKS())
	for _, seed := range []string{
		`{"keys":[]}`, `{}`, `[]`, `{"keys":[` + strings.Replace(rfc8037Key, "{", `{"kid":"a",`, 1) + `,` + strings.Replace(rfc7515EC, "{", `{"kid":"b","use":"sig",`, 1) + `]}`,
		`{"keys":[{"kty":"oct","k":"AAAA","kid":"x"}]}`, `{"keys":[` + rfc7638RSA + `]}`, `{"keys":[{"kty":"RSA","e":"AQ","n":"AQ","kid":"x"}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		before := bytes.Clone(text)
		set, err := token.ParseJWKS(text)
		if !bytes.Equal(text, before) {
			t.Fatal("the text was changed")
		}
		if err != nil {
			if set != nil {
				t.Fatal("an error came with a set")
			}
			return
		}
		judgeSet(t, set)
		if again, err := token.ParseJWKS(set.JWKS()); err != nil || again.Len() != set.Len() {
			t.Fatalf("it does not read back: %v", err)
		}
	})
}

func judgeSet(t *testing.T, set *token.KeySet) {
	t.Helper()
	var doc struct{ Keys []map[string]string }
	if err := json.Unmarshal(set.JWKS(), &doc); err != nil || len(doc.Keys) != set.Len() || set.Len() > token.MaxKeys || set.Len() == 0 {
		t.Fatalf("%d keys, published %d, %v", set.Len(), len(doc.Keys), err)
	}
	for _, k := range doc.Keys {
		key := set.Find(k["kid"])
		if key == nil || k["d"] != "" || k["k"] != "" || key.Algorithm() == token.HS256 || key.CanSign() {
			t.Fatalf("%v", k)
		}
		if p, ok := key.Public().(*rsa.PublicKey); ok && (p.N.BitLen() < 2048 || p.E < 65537) {
			t.Fatalf("weak: %v", k)
		}
		if _, err := token.NewRing(set).VerifyKey(context.Background(), k["kid"]); err != nil {
			t.Fatal(err)
		}
	}
}
