package apikey_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/authgen-go/authgen/runtime/apikey"
	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/ratelimit"
)

// Without our header nothing is asked of anybody, even if everything is down.
func TestSTO06_NoCredentialNoStore(t *testing.T) {
	b := newBench(t)
	_, key := b.issue(b.ada, read)
	b.store.forget()
	b.store.down()
	b.limiter.down.Store(true)
	takes := b.limiter.takes.Load()
	for name, r := range elsewhere(b, key) {
		if _, _, err := b.Authenticate(r, http.Header{}); err != authn.ErrNoCredential {
			t.Errorf("%s: %v, want ErrNoCredential", name, err)
		}
	}
	if calls := b.store.calls(); len(calls) != 0 || b.limiter.takes.Load() != takes {
		t.Errorf("the store was asked %v, the limiter %d times", calls, b.limiter.takes.Load()-takes)
	}
}

// elsewhere are requests that carry key anywhere but in the header.
func elsewhere(b *bench, key string) map[string]*http.Request {
	post := func(url, body, kind string) *http.Request {
		r := httptest.NewRequestWithContext(b.Context(), http.MethodPost, url, strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		return r
	}
	with := func(name, value string) *http.Request {
		r := b.request()
		r.Header.Set(name, value)
		return r
	}
	const base = "https://api.example/"
	form := url.Values{"api_key": {key}, "X-API-Key": {key}}.Encode()
	return map[string]*http.Request{
		"nothing":      b.request(),
		"query":        post(base+"?api_key="+key+"&X-API-Key="+key, "", "text/plain"),
		"path":         post(base+key, "", "text/plain"),
		"user info":    post("https://"+key+"@api.example/", "", "text/plain"),
		"form":         post(base, form, "application/x-www-form-urlencoded"),
		"JSON":         post(base, `{"api_key":"`+key+`"}`, "application/json"),
		"cookie":       with("Cookie", "X-API-Key="+key+"; api_key="+key),
		"bearer":       with("Authorization", "Bearer "+key),
		"basic":        with("Authorization", "ApiKey "+key),
		"other header": with("Api-Key", key),
		"near header":  with("X_API_Key", key),
	}
}

func TestAPI06_OneHeaderOnly(t *testing.T) {
	b := newBench(t)
	_, key := b.issue(b.ada, read)
	h := b.guarded(read)
	for name, r := range elsewhere(b, key) {
		w := serve(h, r)
		if w.Code != 401 || w.Header().Get("WWW-Authenticate") != `ApiKey realm="auth"` || strings.Contains(w.Body.String(), key[8:]) {
			t.Errorf("%s: %d, challenge %q", name, w.Code, w.Header()["Www-Authenticate"])
		}
	}
	if w := serve(h, b.request(key)); w.Code != 200 || w.Body.String() != "ada@example.com" {
		t.Errorf("in its header: %d %s", w.Code, w.Body)
	}
	renamed := newBench(t, func(c *config) { c.Header = "x-acme-key"; c.Prefix = "acme_test" })
	_, key = renamed.issue(renamed.ada)
	renamed.is("the default header", renamed.check(key), authn.ErrNoCredential)
	r := renamed.request()
	r.Header.Set("X-Acme-Key", key)
	_, _, err := renamed.Authenticate(r, http.Header{})
	renamed.must(err)
}

// What cannot be a key, or is two, is refused and the store not asked.
func TestAPI02_BadFormNoStore(t *testing.T) {
	b := newBench(t, func(c *config) { c.FailureLimit = ratelimit.Rate{Count: 1000, Per: time.Minute} })
	_, key := b.issue(b.ada, read)
	h := b.guarded("")
	b.store.forget()
	b.audit.Reset()
	for name, values := range map[string][]string{
		"empty": {""}, "space": {" "}, "two": {key, key}, "a good and an empty one": {key, ""}, "an empty and a good one": {"", key},
		"a list": {key + ", " + key}, "scheme": {"Bearer " + key}, "check sum": {swap(key)}, "cut": {key[:43]}, "longer": {key + "0"},
		"other environment": {strings.Replace(key, "live", "test", 1)}, "a megabyte": {strings.Repeat("k", 1<<20)}, "NUL": {key[:43] + "\x00"},
	} {
		w := serve(h, b.request(values...))
		if w.Code != 401 || w.Header().Get("WWW-Authenticate") != `ApiKey realm="auth", error="invalid_token"` ||
			!strings.Contains(w.Body.String(), "urn:authgen:invalid-api-key") {
			t.Errorf("%s: %d %s, challenge %q", name, w.Code, w.Body, w.Header()["Www-Authenticate"])
		}
	}
	if calls := b.store.calls(); len(calls) != 0 {
		t.Errorf("the store was asked %v", calls)
	}
	for _, e := range b.audit.Events() {
		if e.Type != "api_key.refused" || e.Outcome != "denied" || e.Reason != "malformed" || e.Request.Addr.String() != "192.0.2.7" {
			t.Errorf("event %+v", e)
		}
	}
}

// The answer does not tell why a key is of no use; the audit trail does.
func TestERR03_RefusalsLookAlike(t *testing.T) {
	b := newBench(t, func(c *config) { c.MaxActive = 10 })
	expired, expiredKey, err := b.Create(t.Context(), b.ada.ID, b.ada, newKey{Name: "k", ExpiresIn: time.Second})
	b.must(err)
	revoked, revokedKey := b.issue(b.ada)
	b.must(b.Revoke(t.Context(), b.ada.ID, revoked.ID))
	bob := b.user("bob@example.com", "member")
	disabled, disabledKey := b.issue(bob)
	b.must(b.users.SetDisabled(t.Context(), bob.ID, true))
	b.clock.advance(time.Second)
	b.audit.Reset()
	h := b.guarded("")
	var answers []string
	for _, key := range []string{"", swap(revokedKey), forged(), revokedKey, expiredKey, disabledKey} {
		w := serve(h, b.request(key))
		answers = append(answers, w.Body.String()+strings.Join(w.Header()["Www-Authenticate"], ""))
		if w.Code != 401 || answers[0] != answers[len(answers)-1] {
			t.Errorf("%q: %d %q, want %q", key, w.Code, answers[len(answers)-1], answers[0])
		}
	}
	b.saw(
		"api_key.refused denied malformed >",
		"api_key.refused denied malformed >",
		"api_key.refused denied unknown >",
		"api_key.refused denied unknown >",
		"api_key.refused denied expired >"+expired.ID,
		"api_key.refused denied inactive-owner >"+disabled.ID,
	)
}

func TestAPI07_ExpiryToTheSecond(t *testing.T) {
	for name, staleness := range map[string]time.Duration{"asked": 0, "kept": 5 * time.Minute} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, func(c *config) { c.MaxStaleness = staleness })
			b.clock.nanos.Store(start.Truncate(time.Second).UnixNano())
			_, key, err := b.Create(t.Context(), b.ada.ID, b.ada, newKey{Name: "k", ExpiresIn: time.Hour})
			b.must(err)
			b.clock.advance(time.Hour - time.Second)
			b.must(b.check(key)) // STO-05: nothing was swept
			b.clock.advance(time.Second - time.Microsecond)
			b.must(b.check(key))
			b.clock.advance(time.Microsecond)
			b.is("at its end", b.check(key), apikey.ErrInvalidKey)
			if n := b.store.count("DeleteExpired"); n != 0 {
				t.Errorf("swept %d times", n)
			}
		})
	}
}

func TestAPI07_KeysAnnounceTheirEnd(t *testing.T) {
	b := newBench(t)
	k, key := b.issue(b.ada)
	b.audit.Reset()
	header := func() string {
		b.Helper()
		w := serve(b.guarded(""), b.request(key))
		if w.Code != 200 {
			b.Fatalf("status %d", w.Code)
		}
		return w.Header().Get("API-Key-Expires")
	}
	b.clock.advance(76*day - time.Microsecond)
	if got := header(); got != "" || b.Expiring(k) {
		t.Errorf("15 days before its end a key announces %q", got)
	}
	b.saw()
	b.clock.advance(time.Microsecond)
	if got := header(); got != "Tue, 02 Jun 2026 05:06:07 GMT" || !b.Expiring(k) {
		t.Errorf("14 days before its end a key announces %q", got)
	}
	event := "api_key.expiring success  1001>" + k.ID
	b.saw(event)
	// Once a day, by the day of UTC: it is 05:06 now.
	for range 100 {
		header()
	}
	b.clock.advance(18*time.Hour + 53*time.Minute)
	header()
	b.saw()
	for range 13 {
		b.clock.advance(day)
		header()
		header()
		b.saw(event)
	}
	// A refusal announces nothing.
	b.clock.advance(day)
	if w := serve(b.guarded(""), b.request(key)); w.Code != 401 || w.Header().Get("API-Key-Expires") != "" {
		t.Errorf("after its end: %d, %q", w.Code, w.Header().Get("API-Key-Expires"))
	}
}

func TestKeysAnnounceNothingWithoutWarnBefore(t *testing.T) {
	b := newBench(t, func(c *config) { c.WarnBefore = -1 })
	k, key := b.issue(b.ada)
	b.audit.Reset()
	b.clock.advance(90*day - time.Second)
	if w := serve(b.guarded(""), b.request(key)); w.Code != 200 || w.Header().Get("API-Key-Expires") != "" || b.Expiring(k) {
		t.Errorf("%d, announces %q", w.Code, w.Header().Get("API-Key-Expires"))
	}
	b.saw()
}

// A storage that finds by less than the whole hash does not let a key through.
func TestKEY10_TheWholeHashDecides(t *testing.T) {
	b := newBench(t)
	_, key := b.issue(b.ada)
	b.store.storage = loose{b.store.storage, func() apikey.Hash { h, _ := apikey.Parse("sk_live", key); return h }}
	b.must(b.check(key))
	b.audit.Reset()
	b.is("another key", b.check(forged()), apikey.ErrInvalidKey)
	b.saw("api_key.refused denied unknown >") // nor is it blamed
}

// loose finds one key, whatever it is asked for.
type loose struct {
	storage
	hash func() apikey.Hash
}

func (s loose) Find(ctx context.Context, _ apikey.Hash) (record, user, error) {
	return s.storage.Find(ctx, s.hash())
}

func TestF01_StoreDownIs503(t *testing.T) {
	b := newBench(t)
	_, key := b.issue(b.ada)
	h := b.guarded("")
	b.store.down()
	for range 30 { // more than the limit on failures: this is none
		w := serve(h, b.request(key))
		if w.Code != 503 || w.Header().Get("Retry-After") == "" {
			t.Fatalf("%d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
		}
	}
	b.store.up()
	if w := serve(h, b.request(key)); w.Code != 200 { // F-10
		t.Errorf("afterwards: %d", w.Code)
	}
	if n := strings.Count(b.log.String(), "store unavailable"); n != 1 {
		t.Errorf("logged %d times", n)
	}
}

// Events name the request, if an endpoint around the guard has.
func TestLOG01_RefusalsNameTheRequest(t *testing.T) {
	b := newBench(t)
	known := audit.Request{ID: "r-1", Addr: netip.MustParseAddr("198.51.100.7")}
	for _, request := range []audit.Request{known, {ID: "r-2"}, {}} {
		r := b.request("nonsense")
		r = r.WithContext(audit.WithRequest(r.Context(), request))
		_, _, _ = b.Authenticate(r, http.Header{})
	}
	var got []audit.Request
	for _, e := range b.audit.Events() {
		got = append(got, e.Request)
	}
	peer := netip.MustParseAddr("192.0.2.7")
	if want := []audit.Request{known, {ID: "r-2", Addr: peer}, {Addr: peer}}; !slices.Equal(got, want) {
		t.Errorf("requests %v, want %v", got, want)
	}
}

// A store that does not answer costs StoreTimeout at most, also those who wait for
// their turn behind each other, and nothing in the background.
func TestF08_StoreThatNeverAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, func(c *config) { c.Now = time.Now; c.MaxStaleness = time.Second })
		k, key := b.issue(b.ada)
		time.Sleep(time.Second)
		b.must(b.check(key)) // leaves a touch
		time.Sleep(time.Second)
		b.store.hook(func(ctx context.Context, _ string) error { <-ctx.Done(); return ctx.Err() })
		h := b.guarded("")
		var wg sync.WaitGroup
		for i := range 40 {
			wg.Go(func() {
				time.Sleep(time.Duration(i) * 97 * time.Millisecond)
				begin := time.Now()
				sent := key // proven, and read by several at once
				if i%2 == 1 {
					sent = forged() // in line with each other
				}
				w := serve(h, b.request(sent))
				if d := time.Since(begin); w.Code != 503 || d > 2*time.Second {
					t.Errorf("request %d: %d after %v", i, w.Code, d)
				}
			})
		}
		wg.Wait()
		for name, call := range map[string]func() error{
			"Create":       func() error { _, _, err := b.Create(t.Context(), 1001, b.ada, newKey{Name: "k"}); return err },
			"Rotate":       func() error { _, _, err := b.Rotate(t.Context(), 1001, k.ID, nil); return err },
			"Revoke":       func() error { return b.Revoke(t.Context(), 1001, k.ID) },
			"RevokeAll":    func() error { return b.RevokeAll(t.Context(), 1001) },
			"RevokeLeaked": func() error { return b.RevokeLeaked(t.Context(), key) },
			"List":         func() error { _, err := b.List(t.Context(), 1001); return err },
			"Sweep":        func() error { _, err := b.Sweep(t.Context()); return err },
			"Flush":        func() error { return b.Flush(t.Context()) },
			"Expiring": func() error {
				for _, err := range b.ExpiringWithin(t.Context(), day) {
					return err
				}
				return nil
			},
		} {
			begin := time.Now()
			b.is(name, call(), context.DeadlineExceeded)
			if d := time.Since(begin); d > 2*time.Second {
				t.Errorf("%s took %v", name, d)
			}
		}
		b.store.up()
		b.must(b.check(key))
		b.must(b.Close(t.Context()))
	})
}

// A driver that panics ends neither the process nor the turn of an address.
func TestF33_PanicOfTheStore(t *testing.T) {
	for name, staleness := range map[string]time.Duration{"asked": 0, "kept": time.Minute} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, func(c *config) { c.MaxStaleness = staleness })
			_, key := b.issue(b.ada)
			b.store.hook(func(context.Context, string) error { panic("driver") })
			h := b.guarded("")
			for range 3 {
				if w := serve(h, b.request(key)); w.Code != 500 {
					t.Errorf("status %d, want 500", w.Code)
				}
			}
			b.store.up()
			if w := serve(h, b.request(key)); w.Code != 200 {
				t.Errorf("afterwards: %d", w.Code)
			}
		})
	}
}
