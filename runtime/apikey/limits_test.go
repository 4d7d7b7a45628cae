package apikey_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/authgen-go/authgen/runtime/apikey"
	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/ratelimit"
)

func limited(err error) bool { return errors.Is(err, ratelimit.ErrLimited) }

func five(c *config) { c.FailureLimit = ratelimit.Rate{Count: 5, Per: time.Minute} }

// Bad keys of either kind share the limit of their address, 20 a minute unless the
// application says otherwise.
func TestRL01_FailuresAreLimited(t *testing.T) {
	b := newBench(t)
	for i := range 20 {
		key := forged()
		if i%3 == 0 {
			key = "nonsense"
		}
		b.is(fmt.Sprint("failure ", i), b.check(key), apikey.ErrInvalidKey)
	}
	b.store.forget()
	b.is("one more", b.check(forged()), ratelimit.ErrLimited)
	b.is("one more of bad form", b.check("nonsense"), ratelimit.ErrLimited)
	if calls := b.store.calls(); len(calls) != 0 {
		t.Errorf("the store was asked %v", calls)
	}
	b.is("from elsewhere", b.checkFrom("192.0.2.8:1", forged()), apikey.ErrInvalidKey)
	b.clock.advance(3 * time.Second) // one comes back in each 3 s
	b.is("after a while", b.check(forged()), apikey.ErrInvalidKey)
	b.is("one more", b.check(forged()), ratelimit.ErrLimited)
	b.clock.advance(time.Minute)
	for i := range 20 {
		b.is(fmt.Sprint("later failure ", i), b.check(forged()), apikey.ErrInvalidKey)
	}
	b.is("one more", b.check(forged()), ratelimit.ErrLimited)
}

func TestRL01_ReportsOfLeaksAreLimited(t *testing.T) {
	b := newBench(t, five)
	for range 5 {
		b.must(b.Leaked(nil, b.request(), forged()))
	}
	_, key := b.issue(b.ada)
	b.is("one more", b.Leaked(nil, b.request(), key), ratelimit.ErrLimited)
	b.must(b.check(key)) // limits of their own: no failure was counted, and the key lives
	b.must(b.Leaked(nil, requestFrom(b, "192.0.2.8:1"), key))
	b.is("afterwards", b.check(key), apikey.ErrInvalidKey)
	b.must(b.RevokeLeaked(t.Context(), forged())) // what the application finds has no limit
}

func TestRL02_AnswerOverTheLimit(t *testing.T) {
	b := newBench(t, five, func(c *config) { c.RateLimit = ratelimit.Rate{Count: 2, Per: time.Minute} })
	_, key := b.issue(b.ada)
	h := b.guarded("")
	answers := map[string]*httptest.ResponseRecorder{}
	for range 3 {
		answers["of the key"] = serve(h, b.request(key))
	}
	for range 6 {
		answers["of the address"] = serve(h, requestFrom(b, "192.0.2.9:1", forged()))
	}
	for name, w := range answers {
		wait, err := strconv.Atoi(w.Header().Get("Retry-After"))
		if w.Code != http.StatusTooManyRequests || err != nil || wait < 1 || wait > 30 {
			t.Errorf("%s: %d, Retry-After %q", name, w.Code, w.Header().Get("Retry-After"))
		}
		if w.Header().Get("Content-Type") != "application/problem+json" || !strings.Contains(w.Body.String(), "urn:authgen:rate-limited") ||
			!strings.Contains(w.Header().Get("Cache-Control"), "no-store") || w.Header().Get("WWW-Authenticate") != "" {
			t.Errorf("%s: %v %s", name, w.Header(), w.Body)
		}
		// What Retry-After promises is kept.
		b.clock.advance(time.Duration(wait) * time.Second)
	}
	b.must(b.check(key))
	b.is("the address", b.checkFrom("192.0.2.9:1", forged()), apikey.ErrInvalidKey)
}

func TestRL03_TheAddressIsTheClients(t *testing.T) {
	proxies, err := authn.NewProxies("10.0.0.0/8")
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t, five, func(c *config) { c.Proxies = proxies })
	try := func(addr, forwarded string) error {
		r := requestFrom(b, addr, forged())
		if forwarded != "" {
			r.Header.Set("X-Forwarded-For", forwarded)
		}
		_, _, err := b.Authenticate(r, http.Header{})
		return err
	}
	// exhaust uses up a limit by addresses that should count as one.
	exhaust := func(name string, addr func(i int) (string, string)) {
		t.Helper()
		for i := range 5 {
			b.is(name, try(addr(i)), apikey.ErrInvalidKey)
		}
		for i := range 100 {
			b.is(name, try(addr(5+i)), ratelimit.ErrLimited)
		}
	}
	exhaust("ports and made-up headers", func(i int) (string, string) {
		return fmt.Sprint("198.51.100.1:", 1000+i), fmt.Sprint("203.0.113.", i)
	})
	exhaust("one /64", func(i int) (string, string) { return fmt.Sprintf("[2001:db8:0:1::%x]:1", i), "" })
	b.is("another /64", try("[2001:db8:0:2::1]:1", ""), apikey.ErrInvalidKey)
	exhaust("behind the proxy", func(i int) (string, string) { return "10.0.0.1:1", fmt.Sprintf("192.0.2.%d, 203.0.113.9", i) })
	b.is("another client of it", try("10.0.0.1:1", "203.0.113.10"), apikey.ErrInvalidKey)
	exhaust("IPv4 as IPv6", func(i int) (string, string) { return []string{"[::ffff:192.0.2.55]:1", "192.0.2.55:1"}[i%2], "" })
}

// Of any number of guesses at once, as many are looked up as there are tries.
func TestRL04_ParallelGuesses(t *testing.T) {
	for name, staleness := range map[string]time.Duration{"asked": 0, "kept": time.Minute} {
		t.Run(name, func(t *testing.T) {
			// The real clock: it goes on while they wait for each other.
			b := newBench(t, five, func(c *config) { c.MaxStaleness = staleness; c.Now = time.Now })
			b.store.hook(func(context.Context, string) error { time.Sleep(time.Millisecond); return nil })
			var refused, throttled atomic.Int64
			var wg sync.WaitGroup
			for range 500 {
				wg.Go(func() {
					switch err := b.check(forged()); {
					case errors.Is(err, apikey.ErrInvalidKey):
						refused.Add(1)
					case limited(err):
						throttled.Add(1)
					default:
						t.Error(err)
					}
				})
			}
			wg.Wait()
			if n := b.store.count("Find"); n != 5 || refused.Load() != 5 || throttled.Load() != 495 {
				t.Errorf("%d looked up, %d refused, %d throttled; want 5, 5 and 495", n, refused.Load(), throttled.Load())
			}
		})
	}
}

// Good keys cost their address nothing: any number of them share it, known to it or
// not, at once.
func TestRL04_GoodKeysAreNotCounted(t *testing.T) {
	b := newBench(t, five, func(c *config) { c.MaxActive = 300 })
	good := make([]string, 300)
	for i := range good {
		_, good[i] = b.issue(b.ada)
	}
	var wg sync.WaitGroup
	for _, key := range good {
		wg.Go(func() {
			for range 3 {
				if err := b.check(key); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	for i := range 5 {
		b.is(fmt.Sprint("failure ", i), b.check(forged()), apikey.ErrInvalidKey)
	}
}

// Whatever other addresses come along, one that has no try left gets none.
func TestRL05_OtherAddressesFreeNobody(t *testing.T) {
	b := newBench(t, func(c *config) {
		c.FailureLimit = ratelimit.Rate{Count: 2, Per: time.Hour}
		c.Limiter = ratelimit.NewMemory(ratelimit.MemoryConfig{Now: c.Now, Capacity: 1000})
	})
	for range 3 {
		_ = b.check(forged())
	}
	n := 100_000
	if testing.Short() {
		n = 10_000
	}
	for i := range n {
		for range 2 {
			_ = b.checkFrom(fmt.Sprintf("[2001:db8:%x:%x::1]:1", i>>16, i&0xffff), "nonsense")
		}
	}
	b.store.forget()
	b.is("the first", b.check(forged()), ratelimit.ErrLimited)
	if calls := b.store.calls(); len(calls) != 0 {
		t.Errorf("the store was asked %v", calls)
	}
}

// While an address is over its limit, nobody learns there whether a key is good.
func TestRL06_ThrottledAnswersTellNothing(t *testing.T) {
	for name, staleness := range map[string]time.Duration{"asked": 0, "kept": time.Minute} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, five, func(c *config) { c.MaxStaleness = staleness })
			_, key := b.issue(b.ada)
			b.must(b.checkFrom("192.0.2.99:1", key)) // good, and known to be: but not here
			for range 5 {
				_ = b.check(forged())
			}
			b.store.forget()
			h := b.guarded("")
			var answers []string
			for _, sent := range []string{key, forged(), "nonsense", ""} {
				w := serve(h, b.request(sent))
				answers = append(answers, fmt.Sprint(w.Code, w.Header(), w.Body))
				if answers[0] != answers[len(answers)-1] || w.Code != 429 {
					t.Errorf("%q: %s, want %s", sent, answers[len(answers)-1], answers[0])
				}
			}
			if calls := b.store.calls(); len(calls) != 0 {
				t.Errorf("the store was asked %v", calls)
			}
			b.clock.advance(12 * time.Second)
			b.must(b.check(key))
		})
	}
}

// Who shares an address with an attacker is not shut out, as long as the key has
// been good there before.
func TestRL07_KeysInUseAreNotThrottledByOthersFailures(t *testing.T) {
	b := newBench(t, five)
	_, key := b.issue(b.ada)
	k, other := b.issue(b.ada)
	b.must(b.check(key))
	b.must(b.check(other))
	for range 50 {
		_ = b.check(forged())
		b.must(b.check(key))
	}
	// A key that has died since is refused like any other, and no longer privileged.
	b.must(b.Revoke(t.Context(), b.ada.ID, k.ID))
	b.is("revoked, with nothing left", b.check(other), ratelimit.ErrLimited)
	b.store.forget()
	b.is("again", b.check(other), ratelimit.ErrLimited)
	if calls := b.store.calls(); len(calls) != 0 {
		t.Errorf("the store was asked %v", calls)
	}
}

// Nor is a bad key that has been refused before looked up again.
func TestRL06_BadKeysProveNothing(t *testing.T) {
	b := newBench(t, five)
	bad := forged()
	for range 5 {
		b.is("failure", b.check(bad), apikey.ErrInvalidKey)
	}
	b.store.forget()
	b.is("throttled", b.check(bad), ratelimit.ErrLimited)
	if calls := b.store.calls(); len(calls) != 0 {
		t.Errorf("the store was asked %v", calls)
	}
}

// Between two tries that are due at different times all kinds of keys wait equally.
func TestRL06_HalfAFullBucket(t *testing.T) {
	b := newBench(t, func(c *config) { c.FailureLimit = ratelimit.Rate{Count: 2, Per: time.Minute} })
	_, key := b.issue(b.ada)
	_ = b.check(forged())
	b.clock.advance(20 * time.Second)
	_ = b.check(forged())
	for range 29 {
		b.clock.advance(time.Second)
		b.is("good", b.check(key), ratelimit.ErrLimited)
		b.is("malformed", b.check("nonsense"), ratelimit.ErrLimited)
	}
	b.clock.advance(time.Second)
	b.is("malformed", b.check("nonsense"), apikey.ErrInvalidKey)
}

// A process learns at its first failure that others have used up the limit.
func TestRL06_ProcessesShareALimit(t *testing.T) {
	shared := ratelimit.NewMemory(ratelimit.MemoryConfig{Now: func() time.Time { return start }})
	a := newBench(t, five, func(c *config) { c.Limiter = shared })
	b := newBench(t, five, func(c *config) { c.Limiter = shared })
	for range 5 {
		_ = a.check(forged())
	}
	_, key := b.issue(b.ada)
	b.is("failure", b.check(forged()), ratelimit.ErrLimited)
	b.store.forget()
	b.is("good", b.check(key), ratelimit.ErrLimited)
	if calls := b.store.calls(); len(calls) != 0 {
		t.Errorf("the store was asked %v", calls)
	}
}

// Who is throttled is told at once, and does not wait for a look-up that hangs.
func TestRL06_ThrottledDoesNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, five, func(c *config) { c.Now = time.Now })
		b.store.hook(func(ctx context.Context, _ string) error { <-ctx.Done(); return ctx.Err() })
		hangs := make(chan error, 1)
		go func() { hangs <- b.check(forged()) }()
		synctest.Wait()
		for range 5 {
			_ = b.check("nonsense")
		}
		begin := time.Now()
		b.is("next", b.check(forged()), ratelimit.ErrLimited)
		if d := time.Since(begin); d != 0 {
			t.Errorf("it waited %v", d)
		}
		b.is("first", <-hangs, context.DeadlineExceeded)
		b.must(b.Close(t.Context()))
	})
}

func TestRL08_LimiterDownIs503(t *testing.T) {
	b := newBench(t)
	_, key := b.issue(b.ada)
	b.must(b.check(key))
	b.limiter.down.Store(true)
	h := b.guarded("")
	for name, sent := range map[string]string{"good": key, "unknown": forged(), "malformed": "nonsense", "empty": ""} {
		if w := serve(h, b.request(sent)); w.Code != 503 || w.Header().Get("Retry-After") == "" {
			t.Errorf("%s: %d, Retry-After %q", name, w.Code, w.Header().Get("Retry-After"))
		}
	}
	b.is("Leaked", b.Leaked(nil, b.request(), key), errDown)
	b.limiter.down.Store(false)
	b.must(b.check(key)) // it was not ended, and nothing was counted
	for range 20 {
		b.is("failure", b.check(forged()), apikey.ErrInvalidKey)
	}
}

// A key has a limit of its own: 429, never 401, and no failure of its address.
func TestKeysAreLimited(t *testing.T) {
	b := newBench(t, five, func(c *config) { c.RateLimit = ratelimit.Rate{Count: 60, Per: time.Minute} })
	_, key := b.issue(b.ada)
	_, other := b.issue(b.ada)
	for range 60 {
		b.must(b.check(key))
	}
	for range 20 {
		err := b.checkFrom("192.0.2.200:1", key) // from wherever it comes
		b.is("over the limit", err, apikey.ErrOverLimit)
		var p *authn.Problem
		if !errors.As(err, &p) || p.Code.Status() != 429 || p.RetryAfter != time.Second {
			t.Fatalf("%v after %v", err, p.RetryAfter)
		}
	}
	b.must(b.check(other))
	b.clock.advance(time.Second)
	b.must(b.check(key))
	b.is("over the limit", b.check(key), apikey.ErrOverLimit)
	if n := strings.Count(fmt.Sprint(b.audit.Events()), "api_key.refused"); n != 0 {
		t.Errorf("%d refusals recorded", n)
	}
}
