package token_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/token"
)

func get(h http.Handler, method string, header ...string) *http.Response {
	r := httptest.NewRequest(method, "https://id.example/.well-known/jwks.json", nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	return string(must(io.ReadAll(r.Body))(t))
}

// SECURITY KEY-02.
func TestKEY02_TheJWKSIsPublicAndMayBeKept(t *testing.T) {
	var keys []*token.Key
	for _, alg := range algorithms {
		keys = append(keys, newKey(t, alg))
	}
	set := must(token.NewKeySet(keys[3], keys[:3]...))(t)
	h := token.JWKSHandler(token.NewRing(set), 10*time.Minute+900*time.Millisecond)

	r := get(h, http.MethodGet)
	for name, want := range map[string]string{
		"Content-Type": "application/jwk-set+json", "Cache-Control": "public, max-age=600", "X-Content-Type-Options": "nosniff",
	} {
		if got := r.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	text := body(t, r)
	var doc struct {
		Keys []map[string]json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal([]byte(text), &doc); err != nil || r.StatusCode != http.StatusOK {
		t.Fatalf("%d, %v", r.StatusCode, err)
	}
	members := map[string]bool{"kty": true, "use": true, "alg": true, "kid": true, "crv": true, "x": true, "y": true, "n": true, "e": true}
	for _, k := range doc.Keys {
		for name := range k {
			if !members[name] {
				t.Errorf("%s is published", name)
			}
		}
	}
	if len(doc.Keys) != 3 || string(doc.Keys[0]["kid"]) != `"`+keys[3].ID()+`"` {
		t.Errorf("published: %s", text)
	}

	only := token.JWKSHandler(token.NewRing(must(token.NewKeySet(keys[0]))(t)), -time.Second)
	if r := get(only, http.MethodGet); body(t, r) != `{"keys":[]}` || r.Header.Get("Cache-Control") != "public, max-age=0" {
		t.Errorf("HS256: %v", r.Header)
	}
}

func TestTheJWKSIsSentOnceToThoseWhoHaveIt(t *testing.T) {
	one, two := newKey(t, token.EdDSA), newKey(t, token.ES256)
	ring := token.NewRing(must(token.NewKeySet(one))(t))
	h := token.JWKSHandler(ring, time.Minute)
	tag := get(h, http.MethodGet).Header.Get("ETag")
	if len(tag) < 20 || tag[0] != '"' || tag[len(tag)-1] != '"' {
		t.Fatalf("the tag is not a strong one: %s", tag)
	}
	for value, want := range map[string]int{
		tag: http.StatusNotModified, "W/" + tag: http.StatusNotModified, "*": http.StatusNotModified, `"x", ` + tag: http.StatusNotModified,
		`"x"`: http.StatusOK, strings.Trim(tag, `"`): http.StatusOK,
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			r := get(h, method, "If-None-Match", value)
			if r.StatusCode != want || r.Header.Get("ETag") != tag || r.Header.Get("Cache-Control") != "public, max-age=60" {
				t.Errorf("%s %s: %d, %v", method, value, r.StatusCode, r.Header)
			}
			if want == http.StatusNotModified && body(t, r) != "" {
				t.Error("304 with a body")
			}
		}
	}
	if r := get(h, http.MethodHead); body(t, r) != "" || r.Header.Get("ETag") != tag || r.Header.Get("Content-Length") == "" {
		t.Errorf("HEAD: %v", r.Header)
	}

	ring.Replace(must(token.NewKeySet(one, two))(t))
	if r := get(h, http.MethodGet, "If-None-Match", tag); r.StatusCode != http.StatusOK || r.Header.Get("ETag") == tag {
		t.Errorf("another set: %d", r.StatusCode)
	}
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, "TRACE", "get"} {
		if r := get(h, method); r.StatusCode != http.StatusMethodNotAllowed || r.Header.Get("Allow") != "GET, HEAD" || body(t, r) != "" {
			t.Errorf("%s: %d %v", method, r.StatusCode, r.Header)
		}
	}
}
