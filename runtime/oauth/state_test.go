package oauth_test

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/oauth"
	"github.com/authgen-go/authgen/runtime/oauth/oauthtest"
)

// twoProviders has the provider of a bench under a second name.
func twoProviders(c *oauth.Config, p *oauthtest.Provider) {
	c.Providers = append(c.Providers, p.OIDC("other"))
}

// A state is ours alone, drawn anew for each flow, and a caller's is ignored.
// SECURITY OAC-01.
func TestOAC01_StatesAreOursAlone(t *testing.T) {
	b := newBench(t)
	seen := make(map[string]bool)
	for range 100 {
		br := make(browser)
		w := newRecorder()
		location, err := b.Begin(w, br.request(http.MethodGet, "/auth/oauth/acme?state=mine&nonce=mine&redirect_uri=https://evil.example"), name, oauth.Flow{})
		b.must(err)
		br.takes(w)
		for _, of := range []string{"state", "nonce", "code_challenge"} {
			text := param(t, location, of)
			if len(text) != 43 || seen[text] {
				t.Fatalf("%s is %q, which is too short or not new", of, text)
			}
			seen[text] = true
		}
		if strings.Contains(location, "mine") || strings.Contains(location, "evil") || len(br) != 1 {
			t.Fatalf("location %s with cookies %v", location, br)
		}
	}
}

// SECURITY OAC-01, OAC-03.
func TestOAC01_OnlyTheFlowOfThisBrowserIsFinished(t *testing.T) {
	for what, tc := range map[string]struct {
		// callback changes what comes back, or the browser that it comes back to.
		callback func(b *bench, br browser, r *http.Request) (browser, *http.Request)
		reason   string
	}{
		"wrong state": {func(b *bench, br browser, r *http.Request) (browser, *http.Request) {
			return br, with(r, "state", strings.Repeat("A", 43))
		}, "unknown-state"},
		"missing state": {func(b *bench, br browser, r *http.Request) (browser, *http.Request) {
			return br, with(r, "state", "")
		}, "malformed-callback"},
		"empty state": {func(b *bench, br browser, r *http.Request) (browser, *http.Request) {
			r = with(r, "state", "")
			r.URL.RawQuery += "&state="
			return br, r
		}, "malformed-callback"},
		"two states": {func(b *bench, br browser, r *http.Request) (browser, *http.Request) {
			r = with(r)
			r.URL.RawQuery += "&state=" + strings.Repeat("A", 43)
			return br, r
		}, "malformed-callback"},
		"one state twice": {func(b *bench, br browser, r *http.Request) (browser, *http.Request) {
			r = with(r)
			r.URL.RawQuery += "&state=" + r.URL.Query().Get("state")
			return br, r
		}, "malformed-callback"},
		"two codes": {func(b *bench, br browser, r *http.Request) (browser, *http.Request) {
			r = with(r)
			r.URL.RawQuery += "&code=x"
			return br, r
		}, "malformed-callback"},
		"neither code nor error": {func(b *bench, br browser, r *http.Request) (browser, *http.Request) {
			return br, with(r, "code", "")
		}, "malformed-callback"},
		"a query that is none": {func(b *bench, br browser, r *http.Request) (browser, *http.Request) {
			r = with(r)
			r.URL.RawQuery += "&a=%zz"
			return br, r
		}, "malformed-callback"},
		"another browser": {func(b *bench, br browser, r *http.Request) (browser, *http.Request) {
			return make(browser), r
		}, "unknown-state"},
		"another browser, in which a flow has begun": {func(b *bench, br browser, r *http.Request) (browser, *http.Request) {
			other := make(browser)
			b.begins(other, name, oauth.Flow{})
			return other, r
		}, "unknown-state"},
		"the cookie of another flow under this one's name": {func(b *bench, br browser, r *http.Request) (browser, *http.Request) {
			other := make(browser)
			b.begins(other, name, oauth.Flow{})
			return browser{only(b, br).Name: {Name: only(b, br).Name, Value: only(b, other).Value}}, r
		}, "unknown-state"},
		"a changed cookie": {func(b *bench, br browser, r *http.Request) (browser, *http.Request) {
			c := only(b, br)
			c.Value = c.Value[:60] + flip(c.Value[60:61]) + c.Value[61:]
			return br, r
		}, "unknown-state"},
		"a cookie that is no base64url": {func(b *bench, br browser, r *http.Request) (browser, *http.Request) {
			only(b, br).Value += "!"
			return br, r
		}, "unknown-state"},
		"ten minutes later": {func(b *bench, br browser, r *http.Request) (browser, *http.Request) {
			b.clock.advance(oauth.FlowLife)
			return br, r
		}, "expired-state"},
		"an hour earlier": {func(b *bench, br browser, r *http.Request) (browser, *http.Request) {
			b.clock.advance(-time.Hour)
			return br, r
		}, "expired-state"},
	} {
		t.Run(what, func(t *testing.T) {
			b := newBench(t)
			br := make(browser)
			callback := b.provider.Browse(t, b.begins(br, name, oauth.Flow{}))
			br, callback = tc.callback(b, br, callback)
			_, err := b.comes(br, name, callback)
			b.refused(what, err, oauth.ErrState, tc.reason)
			if w := answers(err); w.Code != http.StatusBadRequest {
				t.Errorf("status %d", w.Code)
			}
			b.tokenCalls(what, 0)
			if b.store.rows() != 0 {
				t.Error("a flow was ended that is not this one")
			}
		})
	}
}

// Two cookies of one name do not say which of them is meant.
// SECURITY OAC-01.
func TestOAC01_TwoCookiesOfOneNameAreNone(t *testing.T) {
	b := newBench(t)
	br := make(browser)
	callback := b.provider.Browse(t, b.begins(br, name, oauth.Flow{}))
	r := br.request(http.MethodGet, callback.URL.RequestURI())
	r.AddCookie(&http.Cookie{Name: only(b, br).Name, Value: "planted"})
	_, err := b.Finish(newRecorder(), r, name)
	b.refused("two cookies", err, oauth.ErrState, "unknown-state")
	b.tokenCalls("two cookies", 0)
}

// SECURITY OAC-01, OAC-09.
func TestOAC01_AStateIsGoodOnce(t *testing.T) {
	b := newBench(t)
	br := make(browser)
	callback := b.provider.Browse(t, b.begins(br, name, oauth.Flow{}))
	before := br.copied()
	_, err := b.comes(br, name, callback)
	b.must(err)
	if len(br) != 0 {
		t.Error("the cookie of a flow that is over stays")
	}
	_, err = b.comes(br, name, callback)
	b.refused("again", err, oauth.ErrState, "unknown-state")
	_, err = b.comes(before.copied(), name, callback)
	b.refused("again, with the cookie", err, oauth.ErrState, "used-state")
	other := b.another()
	_, err = other.Finish(newRecorder(), before.request(http.MethodGet, callback.URL.RequestURI()), name)
	b.refused("in another process", err, oauth.ErrState, "used-state")
	b.tokenCalls("four callbacks", 1)
}

// A flow that one process began is finished by any other with the same key, and by none
// with another.
func TestProcessesShareFlows(t *testing.T) {
	b := newBench(t)
	br := make(browser)
	callback := b.provider.Browse(t, b.begins(br, name, oauth.Flow{ReturnTo: "/x"}))
	cfg := b.cfg
	cfg.Key = []byte("fedcba9876543210fedcba9876543210")
	stranger := must(oauth.New(cfg))(t)
	defer stranger.Close()
	_, err := stranger.Finish(newRecorder(), br.request(http.MethodGet, callback.URL.RequestURI()), name)
	b.refused("another key", err, oauth.ErrState, "unknown-state")
	login, err := b.another().Finish(newRecorder(), br.request(http.MethodGet, callback.URL.RequestURI()), name)
	if err != nil || login.Flow.ReturnTo != "/x" {
		t.Errorf("login %+v, %v", login, err)
	}
}

// SECURITY OAC-01, OAC-10, STO-02.
func TestOAC01_OfManyCallbacksAtOnceOneIsFinished(t *testing.T) {
	const n = 100
	b := newBench(t)
	br := make(browser)
	callback := b.provider.Browse(t, b.begins(br, name, oauth.Flow{}))
	services := []*oauth.Service{b.Service, b.another()}
	var finished, refused atomic.Int64
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			_, err := services[i%2].Finish(newRecorder(), br.request(http.MethodGet, callback.URL.RequestURI()), name)
			switch {
			case err == nil:
				finished.Add(1)
			case errors.Is(err, oauth.ErrState):
				refused.Add(1)
			}
		})
	}
	all.Wait()
	if finished.Load() != 1 || refused.Load() != n-1 {
		t.Errorf("%d finished, %d were refused, of %d", finished.Load(), refused.Load(), n)
	}
	b.tokenCalls("all of them", 1)
}

// SECURITY ERR-05: that a flow cannot be ended now is no verdict on it.
func TestERR05_AStorageThatIsAwayEndsNoFlow(t *testing.T) {
	b := newBench(t)
	br := make(browser)
	callback := b.provider.Browse(t, b.begins(br, name, oauth.Flow{}))
	b.store.fails(errors.New("away"))
	_, err := b.comes(br, name, callback)
	if _, ok := errors.AsType[*authn.Problem](err); err == nil || ok {
		t.Errorf("%v, want an error that is no Problem", err)
	}
	if w := answers(err); w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
		t.Errorf("status %d", w.Code)
	}
	if e := b.events.Events(); len(e) != 1 || e[0].Reason != "store-unavailable" || e[0].Outcome != "failed" {
		t.Errorf("events %+v", e)
	}
	b.tokenCalls("while it is away", 0)
	b.store.fails(nil)
	if _, err := b.comes(br, name, callback); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// SECURITY OAC-03.
func TestOAC03_AStateIsOfOneProvider(t *testing.T) {
	b := newBench(t, twoProviders)
	br := make(browser)
	callback := b.provider.Browse(t, b.begins(br, name, oauth.Flow{}))
	_, err := b.comes(br, "other", callback)
	b.refused("another provider's callback", err, oauth.ErrState, "unknown-state")
	c := only(b, br)
	renamed := strings.Replace(c.Name, name, "other", 1)
	_, err = b.comes(browser{renamed: {Name: renamed, Value: c.Value}}, "other", callback)
	b.refused("with the cookie under its name", err, oauth.ErrState, "unknown-state")
	b.tokenCalls("at another provider's callback", 0)
	_, err = b.comes(br, name, callback)
	b.must(err)
}

// SECURITY OAC-03; RFC 9207 section 2.4.
func TestOAC03_TheIssuerOfACallbackIsCompared(t *testing.T) {
	silent := oauthtest.Misdeeds{Configuration: func(m map[string]any) {
		delete(m, "authorization_response_iss_parameter_supported")
	}}
	for what, tc := range map[string]struct {
		misdeeds oauthtest.Misdeeds
		iss      func(right string) string
		good     bool
	}{
		"the right one":                  {iss: func(right string) string { return right }, good: true},
		"another":                        {iss: func(string) string { return "https://evil.example" }},
		"with a slash":                   {iss: func(right string) string { return right + "/" }},
		"none, though it is promised":    {iss: func(string) string { return "" }},
		"none, which nobody promised":    {misdeeds: silent, iss: func(string) string { return "" }, good: true},
		"another, which nobody promised": {misdeeds: silent, iss: func(string) string { return "https://evil.example" }},
	} {
		b := newBench(t)
		b.provider.Misbehave(tc.misdeeds)
		br := make(browser)
		callback := b.provider.Browse(t, b.begins(br, name, oauth.Flow{}))
		callback = with(callback, "iss", tc.iss(b.provider.URL()))
		_, err := b.comes(br, name, callback)
		if tc.good {
			if err != nil {
				t.Errorf("%s: %v", what, err)
			}
			continue
		}
		b.refused(what, err, oauth.ErrState, "wrong-issuer-in-callback")
		b.tokenCalls(what, 0)
	}
	b := newBench(t)
	br := make(browser)
	callback := b.provider.Browse(t, b.begins(br, name, oauth.Flow{}))
	callback = with(callback, "iss", "https://evil.example", "code", "", "error", "access_denied")
	_, err := b.comes(br, name, callback)
	b.refused("an error of another provider", err, oauth.ErrState, "wrong-issuer-in-callback")
}

// SECURITY WEB-07.
func TestWEB07_CallbacksComeFromTheBaseURL(t *testing.T) {
	b := newBench(t)
	r := make(browser).request(http.MethodGet, "http://evil.example/auth/oauth/acme")
	r.Host = "evil.example"
	for _, h := range []string{"X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "X-Forwarded-Prefix"} {
		r.Header.Set(h, "evil.example")
	}
	location := must(b.Begin(newRecorder(), r, name, oauth.Flow{}))(t)
	if got := param(t, location, "redirect_uri"); got != "https://app.example/auth/oauth/acme/callback" {
		t.Errorf("redirect_uri %s", got)
	}
}

// SECURITY OAC-02.
func TestOAC02_EveryFlowHasPKCE(t *testing.T) {
	b := newBench(t, func(c *oauth.Config, p *oauthtest.Provider) {
		hub := oauth.GitHub(p.ClientID, p.ClientSecret)
		hub.Issuer = p.URL()
		c.Providers = append(c.Providers, hub)
	})
	for _, provider := range []string{name, "github"} {
		location := b.begins(make(browser), provider, oauth.Flow{})
		if param(t, location, "code_challenge_method") != "S256" || len(param(t, location, "code_challenge")) != 43 {
			t.Errorf("%s: %s", provider, location)
		}
		if hasNonce := param(t, location, "nonce") != ""; hasNonce != (provider == name) {
			t.Errorf("%s: %s", provider, location)
		}
	}
	// The code of one flow with the verifier of another, which is what a stolen code gets.
	br := make(browser)
	mine := b.provider.Browse(t, b.begins(br, name, oauth.Flow{}))
	stolen := b.provider.Browse(t, b.begins(make(browser), name, oauth.Flow{})).URL.Query().Get("code")
	_, err := b.comes(br, name, with(mine, "code", stolen))
	b.refused("a stolen code", err, oauth.ErrRefused, "code-refused")
}

// only returns the one cookie of a browser.
func only(t testing.TB, br browser) *http.Cookie {
	t.Helper()
	if len(br) != 1 {
		t.Fatalf("%d cookies, want one", len(br))
	}
	for _, c := range br {
		return c
	}
	return nil
}

func flip(s string) string {
	if s == "A" {
		return "B"
	}
	return "A"
}
