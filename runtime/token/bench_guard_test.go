package token_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/token"
)

// BenchmarkGuard is one request with an access token, through a guard to a handler, when
// the token is seen for the first time and when it is kept, beside golang-jwt's parser
// and the bare primitive, neither of which has a request around it.
func BenchmarkGuard(b *testing.B) {
	for _, alg := range algorithms {
		with := newBench(b, alg)
		text := with.issue()
		// Tokens are kept for the key that verified them: where its equal takes turns with
		// it, none was seen before.
		turns, n := [2]*token.KeySet{with.ring.Set(), must(token.NewKeySet(newKey(b, alg)))(b)}, 0
		b.Run(string(alg)+"/first", func(b *testing.B) {
			benchmarkGuard(b, with, text, func() {
				n++
				with.ring.Replace(turns[n%2])
			})
		})
		b.Run(string(alg)+"/kept", func(b *testing.B) { benchmarkGuard(b, with, text, func() {}) })
		b.Run(string(alg)+"/golang-jwt", func(b *testing.B) { benchmarkLibrary(b, with, text) })
		b.Run(string(alg)+"/primitive", func(b *testing.B) { benchmarkPrimitive(b, with, text) })
	}
}

func benchmarkGuard(b *testing.B, with *bench, text string, before func()) {
	guard := authn.NewGuard[*AppClaims](new(authn.Frame), bearer{with.verifier})
	h := guard.Require(nil)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c, ok := authn.IdentityFrom[*AppClaims](r.Context()); ok && c.Subject == "ada" {
			w.WriteHeader(http.StatusNoContent)
		}
	}))
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Authorization", "Bearer "+text)
	w := &answer{header: http.Header{}}
	b.ReportAllocs()
	for b.Loop() {
		before()
		clear(w.header)
		w.status = 0
		h.ServeHTTP(w, r)
		if w.status != http.StatusNoContent {
			b.Fatalf("status %d", w.status)
		}
	}
}

// bearer is the strategy of a service that only verifies.
type bearer struct{ *token.Verifier[AppClaims] }

func (bearer) Name() string { return "jwt" }

func (bearer) Presents(r *http.Request) bool { return token.Presents(r) }

func (s bearer) Authenticate(r *http.Request, _ http.Header) (*AppClaims, error) {
	claims, err := s.Verifier.Authenticate(r)
	if err != nil {
		return nil, err
	}
	return &claims, nil
}

// An answer is written to again and again.
type answer struct {
	header http.Header
	status int
}

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) Write(p []byte) (int, error) { return len(p), nil }
func (a *answer) WriteHeader(status int)      { a.status = status }
