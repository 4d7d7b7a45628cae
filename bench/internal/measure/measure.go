// Package measure drives a handler in a benchmark.
package measure

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
)

// Nothing is a handler that answers 204.
func Nothing() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
}

type key struct{}

// Context is Nothing behind a middleware that does nothing but put a value into
// the request's context, which every guard has to do.
func Context() http.Handler {
	next := Nothing()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), key{}, r)))
	})
}

// WithKey sends requests on to next with an API key in their header.
func WithKey(key string, next http.Handler) http.Handler {
	value := []string{key}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header["X-Api-Key"] = value
		next.ServeHTTP(w, r)
	})
}

// sink is a ResponseWriter that is used again and again.
type sink struct {
	header http.Header
	status int
}

func (s *sink) Header() http.Header         { return s.header }
func (s *sink) Write(p []byte) (int, error) { return len(p), nil }
func (s *sink) WriteHeader(status int)      { s.status = status }

// Handler measures requests with cookie, if there is one, sequentially and from
// all cores. Every one of them has to be answered with 204.
func Handler(b *testing.B, name string, h http.Handler, cookie *http.Cookie) {
	b.Helper()
	request := func() *http.Request {
		r := httptest.NewRequest(http.MethodGet, "https://app.example/guarded", nil)
		if cookie != nil {
			r.AddCookie(cookie)
		}
		return r
	}
	b.Run(name, func(b *testing.B) {
		b.ReportAllocs()
		r, w := request(), &sink{header: http.Header{}}
		for b.Loop() {
			clear(w.header)
			h.ServeHTTP(w, r)
			if w.status != http.StatusNoContent {
				b.Fatalf("status %d", w.status)
			}
		}
	})
	b.Run(name+"/parallel", func(b *testing.B) {
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			r, w := request(), &sink{header: http.Header{}}
			for pb.Next() {
				clear(w.header)
				h.ServeHTTP(w, r)
				if w.status != http.StatusNoContent {
					b.Errorf("status %d", w.status)
					return
				}
			}
		})
	})
}
