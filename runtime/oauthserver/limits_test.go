package oauthserver_test

import (
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/oauthserver"
	"github.com/authgen-go/authgen/runtime/ratelimit"
)

func five(s *settings) { s.rate = ratelimit.Rate{Count: 5, Per: time.Minute} }

// from sends a request for a token from an address.
func (b *bench) from(addr, id, secret string) answer {
	b.Helper()
	r := basic(b.request(tokenPath, "grant_type", "client_credentials"), id, secret)
	r.RemoteAddr = addr
	return b.send(r)
}

// SECURITY RL-01, RL-06: tries are counted for the client and for the address, before
// anything is looked at.
func TestRL01_TriesAreLimited(t *testing.T) {
	b := newBench(t, five)
	c, secret := b.client(reads)
	s := b.signer(t)
	for range 5 {
		b.refused("a guess", b.get(c.ID, oauthserver.Forge()), 401, "invalid_client")
	}
	b.store.calls()
	b.audit.Reset()
	var first string
	for name, a := range map[string]answer{
		"a wrong secret": b.get(c.ID, oauthserver.Forge()), "the right secret": b.get(c.ID, secret), "nonsense": b.get("x", "y"),
		"an assertion": s.get(s.assertion(nil)), "at another endpoint": b.as(c.ID, secret, introspectPath, "token", "x"),
		"at a third": b.as(c.ID, secret, revokePath, "token", "x"),
	} {
		b.refused(name, a, 429, "temporarily_unavailable")
		if got := fmt.Sprint(a.Code, a.Header(), a.Body); first == "" {
			first = got
		} else if got != first {
			t.Errorf("%s: %s, want %s", name, got, first)
		}
	}
	if calls := b.store.calls(); len(calls) != 0 {
		t.Errorf("the store was asked %q", calls)
	}
	for _, e := range b.audit.Events() {
		if e.Type != "request.rate_limited" || e.Outcome != "denied" {
			t.Errorf("%+v", e)
		}
	}
	wait, err := strconv.Atoi(b.get(c.ID, secret).Header().Get("Retry-After"))
	if err != nil || wait < 1 || wait > 12 {
		t.Fatalf("Retry-After is %d, %v", wait, err)
	}
	b.clock.advance(time.Duration(wait) * time.Second) // what is promised is kept
	b.access(c.ID, secret)
}

// SECURITY RL-01: one client cannot be tried from many addresses, and one address cannot
// try many clients.
func TestRL01_PerClientAndPerAddress(t *testing.T) {
	b := newBench(t, five)
	c, secret := b.client(reads)
	other, otherSecret := b.client(reads)
	status := func(addr, id, secret string) int { return b.from(addr, id, secret).Code }
	for i := range 5 {
		if got := status(fmt.Sprintf("198.51.100.%d:1", i), c.ID, oauthserver.Forge()); got != 401 {
			t.Errorf("guess %d: %d", i, got)
		}
	}
	if got := status("198.51.100.9:1", c.ID, secret); got != 429 {
		t.Errorf("from another address: %d", got)
	}
	if got := status("198.51.100.10:1", other.ID, otherSecret); got != 200 {
		t.Errorf("another client: %d", got)
	}
	for range 5 {
		_ = status("203.0.113.1:1", oauthserver.NewID(), oauthserver.Forge())
	}
	if got := status("203.0.113.1:2", other.ID, otherSecret); got != 429 {
		t.Errorf("an address that has tried others: %d", got)
	}
	// What can be no client has no limit that could be used up for others.
	for i := range 20 {
		if got := status(fmt.Sprintf("192.0.2.%d:1", 100+i), "x", "y"); got != 401 {
			t.Errorf("nobody, %d: %d", i, got)
		}
	}
}

// SECURITY RL-04: of any number of guesses at once, as many are looked at as there are
// tries.
func TestRL04_ParallelGuesses(t *testing.T) {
	b := newBench(t, five)
	c, _ := b.client(reads)
	b.store.calls()
	var refused, limited atomic.Int64
	var wg sync.WaitGroup
	for range 500 {
		wg.Go(func() {
			switch a := b.get(c.ID, oauthserver.Forge()); a.Code {
			case http.StatusUnauthorized:
				refused.Add(1)
			case http.StatusTooManyRequests:
				limited.Add(1)
			default:
				t.Errorf("%d %s", a.Code, a.Body)
			}
		})
	}
	wg.Wait()
	if n := len(b.store.calls()); n != 5 || refused.Load() != 5 || limited.Load() != 495 {
		t.Errorf("%d looked up, %d refused, %d limited", n, refused.Load(), limited.Load())
	}
}

// SECURITY RL-08.
func TestRL08_LimiterDownIs503(t *testing.T) {
	b := newBench(t)
	c, secret := b.client(reads)
	access := b.access(c.ID, secret)
	b.limiter.down.Store(true)
	b.store.calls()
	for _, path := range []string{tokenPath, revokePath, introspectPath} {
		for _, secret := range []string{secret, oauthserver.Forge(), "nonsense"} {
			b.refused(path, b.as(c.ID, secret, path, "grant_type", "client_credentials", "token", access), 503, "temporarily_unavailable")
		}
	}
	if calls := b.store.calls(); len(calls) != 0 {
		t.Errorf("the store was asked %q", calls)
	}
	b.limiter.down.Store(false)
	b.access(c.ID, secret)
}
