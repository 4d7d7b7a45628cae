package session_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/session"
)

// setCookies are the answers that set a cookie, by what the application does.
func setCookies(b *bench) map[string]*httptest.ResponseRecorder {
	b.Helper()
	answers := make(map[string]*httptest.ResponseRecorder)
	w := func(name string) *httptest.ResponseRecorder {
		answers[name] = httptest.NewRecorder()
		return answers[name]
	}
	login := w("login")
	s, err := b.Start(login, b.request(http.MethodPost), b.ada, b.ada.ID)
	b.must(err)
	carry := func(w *httptest.ResponseRecorder) *http.Request {
		r := b.request(http.MethodPost)
		r.AddCookie(b.cookie(w))
		return r
	}
	renew := w("renew")
	b.must(b.Renew(renew, carry(login), s, b.ada.Version))
	b.must(b.End(w("logout"), carry(renew)))
	b.must(b.End(w("logout without a session"), b.request(http.MethodDelete)))
	b.ClearCookie(w("clear"))
	return answers
}

func TestSES02_CookieAttributes(t *testing.T) {
	for _, sameSite := range []http.SameSite{http.SameSiteLaxMode, http.SameSiteStrictMode} {
		b := newBench(t, func(c *config) { c.Cookie.SameSite = sameSite })
		for name, w := range setCookies(b) {
			c, raw := b.cookie(w), w.Result().Header.Get("Set-Cookie")
			if c.Name != hostName || !c.Secure || !c.HttpOnly || c.Path != "/" || c.SameSite != sameSite || c.Partitioned ||
				c.Domain != "" || strings.Contains(strings.ToLower(raw), "domain") || len(c.Name)+len(c.Value) > 4096 {
				t.Errorf("%s: %s", name, raw)
			}
			if got := w.Result().Header.Get("Cache-Control"); got != "no-store" {
				t.Errorf("%s: Cache-Control %q", name, got)
			}
		}
	}
}

// A cookie lives to the absolute end of its session, which a renewal does not move.
func TestSES02_CookieEndsWithItsSession(t *testing.T) {
	b := newBench(t)
	w := httptest.NewRecorder()
	s, err := b.Start(w, b.request(http.MethodPost), b.ada, b.ada.ID)
	b.must(err)
	c := b.cookie(w)
	if want := s.ExpiresAt.Truncate(time.Second); !c.Expires.Equal(want) || c.MaxAge != 3600 {
		t.Errorf("ends at %v and after %d s, want %v and 3600", c.Expires, c.MaxAge, want)
	}
	b.clock.advance(20 * time.Minute)
	w = httptest.NewRecorder()
	b.must(b.Renew(w, b.request(http.MethodPost, c.Value), s, b.ada.Version))
	if c = b.cookie(w); !c.Expires.Equal(s.ExpiresAt.Truncate(time.Second)) || c.MaxAge != 2400 {
		t.Errorf("renewed, ends at %v and after %d s, want %v and 2400", c.Expires, c.MaxAge, s.ExpiresAt)
	}
}

func TestSES06_ClearingCookieIsTheSameCookie(t *testing.T) {
	b := newBench(t)
	answers := setCookies(b)
	set := b.cookie(answers["login"])
	for _, name := range []string{"logout", "logout without a session", "clear"} {
		c := b.cookie(answers[name])
		if c.Value != "" || c.MaxAge != -1 || !c.Expires.Before(start) {
			t.Errorf("%s: does not clear: %v", name, c)
		}
		if c.Name != set.Name || c.Path != set.Path || c.Domain != set.Domain || c.Secure != set.Secure || c.SameSite != set.SameSite {
			t.Errorf("%s: clears %v, which is another cookie than %v", name, c, set)
		}
	}
}

func TestSES03_HTTPDropsSecureAndWarns(t *testing.T) {
	b := newBench(t, func(c *config) { c.HTTPS = false })
	if !strings.Contains(b.log.String(), "not Secure") {
		t.Errorf("no warning in %q", b.log.String())
	}
	b.saw("configuration.warned success insecure-cookie >")
	w := httptest.NewRecorder()
	_, err := b.Start(w, b.request(http.MethodPost), b.ada, b.ada.ID)
	b.must(err)
	c := b.cookie(w)
	if c.Name != "session" || c.Secure || !c.HttpOnly || c.Path != "/" || c.SameSite != http.SameSiteLaxMode || c.Domain != "" {
		t.Errorf("cookie %v", c)
	}
	r := b.request(http.MethodGet)
	r.AddCookie(c)
	if _, _, err := b.Authenticate(r); err != nil {
		t.Errorf("its own cookie: %v", err)
	}

	secure := newBench(t)
	if secure.log.String() != "" {
		t.Errorf("warned over https: %s", secure.log.String())
	}
	secure.saw()
	r = secure.request(http.MethodGet)
	r.AddCookie(c)
	secure.store.forget()
	if _, _, err := secure.Authenticate(r); err == nil || len(secure.store.calls()) != 0 {
		t.Errorf("a cookie without the prefix counts over https: %v", err)
	}
}

// A short life alone is no contradiction to the idle timeout that nobody set.
func TestShortTTLShortensTheIdleTimeout(t *testing.T) {
	b := newBench(t, func(c *config) { c.TTL = 20 * time.Minute })
	_, token := b.login(b.ada)
	b.clock.advance(20*time.Minute - time.Second)
	b.must(b.check(token))
}

func TestNewRefuses(t *testing.T) {
	for name, change := range map[string]func(*config){
		"Store":                 func(c *config) { c.Store = nil },
		"CrossSite":             func(c *config) { c.CrossSite = nil },
		"SameSite":              func(c *config) { c.Cookie.SameSite = http.SameSiteNoneMode },
		"prefix":                func(c *config) { c.Cookie.Name = "__Host-session" },
		"without a prefix":      func(c *config) { c.Cookie.Name = "__secure-x" },
		"letters":               func(c *config) { c.Cookie.Name = "a;b" },
		"digits":                func(c *config) { c.Cookie.Name = "a=b" },
		"too long":              func(c *config) { c.Cookie.Name = strings.Repeat("a", 65) },
		"negative":              func(c *config) { c.TTL = -1 },
		"at least a second":     func(c *config) { c.TTL = time.Millisecond },
		"longer than TTL":       func(c *config) { c.TTL, c.IdleTimeout = time.Hour, 2*time.Hour },
		"longer than an hour":   func(c *config) { c.Recent = time.Hour + 1 },
		"half of IdleTimeout":   func(c *config) { c.IdleTimeout, c.TouchInterval = time.Minute, 31*time.Second },
		"a duration is negativ": func(c *config) { c.StoreTimeout = -1 },
	} {
		cfg := config{Store: &store{}, CrossSite: crossSite(t), HTTPS: true}
		change(&cfg)
		m, err := session.New(cfg)
		if err == nil {
			_ = m.Close(t.Context())
			t.Errorf("%s: taken", name)
		} else if !strings.Contains(err.Error(), name) {
			t.Errorf("%v does not say %q", err, name)
		}
	}
}
