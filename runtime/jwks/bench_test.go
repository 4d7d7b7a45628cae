package jwks_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/jwks"
	"github.com/authgen-go/authgen/runtime/token"
)

// ready returns a Remote with keys, without a network.
func ready(tb testing.TB) (*jwks.Remote, string) {
	tb.Helper()
	keys := oneOfEach()
	text := setOf(tb, keys...)
	b := newBenchOn(tb, roundTripper(func(*http.Request) (*http.Response, error) { return response(text), nil }))
	b.fetches()
	return b.Remote, keys[1].ID()
}

// BenchmarkVerifyKey compares finding a key in force with the same in a Ring, which is
// never refreshed, and with a key that is none. Most of the difference is the clock.
func BenchmarkVerifyKey(b *testing.B) {
	r, id := ready(b)
	ring := token.NewRing(must(token.NewKeySet(nil, oneOfEach()...))(b))
	b.Run("clock", func(b *testing.B) {
		for b.Loop() {
			_ = time.Now()
		}
	})
	for _, c := range []struct {
		name   string
		source token.Source
		id     string
	}{{"remote", r, id}, {"ring", ring, id}, {"unknown", r, "junk"}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = c.source.VerifyKey(context.Background(), c.id)
			}
		})
		b.Run(c.name+"/parallel", func(b *testing.B) {
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					_, _ = c.source.VerifyKey(context.Background(), c.id)
				}
			})
		})
	}
}

// A request with a key in force allocates nothing.
func TestAKnownKeyCostsNoMemory(t *testing.T) {
	r, id := ready(t)
	if n := testing.AllocsPerRun(1000, func() {
		if _, err := r.VerifyKey(context.Background(), id); err != nil {
			t.Error(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
