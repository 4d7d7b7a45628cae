package jwks_test

import (
	"crypto/rsa"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/jwks"
	"github.com/authgen-go/authgen/runtime/token"
)

// Z-02: whatever an issuer answers, nothing panics; what is accepted is public, unique
// and strong; and what is not changes nothing.
func FuzzImport(f *testing.F) {
	good := setOf(f, oneOfEach()...)
	one := named(f, newKey(f), "a")
	for _, text := range []string{
		good, "", "{}", `{"keys":[]}`, "<html>", `{"keys":[` + one + `]}`, `{"keys":[` + one + `,` + one + `]}`, `{"keys":[` + strings.Replace(one, "{", `{"d":"AA",`, 1) + `]}`,
		`{"keys":[{"kty":"oct","k":"AAAA","kid":"x"}]}`, `{"keys":[` + one + `,{"kty":"RSA","e":"AQ","n":"AQ","kid":"x"}]}`, `{"keys":[` + one + `],"keys":[]}`, strings.Repeat(`{"a":`, 100),
	} {
		f.Add(200, "max-age=60", `"v1"`, []byte(text))
	}
	f.Add(304, "no-store", "W/\"\"", []byte(nil))
	f.Add(302, "max-age=-1, max-age=999999999999999999999", "x", []byte(good))
	before := newKey(f)
	inForce := setOf(f, before)
	f.Fuzz(func(t *testing.T, status int, caching, tag string, body []byte) {
		b := newBenchOn(t, roundTripper(func(*http.Request) (*http.Response, error) { return response(inForce, "ETag", `"v0"`), nil }))
		b.fetches()
		b.SetTransport(roundTripper(func(*http.Request) (*http.Response, error) {
			return &http.Response{
				StatusCode: status, Header: http.Header{"Cache-Control": {caching}, "Etag": {tag}},
				ContentLength: -1, Body: io.NopCloser(strings.NewReader(string(body))),
			}, nil
		}))
		err := b.Refresh(t.Context())
		if d := b.Pause(0); d < 900*time.Millisecond || d > 12*time.Hour {
			t.Fatalf("the next fetch is in %v", d)
		}
		if err != nil || status == http.StatusNotModified {
			b.has("before", before.ID())
			if b.Len() != 1 {
				t.Fatalf("%d keys", b.Len())
			}
			return
		}
		judge(t, b, status, body)
	})
}

// newBenchOn returns a bench without a server.
func newBenchOn(t testing.TB, n http.RoundTripper) *bench {
	t.Helper()
	r := must(jwks.Build(jwks.Config{URL: "https://id.example/", Logger: slog.New(slog.DiscardHandler)}))(t)
	r.SetTransport(n)
	t.Cleanup(r.Close)
	return &bench{TB: t, Remote: r}
}

// judge holds a set that was accepted to what an independent reader says of it.
func judge(t *testing.T, b *bench, status int, body []byte) {
	t.Helper()
	var doc struct{ Keys []map[string]any }
	if err := json.Unmarshal(body, &doc); err != nil || status != http.StatusOK || len(body) > token.MaxJWKS {
		t.Fatalf("accepted with status %d: %v", status, err)
	}
	seen, found := map[any]bool{}, 0
	for _, jwk := range doc.Keys {
		id, _ := jwk["kid"].(string)
		if id != "" && seen[id] || jwk["d"] != nil || jwk["k"] != nil || jwk["p"] != nil {
			t.Fatalf("accepted: %v", jwk)
		}
		seen[id] = true
		k, err := b.VerifyKey(t.Context(), id)
		if errors.Is(err, token.ErrUnknownKey) {
			continue // not for us
		}
		if err != nil || k.ID() != id || k.CanSign() || k.Algorithm() == token.HS256 {
			t.Fatalf("%v: %v", jwk, err)
		}
		if p, ok := k.Public().(*rsa.PublicKey); ok && (p.N.BitLen() < 2048 || p.E < 65537) {
			t.Fatalf("weak: %v", jwk)
		}
		found++
	}
	if found == 0 || found != b.Len() || found > token.MaxKeys {
		t.Fatalf("%d of %d keys found", found, b.Len())
	}
}
