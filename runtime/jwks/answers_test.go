package jwks_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/jwks"
	"github.com/authgen-go/authgen/runtime/token"
)

// SECURITY KEY-06.
func TestKEY06_RedirectsAreNotFollowed(t *testing.T) {
	var followed atomic.Int64
	target := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		followed.Add(1)
		_, _ = io.WriteString(w, setOf(t, newKey(t)))
	}))
	defer target.Close()
	b := newBench(t, private)
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, to := range []string{"http://169.254.169.254/latest/meta-data/", target.URL, b.issuer.URL + "/other.json", "/other.json", "//canary/"} {
			before := len(b.issuer.requests())
			b.issuer.answers(func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, status) })
			b.fails(to, fmt.Sprint(status))
			b.asked(to, before+1)
		}
	}
	if n := followed.Load(); n != 0 || b.Len() != 0 {
		t.Errorf("followed %d times, %d keys", n, b.Len())
	}
	b.saw("redirects", began+"unexpected-status")
}

// SECURITY KEY-06.
func TestKEY06_OtherStatusesAreFailures(t *testing.T) {
	b := newBench(t)
	text := setOf(t, newKey(t))
	for _, status := range []int{201, 202, 203, 204, 206, 300, 304, 400, 401, 403, 404, 410, 429, 500, 503} {
		b.issuer.answers(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, text)
		})
		b.fails("status", fmt.Sprint(status))
	}
	if b.Len() != 0 {
		t.Error("there are keys")
	}
}

// endless writes until the other side has had enough, and counts.
func endless(count *atomic.Int64, pieces string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for {
			n, err := io.WriteString(w, pieces)
			count.Add(int64(n))
			if err != nil {
				return
			}
		}
	}
}

// SECURITY KEY-06.
func TestKEY06_AnEndlessBodyTakesNoMemory(t *testing.T) {
	var sent atomic.Int64
	b := newBench(t)
	b.issuer.answers(endless(&sent, `{"keys":[`+strings.Repeat(" ", 32<<10)))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	b.fails("endless", "larger than")
	runtime.ReadMemStats(&after)
	b.issuer.Close() // waits for the handler
	if n := sent.Load(); n > 32<<20 {
		t.Errorf("%d MiB were sent", n>>20)
	}
	if n := after.TotalAlloc - before.TotalAlloc; n > 16<<20 {
		t.Errorf("%d MiB were allocated", n>>20)
	}
	b.saw("endless", began+"too-large")
}

// SECURITY KEY-06.
func TestKEY06_SizesAtTheBound(t *testing.T) {
	b := newBench(t)
	text := setOf(t, newKey(t))
	fits := text + strings.Repeat(" ", token.MaxJWKS-len(text))
	b.issuer.says(fits)
	b.fetches()
	b.issuer.says(fits + " ")
	b.fails("one byte more", "larger than")
	b.issuer.answers(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000000000")
		_, _ = io.WriteString(w, text)
	})
	b.fails("said to be a gigabyte", "larger than")
	b.issuer.answers(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		_, _ = io.WriteString(w, text[:100])
	})
	b.fails("cut", "EOF")
	b.issuer.says(text, "X-Large", strings.Repeat("x", 70<<10))
	b.fails("header", "header")
	b.issuer.says(text, "Content-Encoding", "gzip")
	b.fetches() // it is not, and nothing is decompressed
}

// SECURITY KEY-06.
func TestKEY06_ASlowDripEndsAtTheTimeout(t *testing.T) {
	b := newBench(t, func(c *jwks.Config) { c.Timeout = 100 * time.Millisecond })
	for name, answer := range map[string]http.HandlerFunc{
		"header": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"body": func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, `{"keys":[`)
			for r.Context().Err() == nil {
				if _, err := io.WriteString(w, " "); err != nil {
					return
				}
				_ = http.NewResponseController(w).Flush()
				time.Sleep(5 * time.Millisecond)
			}
		},
	} {
		b.issuer.answers(answer)
		begin := time.Now()
		b.fails(name, "deadline")
		if d := time.Since(begin); d < 100*time.Millisecond || d > 4*time.Second {
			t.Errorf("%s: it took %v", name, d)
		}
	}
}

// A fetch that ran out of time is no request that did.
func TestAFetchErrorIsNotThatOfARequest(t *testing.T) {
	b := newBench(t, func(c *jwks.Config) { c.Timeout = time.Millisecond })
	b.issuer.answers(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	if err := b.Refresh(t.Context()); err == nil || errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

// SECURITY KEY-06.
func TestKEY06_CertificatesAreVerified(t *testing.T) {
	for name, change := range map[string]func(*jwks.Config){
		"authority": func(c *jwks.Config) { c.TLS = nil },
		"name":      func(c *jwks.Config) { host("localhost")(c) },
	} {
		b := newBench(t, change)
		b.issuer.publishes(t, newKey(t))
		b.fails(name, "certificate")
		b.asked(name, 0)
	}
}

// SECURITY KEY-06. Proxies would connect where they like.
func TestKEY06_NoProxyOfTheEnvironment(t *testing.T) {
	t.Setenv("HTTPS_PROXY", "http://192.0.2.1:1")
	t.Setenv("HTTP_PROXY", "http://192.0.2.1:1")
	b := newBench(t, host("example.com"), private)
	b.SetResolver(resolveTo(t, []string{"127.0.0.1"}))
	b.issuer.publishes(t, newKey(t))
	b.fetches()
	b.asked("directly", 1)
}

// SECURITY F-24.
func TestF24_BadAnswersChangeNothing(t *testing.T) {
	b := newBench(t)
	k, other := newKey(t), newKey(t)
	b.issuer.says(setOf(t, k), "ETag", `"good"`)
	b.fetches()
	key := b.has("before", k.ID())
	b.saw("before")
	jwk := named(t, other, "x")
	var many []string
	for i := range 100_000 {
		many = append(many, fmt.Sprintf(`{"kid":"%d"}`, i))
	}
	for name, text := range map[string]string{
		"nothing": "", "empty": `{"keys":[]}`, "no keys": `{}`, "null": "null", "HTML": "<!DOCTYPE html><html><body>canary</body></html>",
		"100,000 keys": `{"keys":[` + strings.Join(many, ",") + `]}`, "101 keys": `{"keys":[` + strings.Repeat(`{},`, 100) + jwk + `]}`,
		"kid twice": `{"keys":[` + jwk + `,` + named(t, newKey(t), "x") + `]}`, "private": `{"keys":[` + strings.Replace(jwk, "{", `{"d":"canary",`, 1) + `]}`,
		"oct": `{"keys":[` + jwk + `,{"kty":"oct","kid":"y","k":"canary"}]}`, "weak": `{"keys":[` + jwk + `,{"kty":"RSA","kid":"y","n":"AQ","e":"AQAB"}]}`,
		"cut": `{"keys":[` + jwk, "deep": strings.Repeat("[", 1<<19), "deep in it": `{"a":` + strings.Repeat(`{"a":`, 100_000), "NUL": "\x00",
	} {
		b.issuer.says(text, "ETag", `"bad"`)
		b.fails(name, "jwks")
		if b.has(name, k.ID()) != key || b.Len() != 1 {
			t.Errorf("%s: the keys changed", name)
		}
		if r := b.issuer.requests(); r[len(r)-1].Header.Get("If-None-Match") != `"good"` {
			t.Errorf("%s: the tag of the keys in force is forgotten", name)
		}
		b.clock.advance(time.Minute)
		b.cannotKnow(name, "x")
	}
	e := b.events.Events()
	if len(e) != 1 || strings.Count(b.log.String(), "\n") != 1 {
		t.Errorf("%d events, log:\n%s", len(e), b.log)
	}
	b.events.Reset()
	b.log.Reset()
	b.issuer.publishes(t, other)
	b.fetches()
	b.has("after", other.ID())
	b.saw("after", ended)
}

func TestF24_EveryKindOfFailureHasItsReason(t *testing.T) {
	for reason, answer := range map[string]http.HandlerFunc{
		"bad-set":           func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>") },
		"unexpected-status": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) },
		"unreachable":       func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		b := newBench(t)
		b.issuer.answers(answer)
		b.fails(reason, "jwks")
		b.saw(reason, began+reason)
	}
	b := newBench(t)
	b.SetTransport(roundTripper(func(*http.Request) (*http.Response, error) { panic("no network") }))
	b.fails("panic", "no network")
	b.saw("panic", began+"panic")
	b.SetTransport(roundTripper(func(*http.Request) (*http.Response, error) { return nil, errors.New(strings.Repeat("é", 1000)) }))
	if err := b.Refresh(t.Context()); err == nil || len(err.Error()) > 300 {
		t.Errorf("%v", err)
	}
}
