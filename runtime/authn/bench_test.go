package authn_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/authgen-go/authgen/runtime/authn"
)

// A mute writer keeps one header map, as a server does for one answer.
type mute struct{ header http.Header }

func (w *mute) Header() http.Header         { return w.header }
func (w *mute) Write(p []byte) (int, error) { return len(p), nil }
func (w *mute) WriteHeader(int)             {}

type trivial struct{ user *user }

func (trivial) Name() string                                             { return "trivial" }
func (trivial) Challenge(error) string                                   { return "trivial" }
func (trivial) Presents(*http.Request) bool                              { return true }
func (a trivial) Authenticate(*http.Request, http.Header) (*user, error) { return a.user, nil }

func benchRequest(b *testing.B, h http.Handler) {
	r := httptest.NewRequest("GET", "/", nil)
	r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, "server"))
	w := &mute{header: http.Header{}}
	b.ReportAllocs()
	for b.Loop() {
		h.ServeHTTP(w, r)
	}
}

type benchKey struct{}

var sink *user

var reads = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	sink, _ = authn.IdentityFrom[*user](r.Context())
})

// The floor: what any middleware pays that puts a value into the context.
type floor struct {
	user *user
	next http.Handler
}

func (h *floor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), benchKey{}, h.user)))
}

func BenchmarkContextValueOnly(b *testing.B) {
	benchRequest(b, &floor{&user{"a"}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sink, _ = r.Context().Value(benchKey{}).(*user)
	})})
}

func BenchmarkGuard(b *testing.B) {
	f, _ := newFrame()
	g := authn.NewGuard[*user](f, trivial{&user{"a"}})
	b.Run("require", func(b *testing.B) { benchRequest(b, g.Require(nil)(reads)) })
	b.Run("allow", func(b *testing.B) { benchRequest(b, g.Require(func(*user) error { return nil })(reads)) })
	b.Run("nested", func(b *testing.B) { benchRequest(b, g.Require(nil)(g.Require(nil)(reads))) })
}

func BenchmarkHandler(b *testing.B) {
	f, _ := newFrame()
	benchRequest(b, f.Handler(func(http.ResponseWriter, *http.Request) error { return nil }))
}
