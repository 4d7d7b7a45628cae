package session_test

import (
	"context"
	"fmt"
	"net/http"
	"runtime/pprof"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/authgen-go/authgen/runtime/authn"
)

// The table of net/http's own csrf_test.go in our words, plus what SECURITY WEB-01
// adds: an Origin of another scheme or port, and one of "null".
func TestWEB01_UnsafeRequestsOfOtherSites(t *testing.T) {
	b := newBench(t)
	_, token := b.login(b.ada)
	h := b.guarded(sessions{b.manager})
	for _, c := range []struct {
		method, site, origin string
		want                 int
	}{
		{"POST", "same-origin", "", 200}, {"POST", "none", "", 200}, {"POST", "cross-site", "", 403}, {"POST", "same-site", "", 403},
		{"POST", "bogus", "", 403}, {"POST", "", "", 200}, {"POST", "", base, 200}, {"POST", "", "https://evil.example", 403},
		{"POST", "", "null", 403}, {"POST", "", "http://app.example", 403}, {"POST", "", "https://app.example:8443", 403},
		{"POST", "", "https://sub.app.example", 403}, {"POST", "", "https://app.example.evil.example", 403},
		{"POST", "same-origin", "https://evil.example", 403}, {"POST", "cross-site", base, 403},
		{"POST", "cross-site", "https://trusted.example", 200}, {"POST", "", "http://trusted.example", 403}, // WEB-02
		{"PUT", "cross-site", "", 403}, {"PATCH", "cross-site", "", 403}, {"DELETE", "cross-site", "", 403}, {"TRACE", "cross-site", "", 403},
		{"GET", "cross-site", "", 200}, {"HEAD", "cross-site", "", 200}, {"OPTIONS", "cross-site", "", 200},
		{"GET", "", "https://evil.example", 200},
	} {
		r := b.request(c.method, token)
		r.Header.Set("Content-Type", "text/plain")
		if c.site != "" {
			r.Header.Set("Sec-Fetch-Site", c.site)
		}
		if c.origin != "" {
			r.Header.Set("Origin", c.origin)
		}
		b.store.forget()
		w := serve(h, r)
		name := fmt.Sprintf("%s, Sec-Fetch-Site %q, Origin %q", c.method, c.site, c.origin)
		if w.Code != c.want {
			t.Errorf("%s: %d, want %d", name, w.Code, c.want)
		}
		if w.Code == http.StatusForbidden && (len(b.store.calls()) != 0 || !strings.Contains(w.Body.String(), "urn:authgen:cross-site")) {
			t.Errorf("%s: asked %q, answered %s", name, b.store.calls(), w.Body)
		}
	}
}

func TestWEB04_OnlyTheCredentialThatCountsExempts(t *testing.T) {
	b := newBench(t)
	_, token := b.login(b.ada)
	h := b.guarded(bearer{}, sessions{b.manager})
	for name, c := range map[string]struct {
		authorization string
		want          int
		body          string
	}{
		"cookie alone":         {"", 403, "cross-site"},
		"cookie and junk":      {"Bearer junk", 401, "invalid-credentials"},
		"cookie and good":      {"Bearer good", 200, "bearer"},
		"cookie, other scheme": {"Basic x", 401, "invalid-credentials"},
	} {
		r := b.request(http.MethodPost, token)
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		if c.authorization != "" {
			r.Header.Set("Authorization", c.authorization)
		}
		if w := serve(h, r); w.Code != c.want || !strings.Contains(w.Body.String(), c.body) {
			t.Errorf("%s: %d %s, want %d with %s", name, w.Code, w.Body, c.want, c.body)
		}
	}
}

// The storage is away: 503 with Retry-After, one line in the log, the cookie kept;
// and when it is back, everything is (SECURITY F-01, F-02, F-03, F-10).
func TestERR05_StorageAway(t *testing.T) {
	b := newBench(t)
	_, token := b.login(b.ada)
	h := b.guarded(sessions{b.manager})
	b.store.down()
	for range 10 {
		w := serve(h, b.request(http.MethodGet, token))
		if w.Code != 503 || w.Header().Get("Retry-After") == "" || len(w.Result().Cookies()) != 0 || w.Header().Get("Www-Authenticate") != "" {
			t.Fatalf("%d %v", w.Code, w.Header())
		}
		if strings.Contains(w.Body.String(), "refused") || !strings.Contains(w.Body.String(), "urn:authgen:unavailable") {
			t.Errorf("answered %s", w.Body)
		}
	}
	b.store.forget()
	w := serve(h, b.request(http.MethodGet)) // F-03
	if w.Code != 401 || len(b.store.calls()) != 0 || w.Header().Get("Www-Authenticate") != `Cookie realm="auth"` {
		t.Errorf("without a cookie: %d %v after asking %q", w.Code, w.Header(), b.store.calls())
	}
	if n := strings.Count(b.log.String(), errDown.Error()); n != 1 {
		t.Errorf("%d lines in the log, want 1:\n%s", n, b.log.String())
	}
	b.store.up()
	if w := serve(h, b.request(http.MethodGet, token)); w.Code != 200 || w.Body.String() != "ada@example.com" {
		t.Errorf("with the storage back: %d %s", w.Code, w.Body)
	}
}

// "Checked and bad" is 401 with a challenge, and no answer takes the cookie away:
// a login may have replaced it meanwhile.
func TestERR05_BadSessionKeepsTheCookie(t *testing.T) {
	b := newBench(t)
	h := b.guarded(sessions{b.manager})
	for _, token := range []string{"garbage", strings.Repeat("A", 43)} {
		w := serve(h, b.request(http.MethodGet, token))
		if w.Code != 401 || !strings.Contains(w.Body.String(), "urn:authgen:invalid-session") {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		if got := w.Header().Get("Www-Authenticate"); !strings.HasPrefix(got, `Cookie realm="auth", error=`) {
			t.Errorf("challenge %q", got)
		}
		if len(w.Result().Cookies()) != 0 {
			t.Errorf("cookies %v", w.Result().Cookies())
		}
	}
}

// A panic in the storage is answered 500 and lets nobody in (SECURITY F-33).
func TestERR04_PanicInTheStorage(t *testing.T) {
	b := newBench(t)
	_, token := b.login(b.ada)
	h := b.guarded(sessions{b.manager})
	b.store.hook(func(context.Context, string) error { panic("driver") })
	if w := serve(h, b.request(http.MethodGet, token)); w.Code != 500 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	b.store.up()
	if w := serve(h, b.request(http.MethodGet, token)); w.Code != 200 {
		t.Errorf("afterwards: %d %s", w.Code, w.Body)
	}
}

// Every call ends within two seconds, and what waited for it is gone: otherwise
// the bubble would not end.
func TestF08_StorageThatNeverAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, func(c *config) { c.Now = time.Now; c.Proxies = nil })
		s, token := b.login(b.ada)
		time.Sleep(time.Millisecond)
		b.must(b.check(token)) // leaves a touch
		b.store.hook(func(ctx context.Context, _ string) error { <-ctx.Done(); return ctx.Err() })
		h := b.guarded(sessions{b.manager})

		var wg sync.WaitGroup
		for i := range 20 {
			wg.Go(func() {
				time.Sleep(time.Duration(i) * 97 * time.Millisecond)
				begin := time.Now()
				w := serve(h, b.request(http.MethodGet, token))
				if d := time.Since(begin); w.Code != 503 || d > 2*time.Second || d < 1500*time.Millisecond {
					t.Errorf("request %d: %d after %v", i, w.Code, d)
				}
			})
		}
		wg.Wait()
		post := func() *http.Request { return b.request(http.MethodPost, token) }
		for name, call := range map[string]func() error{
			"Start":     func() error { _, err := b.Start(recorder(), post(), b.ada, b.ada.ID); return err },
			"Renew":     func() error { return b.Renew(recorder(), post(), s, 1) },
			"End":       func() error { return b.End(recorder(), post()) },
			"EndByID":   func() error { return b.EndByID(t.Context(), b.ada.ID, s.ID) },
			"EndAll":    func() error { return b.EndAll(t.Context(), b.ada.ID) },
			"EndOthers": func() error { return b.EndOthers(t.Context(), b.ada.ID, s.ID) },
			"List":      func() error { _, err := b.List(t.Context(), b.ada.ID, 1); return err },
			"Sweep":     func() error { _, err := b.Sweep(t.Context()); return err },
			"Flush":     func() error { return b.Flush(t.Context()) },
		} {
			begin := time.Now()
			b.is(name, call(), context.DeadlineExceeded)
			if d := time.Since(begin); d > 2*time.Second {
				t.Errorf("%s took %v", name, d)
			}
		}
		b.store.up()
		b.must(b.check(token)) // F-10: nothing was lost
		b.must(b.Close(t.Context()))
	})
}

// Close ends the reads that still wait.
func TestCloseEndsReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, func(c *config) { c.Now = time.Now })
		_, token := b.login(b.ada)
		b.store.hook(func(ctx context.Context, _ string) error { <-ctx.Done(); return ctx.Err() })
		failed := make(chan error)
		go func() { failed <- b.check(token) }()
		synctest.Wait()
		begin := time.Now()
		b.must(b.Close(t.Context()))
		b.is("read", <-failed, context.Canceled)
		if d := time.Since(begin); d != 0 {
			t.Errorf("the read went on for %v", d)
		}
	})
}

// A context of a read has the values of its request and an end that contexts made
// from it share.
func TestReadsHaveTheRequestsValues(t *testing.T) {
	b := newBench(t)
	_, token := b.login(b.ada)
	type key struct{}
	asked := false
	b.store.hook(func(ctx context.Context, method string) error {
		asked = true
		if v, _ := ctx.Value(key{}).(string); v != "trace" {
			t.Errorf("value %q", v)
		}
		at, ok := ctx.Deadline()
		if left := time.Until(at); !ok || left <= 0 || left > 2*time.Second {
			t.Errorf("deadline in %v", left)
		}
		child, cancel := context.WithCancel(ctx)
		defer cancel()
		if stacks := goroutines(); strings.Contains(stacks, "propagateCancel") {
			t.Error("a context made from it costs a goroutine")
		}
		if got, _ := child.Deadline(); !got.Equal(at) || child.Err() != nil {
			t.Errorf("a context made from it ends at %v, want %v", got, at)
		}
		return nil
	})
	r := b.request(http.MethodGet, token)
	r = r.WithContext(context.WithValue(r.Context(), key{}, "trace"))
	if _, _, err := b.Authenticate(r); err != nil || !asked {
		t.Error(err)
	}
}

func goroutines() string {
	var stacks strings.Builder
	_ = pprof.Lookup("goroutine").WriteTo(&stacks, 2) // to a builder
	return stacks.String()
}

func TestLOG02_NoTokenIsLoggedOrRecorded(t *testing.T) {
	b := newBench(t)
	h := b.guarded(sessions{b.manager})
	var tokens []string
	for _, method := range []string{"", "Find", "Delete", "Rotate", "Create", "DeleteByUser"} {
		b.store.up()
		s, token := b.login(b.ada)
		tokens = append(tokens, token)
		if method != "" {
			b.store.down(method)
		}
		_ = serve(h, b.request(http.MethodGet, token))
		w := recorder()
		_ = b.Renew(w, b.request(http.MethodPost, token), s, 1)
		for _, c := range w.Result().Cookies() {
			tokens = append(tokens, c.Value)
		}
		_, _ = b.Start(recorder(), b.request(http.MethodPost, token), b.ada, b.ada.ID)
		_ = b.EndAll(t.Context(), b.ada.ID)
		_ = b.End(recorder(), b.request(http.MethodPost, token))
	}
	all := b.log.String() + fmt.Sprintf("%+v", b.audit.Events())
	for _, token := range tokens {
		if strings.Contains(all, token) || strings.Contains(all, token[:16]) {
			t.Errorf("a token appears in\n%s", all)
		}
	}
	if strings.Contains(all, "ada@") {
		t.Errorf("an address appears in\n%s", all)
	}
}

// Many browsers at once, of which some sign out; run with -race.
func TestManagerConcurrently(t *testing.T) {
	b := newBench(t)
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			s, token, err := b.Create(t.Context(), b.ada.ID, 1)
			if err != nil {
				t.Error(err)
				return
			}
			for range 50 {
				b.clock.advance(time.Microsecond)
				if err := b.check(token); err != nil {
					t.Errorf("browser %d: %v", i, err)
				}
			}
			if _, err := b.List(t.Context(), b.ada.ID, 1); err != nil {
				t.Error(err)
			}
			if err := b.Flush(t.Context()); err != nil {
				t.Error(err)
			}
			if err := b.EndByID(t.Context(), b.ada.ID, s.ID); err != nil {
				t.Error(err)
			}
			if err := b.check(token); err == nil {
				t.Errorf("browser %d is signed in after its session ended", i)
			}
		})
	}
	wg.Wait()
	var _ authn.Authenticator[*identity] = sessions{b.manager}
}
