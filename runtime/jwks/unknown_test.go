package jwks_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/authgen-go/authgen/runtime/jwks"
	"github.com/authgen-go/authgen/runtime/token"
)

// SECURITY KEY-05.
func TestKEY05_ManyUnknownKeysAreOneFetch(t *testing.T) {
	empty := func(b *bench) { b.issuer.says(`{"keys":[]}`) }
	for name, c := range map[string]struct {
		answer func(*bench)
		want   func(b *bench, what, id string)
	}{
		"good":  {func(b *bench) { b.issuer.publishes(b, newKey(b)) }, (*bench).lacks},
		"empty": {empty, (*bench).cannotKnow},
		"down":  {func(b *bench) { b.issuer.down() }, (*bench).cannotKnow},
	} {
		b := newBench(t)
		good := newKey(t)
		b.issuer.publishes(t, good)
		b.fetches()
		key := b.has(name, good.ID())
		b.clock.advance(time.Hour)
		c.answer(b)
		if name == "good" {
			b.issuer.publishes(t, good)
		}
		for i := range 10_000 {
			c.want(b, name, fmt.Sprintf("junk %d", i))
			b.clock.advance(time.Millisecond)
		}
		b.asked(name, 2)
		if b.Len() != 1 || b.has(name, good.ID()) != key {
			t.Errorf("%s: the good key was driven out", name)
		}
		b.clock.advance(20*time.Second - time.Millisecond)
		c.want(b, name, "just before")
		b.asked(name+", just before the cooldown ends", 2)
		b.clock.advance(time.Millisecond)
		for i := range 1000 {
			c.want(b, name, fmt.Sprintf("more junk %d", i))
		}
		b.asked(name+", after the cooldown", 3)
	}
}

// SECURITY KEY-05, F-23. Before the first good answer too.
func TestKEY05_NoSetYetIsOneFetchACooldown(t *testing.T) {
	for _, text := range []string{`{"keys":[]}`, "<html>"} {
		b := newBench(t)
		b.issuer.says(text)
		for range 10_000 {
			b.cannotKnow(text, "junk")
			b.clock.advance(time.Millisecond)
		}
		b.asked(text, 1)
		b.saw(text, began+"bad-set")
	}
}

// SECURITY KEY-05. Every fetch counts, whoever wanted it.
func TestKEY05_TheCooldownFollowsAnyFetch(t *testing.T) {
	b := newBench(t)
	b.issuer.publishes(t, newKey(t))
	b.fetches()
	b.lacks("right after a refresh", "junk")
	b.asked("right after a refresh", 1)
	b.clock.advance(-time.Hour) // SECURITY F-21: a clock that was set back does not prolong it
	b.lacks("clock set back", "junk")
	b.asked("clock set back", 2)
}

// SECURITY KEY-05. Nothing grows with what is asked for.
func TestKEY05_JunkIsNotRemembered(t *testing.T) {
	b := newBench(t)
	b.issuer.publishes(t, newKey(t))
	b.fetches()
	names := make([]string, 1000)
	for i := range names {
		names[i] = fmt.Sprint(i) + strings.Repeat("k", 250)
	}
	live := func() int64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before := live()
	for range 1000 {
		for _, id := range names {
			if _, err := b.VerifyKey(t.Context(), id); !errors.Is(err, token.ErrUnknownKey) {
				t.Fatal(err)
			}
		}
	}
	if grown := live() - before; grown > 1<<20 {
		t.Errorf("grown by %d bytes", grown)
	}
}

// SECURITY JWT-05.
func TestJWT05_NamesAreOpaque(t *testing.T) {
	b := newBench(t)
	b.issuer.publishes(t, newKey(t))
	b.fetches()
	for _, id := range []string{"", "../../dev/null", "' OR 1=1--", "\x00", "a\r\nb", "http://169.254.169.254/", strings.Repeat("canary", 2000)} {
		b.clock.advance(time.Minute)
		b.lacks("hostile", id)
	}
	for _, r := range b.issuer.requests() {
		if r.RequestURI != "/jwks.json?key=canary-query" {
			t.Errorf("asked for %s", r.RequestURI)
		}
	}
	b.saw("hostile")
}

// SECURITY KEY-05. A new key that the issuer signs with already.
func TestANewKeyIsFound(t *testing.T) {
	b := newBench(t)
	old, next := newKey(t), newKey(t)
	b.issuer.publishes(t, old)
	b.fetches()
	key := b.has("old", old.ID())
	b.issuer.publishes(t, old, next)
	b.clock.advance(30 * time.Second)
	b.has("next", next.ID())
	if b.has("old", old.ID()) != key {
		t.Error("the old key is another")
	}
	b.asked("both", 2)
	b.saw("both")
}

// SECURITY F-23.
func TestF23_UnknownKeyWhileTheIssuerIsDown(t *testing.T) {
	b := newBench(t)
	k, next := newKey(t), newKey(t)
	b.issuer.publishes(t, k)
	b.fetches()
	b.issuer.down()
	b.lacks("nobody knows that it is down", next.ID())
	for minute := range 10 {
		b.clock.advance(30 * time.Second)
		for range 100 {
			b.cannotKnow("down", next.ID())
			b.has("down", k.ID())
		}
		b.asked("down", 2+minute)
	}
	b.saw("down", began+"unexpected-status")
	b.issuer.publishes(t, k, next)
	b.cannotKnow("up again, which is not known yet", next.ID())
	b.clock.advance(30 * time.Second)
	b.has("up again", next.ID())
	b.lacks("up again", "junk")
	b.saw("up again", ended)
}

// blocked is a network in which every request waits until it is released.
type blocked struct {
	asked   atomic.Int64
	release chan *http.Response
}

func (n *blocked) RoundTrip(r *http.Request) (*http.Response, error) {
	n.asked.Add(1)
	select {
	case answer := <-n.release:
		return answer, nil
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

// bubble returns a Remote on the network n, for a test with synctest.
func bubble(t *testing.T, n http.RoundTripper, change ...func(*jwks.Config)) *jwks.Remote {
	t.Helper()
	cfg := jwks.Config{URL: "https://id.example/jwks.json", Logger: slog.New(slog.DiscardHandler)}
	for _, f := range change {
		f(&cfg)
	}
	r := must(jwks.Build(cfg))(t)
	r.SetTransport(n)
	return r
}

// SECURITY KEY-05.
func TestKEY05_AllWaitForOneFetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKey(t)
		n := &blocked{release: make(chan *http.Response)}
		r := bubble(t, n)
		defer r.Close()
		var wg sync.WaitGroup
		for i := range 100 {
			wg.Go(func() {
				id, want := k.ID(), error(nil)
				if i%2 == 0 {
					id, want = fmt.Sprint("junk", i), token.ErrUnknownKey
				}
				if got, err := r.VerifyKey(t.Context(), id); !errors.Is(err, want) || (got == nil) == (want == nil) {
					t.Errorf("%v, %v, want %v", got, err, want)
				}
			})
		}
		synctest.Wait()
		n.release <- response(setOf(t, k))
		wg.Wait()
		if n.asked.Load() != 1 {
			t.Errorf("%d fetches", n.asked.Load())
		}
	})
}

// SECURITY KEY-05. Who asks waits as long as its context goes on, and the fetch goes on
// without it.
func TestKEY05_WaitingIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKey(t)
		n := &blocked{release: make(chan *http.Response)}
		r := bubble(t, n)
		defer r.Close()
		begin := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if got, err := r.VerifyKey(ctx, k.ID()); !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, token.ErrUnknownKey) || got != nil {
			t.Errorf("%v, %v", got, err)
		}
		if err := r.Refresh(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		if d := time.Since(begin); d != time.Second {
			t.Errorf("waited %v", d)
		}
		if _, err := r.VerifyKey(t.Context(), k.ID()); err == nil || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, token.ErrUnknownKey) {
			t.Error(err)
		}
		if d := time.Since(begin); d != 5*time.Second || n.asked.Load() != 1 {
			t.Errorf("the fetch ended after %v, as the %d.", d, n.asked.Load())
		}
		ctx, cancel = context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := r.Refresh(ctx); !errors.Is(err, context.DeadlineExceeded) || n.asked.Load() != 2 {
			t.Errorf("%v, %d fetches", err, n.asked.Load())
		}
	})
}
