package ratelimit_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/ratelimit"
)

func from(addr string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/auth/session", nil)
	r.RemoteAddr = addr
	return r
}

func limited(t testing.TB, err error) *authn.Problem {
	t.Helper()
	p, ok := errors.AsType[*authn.Problem](err)
	if !ok || !errors.Is(err, ratelimit.ErrLimited) || p.Code.Status() != http.StatusTooManyRequests || p.RetryAfter <= 0 {
		t.Fatalf("err = %v, want ErrLimited with a wait", err)
	}
	return p
}

// A countingLimiter notes the keys it is asked for.
type countingLimiter struct {
	ratelimit.Limiter
	mu   sync.Mutex
	keys []string
	told int // to remember
}

func (c *countingLimiter) Remember(ctx context.Context, key string, d time.Duration) error {
	c.told++
	return c.Limiter.Remember(ctx, key, d)
}

func (c *countingLimiter) Take(ctx context.Context, key string, r ratelimit.Rate) (ratelimit.Decision, error) {
	c.mu.Lock()
	c.keys = append(c.keys, key)
	c.mu.Unlock()
	return c.Limiter.Take(ctx, key, r)
}

func (c *countingLimiter) asked() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	keys := slices.Clone(c.keys)
	c.keys = nil
	return keys
}

// SECURITY RL-01.
func TestRL01_AddressAndAccountAreLimited(t *testing.T) {
	w := newWall()
	g := ratelimit.NewGate("login", ratelimit.NewMemory(ratelimit.MemoryConfig{Now: w.Now}), fivePerMinute, nil)
	// One address and many accounts.
	for i := range 5 {
		if err := g.Enter(nil, from("192.0.2.1:1"), fmt.Sprint("user", i)); err != nil {
			t.Fatal(err)
		}
	}
	if p := limited(t, g.Enter(nil, from("192.0.2.1:2"), "user6")); p.RetryAfter != 12*time.Second {
		t.Fatalf("address: wait %v, want 12s", p.RetryAfter)
	}
	// One account and many addresses.
	for i := range 5 {
		if err := g.Enter(nil, from(fmt.Sprintf("198.51.100.%d:1", i)), "admin"); err != nil {
			t.Fatal(err)
		}
	}
	if p := limited(t, g.Enter(nil, from("198.51.100.9:1"), "admin")); p.RetryAfter != 10*time.Second {
		t.Fatalf("account: wait %v, want 10s", p.RetryAfter)
	}
	// Without an account the address alone counts.
	for i := range 5 {
		if err := g.Enter(nil, from("203.0.113.1:1"), ""); err != nil {
			t.Fatalf("try %d: %v", i, err)
		}
	}
	limited(t, g.Enter(nil, from("203.0.113.1:1"), ""))
}

// SECURITY RL-04.
func TestRL04_ParallelGuessesNeverExceedTheLimit(t *testing.T) {
	for name, addr := range map[string]func(i int) string{
		"one address":    func(int) string { return "192.0.2.1:1" },
		"many addresses": func(i int) string { return fmt.Sprintf("10.0.%d.%d:1", i>>8, i&255) },
	} {
		t.Run(name, func(t *testing.T) {
			g := ratelimit.NewGate("login", ratelimit.NewMemory(ratelimit.MemoryConfig{}), ratelimit.Rate{Count: 5, Per: time.Hour}, nil)
			var passed atomic.Int64
			var wg sync.WaitGroup
			start := make(chan struct{})
			for i := range 500 {
				wg.Go(func() {
					<-start
					if err := g.Enter(nil, from(addr(i)), "admin"); err == nil {
						passed.Add(1)
					} else if !errors.Is(err, ratelimit.ErrLimited) {
						t.Error(err)
					}
				})
			}
			close(start)
			wg.Wait()
			if passed.Load() != 5 {
				t.Fatalf("%d of 500 guesses passed, want 5", passed.Load())
			}
		})
	}
}

// SECURITY RL-03.
func TestRL03_ForwardedHeadersDoNotMultiplyAnAddress(t *testing.T) {
	proxies, err := authn.NewProxies("10.0.0.0/8")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		proxies *authn.Proxies
		request func(i int) *http.Request
	}{
		"no list": {nil, func(i int) *http.Request {
			r := from("192.0.2.1:1")
			for _, h := range []string{"X-Forwarded-For", "X-Real-IP", "True-Client-IP", "Forwarded"} {
				r.Header.Set(h, fmt.Sprintf("198.51.%d.%d", i>>8, i&255))
			}
			return r
		}},
		"listed proxy": {proxies, func(i int) *http.Request {
			r := from("10.1.1.1:1")
			r.Header.Set("X-Forwarded-For", fmt.Sprintf("198.51.%d.%d, 192.0.2.1", i>>8, i&255))
			return r
		}},
		"one IPv6 network": {nil, func(i int) *http.Request { return from(fmt.Sprintf("[2001:db8:0:1::%x]:1", i)) }},
		"zones":            {nil, func(i int) *http.Request { return from(fmt.Sprintf("[fe80::1%%eth%d]:1", i)) }},
		"no address":       {nil, func(int) *http.Request { return from("@") }},
	} {
		t.Run(name, func(t *testing.T) {
			g := ratelimit.NewGate("login", ratelimit.NewMemory(ratelimit.MemoryConfig{Now: newWall().Now}), fivePerMinute, c.proxies)
			passed := 0
			for i := range 1000 {
				if g.Enter(nil, c.request(i), fmt.Sprint("user", i)) == nil {
					passed++
				}
			}
			if passed != 5 {
				t.Fatalf("%d of 1000 requests passed, want 5", passed)
			}
		})
	}
}

// SECURITY RL-06.
func TestRL06_AnswerDoesNotSayWhatWasLimited(t *testing.T) {
	w := newWall()
	g := ratelimit.NewGate("login", ratelimit.NewMemory(ratelimit.MemoryConfig{Now: w.Now}), fivePerMinute, nil)
	for i := range 5 {
		_ = g.Enter(nil, from("192.0.2.1:1"), fmt.Sprint("user", i))
		_ = g.Enter(nil, from(fmt.Sprintf("198.51.100.%d:1", i)), "admin")
	}
	address := limited(t, g.Enter(nil, from("192.0.2.1:1"), "somebody else"))
	account := limited(t, g.Enter(nil, from("203.0.113.1:1"), "admin"))
	if address.Code != account.Code || address.Detail != account.Detail || address.Error() != account.Error() {
		t.Fatalf("%q and %q differ", address, account)
	}
	for _, word := range []string{"address", "account", "user", "admin", "192.0.2.1", "login"} {
		if strings.Contains(strings.ToLower(account.Error()), word) {
			t.Fatalf("%q names %q", account, word)
		}
	}
}

// SECURITY RL-07.
func TestRL07_FloodFromOneAddressLeavesTheAccountAlone(t *testing.T) {
	w := newWall()
	l := &countingLimiter{Limiter: ratelimit.NewMemory(ratelimit.MemoryConfig{Now: w.Now})}
	g := ratelimit.NewGate("login", l, fivePerMinute, nil)
	for range 5 { // the address is used up on other accounts
		_ = g.Enter(nil, from("192.0.2.1:1"), "mallory")
	}
	l.asked()
	for range 100 {
		limited(t, g.Enter(nil, from("192.0.2.1:1"), "victim"))
	}
	for _, key := range l.asked() {
		if strings.Contains(key, "victim") {
			t.Fatal("a refused address used up tries of the account")
		}
	}
	for i := range 5 {
		if err := g.Enter(nil, from("198.51.100.1:1"), "victim"); err != nil {
			t.Fatalf("try %d of the owner: %v", i, err)
		}
	}
}

// The attacker polls without pause from one address and takes whatever comes back.
// The owner tries when told to, in whole seconds as Retry-After has it.
// SECURITY RL-07.
func TestRL07_OneAddressCannotLockOutTheOwner(t *testing.T) {
	for _, rate := range []ratelimit.Rate{{Count: 1, Per: time.Minute}, fivePerMinute, {Count: 10, Per: time.Hour}, {Count: 60, Per: time.Minute}} {
		t.Run(rate.String(), func(t *testing.T) { oneAddressAndTheOwner(t, rate, (*ratelimit.Gate).Growing) })
		t.Run(rate.String()+" without growth", func(t *testing.T) {
			oneAddressAndTheOwner(t, rate, func(g *ratelimit.Gate) *ratelimit.Gate { return g })
		})
	}
}

func oneAddressAndTheOwner(t *testing.T, rate ratelimit.Rate, with func(*ratelimit.Gate) *ratelimit.Gate) {
	w := newWall()
	g := with(ratelimit.NewGate("login", ratelimit.NewMemory(ratelimit.MemoryConfig{Now: w.Now}), rate, nil))
	step := max(100*time.Millisecond, rate.Per/time.Duration(rate.Count)/120)
	pass := func(d time.Duration) {
		for passed := time.Duration(0); passed < d; passed += step {
			w.add(step)
			for g.Enter(nil, from("192.0.2.1:1"), "victim") == nil {
			}
		}
	}
	pass(3 * rate.Per)
	for visit := range 5 {
		waited := time.Duration(0)
		for {
			err := g.Enter(nil, from("198.51.100.1:1"), "victim")
			if err == nil {
				g.Succeed(from("198.51.100.1:1"), "victim")
				break
			}
			wait := limited(t, err).RetryAfter
			wait = (wait + time.Second - 1).Truncate(time.Second)
			pass(wait)
			if waited += wait; waited > 2*rate.Per {
				t.Fatalf("visit %d: the owner waits for more than %v", visit, waited)
			}
		}
		pass(rate.Per)
	}
}

// Who is refused for what others have tried at the account has used up nothing: they get in
// when they were told to come back. SECURITY RL-07.
func TestRL07_WaitingForTheAccountIsNoTryOfTheAddress(t *testing.T) {
	w := newWall()
	g := ratelimit.NewGate("login", ratelimit.NewMemory(ratelimit.MemoryConfig{Now: w.Now}), ratelimit.Rate{Count: 1, Per: 24 * time.Hour}, nil)
	if err := g.Enter(nil, from("192.0.2.1:1"), "ada"); err != nil {
		t.Fatal(err)
	}
	wait := limited(t, g.Enter(nil, from("198.51.100.1:1"), "ada")).RetryAfter
	w.add(wait)
	if err := g.Enter(nil, from("198.51.100.1:1"), "ada"); err != nil || wait != 12*time.Hour {
		t.Fatalf("after %v: %v", wait, err)
	}
}

// SECURITY RL-08.
func TestRL08_FailingLimiterLetsNobodyThrough(t *testing.T) {
	down := errors.New("connection refused")
	g := ratelimit.NewGate("login", limiterFunc(func(string) (ratelimit.Decision, error) { return ratelimit.Decision{Allowed: true}, down }), fivePerMinute, nil)
	err := g.Enter(nil, from("192.0.2.1:1"), "admin")
	if !errors.Is(err, down) {
		t.Fatalf("err = %v, want the limiter's", err)
	}
	if p, ok := errors.AsType[*authn.Problem](err); ok {
		t.Fatalf("%v is a problem; not knowing must become 503", p)
	}

	account := limiterFunc(func(key string) (ratelimit.Decision, error) {
		if strings.Contains(key, "account") {
			return ratelimit.Decision{}, down
		}
		return ratelimit.Decision{Allowed: true}, nil
	})
	if err := ratelimit.NewGate("login", account, fivePerMinute, nil).Enter(nil, from("192.0.2.1:1"), "admin"); !errors.Is(err, down) {
		t.Fatalf("err = %v, want the limiter's", err)
	}
	invalid := ratelimit.NewGate("login", ratelimit.NewMemory(ratelimit.MemoryConfig{}), ratelimit.Rate{}, nil)
	if err := invalid.Enter(nil, from("192.0.2.1:1"), "admin"); err == nil || errors.Is(err, ratelimit.ErrLimited) {
		t.Fatalf("a gate without a rate gave %v, want a plain error", err)
	}
}

type limiterFunc func(key string) (ratelimit.Decision, error)

func (f limiterFunc) Take(_ context.Context, key string, _ ratelimit.Rate) (ratelimit.Decision, error) {
	return f(key)
}

func (f limiterFunc) GiveBack(context.Context, string, ratelimit.Rate, int) error {
	return errors.New("nothing is given back")
}

func (f limiterFunc) Remember(context.Context, string, time.Duration) error {
	return errors.New("nothing is remembered")
}

func (f limiterFunc) Remembers(context.Context, string) (bool, error) {
	return false, errors.New("nothing is remembered")
}

func TestGatesDoNotShareBucketsUnlessNamedAlike(t *testing.T) {
	m := ratelimit.NewMemory(ratelimit.MemoryConfig{Now: newWall().Now})
	login := ratelimit.NewGate("login", m, fivePerMinute, nil)
	confirm := ratelimit.NewGate("login", m, fivePerMinute, nil)
	register := ratelimit.NewGate("register", m, fivePerMinute, nil)
	for range 5 {
		if err := login.Enter(nil, from("192.0.2.1:1"), "ada"); err != nil {
			t.Fatal(err)
		}
	}
	limited(t, confirm.Enter(nil, from("192.0.2.1:1"), "ada"))
	if err := register.Enter(nil, from("192.0.2.1:1"), "ada"); err != nil {
		t.Fatal(err)
	}
	// An account that looks like an address is not one.
	if err := login.Enter(nil, from("198.51.100.1:1"), "192.0.2.1"); err != nil {
		t.Fatal(err)
	}
}

// SECURITY RL-02.
func TestRL02_RefusalIsAProblemWithRetryAfter(t *testing.T) {
	g := ratelimit.NewGate("login", ratelimit.NewMemory(ratelimit.MemoryConfig{Now: newWall().Now}), ratelimit.Rate{Count: 1, Per: 1500 * time.Millisecond}, nil)
	h := new(authn.Frame).Handler(func(w http.ResponseWriter, r *http.Request) error { return g.Enter(w.Header(), r, "ada") })
	h.ServeHTTP(httptest.NewRecorder(), from("192.0.2.1:1"))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, from("192.0.2.1:1"))
	if w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "2" ||
		w.Header().Get("Content-Type") != "application/problem+json" || !strings.Contains(w.Header().Get("Cache-Control"), "no-store") {
		t.Fatalf("%d %v %s", w.Code, w.Header(), w.Body)
	}
}
