package session_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/authgen-go/authgen/runtime/account"
	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/session"
)

func recorder() *httptest.ResponseRecorder { return httptest.NewRecorder() }

func TestSES04_LoginNeverAdoptsAToken(t *testing.T) {
	b := newBench(t)
	for _, planted := range []string{"attacker", strings.Repeat("A", 43)} {
		_, token := b.login(b.ada, planted)
		if token == planted || len(token) != 43 {
			t.Errorf("the login gave %q to who carried %q", token, planted)
		}
		b.is("planted", b.check(planted), session.ErrInvalidSession)
		b.must(b.check(token))
	}
}

func TestSES04_LoginEndsTheSessionItCameWith(t *testing.T) {
	b := newBench(t)
	bob := b.user("bob@example.com")
	first, old := b.login(b.ada)
	other, elsewhere := b.login(b.ada)
	second, fresh := b.login(bob, old)
	b.is("the session before the login", b.check(old), session.ErrInvalidSession)
	if first.ID == second.ID || other.ID == second.ID {
		t.Error("an id was used twice")
	}
	s, u, err := b.Authenticate(b.request(http.MethodGet, fresh))
	if err != nil || u.ID != bob.ID || s.ID != second.ID {
		t.Errorf("the new session is of user %d, %v; want %d", u.ID, err, bob.ID)
	}
	b.must(b.check(elsewhere))
}

func TestSES04_RenewalGivesANewTokenAndKillsTheOld(t *testing.T) {
	b := newBench(t)
	s, old := b.login(b.ada)
	b.clock.advance(10 * time.Minute)
	b.must(b.check(old))
	b.clock.advance(25 * time.Minute) // idle in the storage, not here
	w := recorder()
	b.must(b.Renew(w, b.request(http.MethodPost, old), s, b.ada.Version))
	fresh := b.cookie(w).Value
	if touches := b.flushed(); len(touches) != 0 {
		t.Errorf("wrote %v for a token that is dead", touches)
	}
	b.is("the old token", b.check(old), session.ErrInvalidSession)
	got, _, err := b.Authenticate(b.request(http.MethodGet, fresh))
	if err != nil || got.ID != s.ID || !got.ExpiresAt.Equal(s.ExpiresAt) || !got.AuthenticatedAt.Equal(b.clock.now().Truncate(time.Microsecond)) {
		t.Errorf("renewed to %+v, %v", got, err)
	}
	b.clock.advance(20 * time.Minute)
	b.must(b.check(fresh))

	crossSite := b.request(http.MethodPost, fresh)
	crossSite.Header.Set("Sec-Fetch-Site", "cross-site")
	b.is("from another site", b.Renew(recorder(), crossSite, s, b.ada.Version), authn.ErrCrossSite)
	b.must(b.check(fresh))
	for name, r := range map[string]*http.Request{
		"without a cookie": b.request(http.MethodPost), "with the old one": b.request(http.MethodPost, old),
		"with a planted one": b.request(http.MethodPost, "attacker"), "with two": b.request(http.MethodPost, fresh, fresh),
	} {
		w := recorder()
		b.is(name, b.Renew(w, r, s, b.ada.Version), session.ErrInvalidSession)
		if len(w.Result().Cookies()) != 0 {
			t.Errorf("%s: set a cookie", name)
		}
	}
}

func TestSES04_OfManyRenewalsOneWins(t *testing.T) {
	b := newBench(t)
	s, old := b.login(b.ada)
	answers := make([]*httptest.ResponseRecorder, 100)
	var wg sync.WaitGroup
	for i := range answers {
		answers[i] = recorder()
		wg.Go(func() {
			if err := b.Renew(answers[i], b.request(http.MethodPost, old), s, b.ada.Version); err != nil {
				b.is("loser", err, session.ErrInvalidSession)
			}
		})
	}
	wg.Wait()
	won := 0
	for _, w := range answers {
		for _, c := range w.Result().Cookies() {
			won++
			b.must(b.check(c.Value))
		}
	}
	if won != 1 {
		t.Errorf("%d of 100 were renewed, want 1", won)
	}
}

// The renewal's version is the one that counts afterwards: of a session whose user
// was signed out everywhere while they typed their password, nothing is left.
func TestSES08_RenewalUnderTheVersionThatWasProven(t *testing.T) {
	b := newBench(t)
	s, token := b.login(b.ada)
	_, other := b.login(b.ada)
	version, err := b.users.ChangePassword(t.Context(), b.ada.ID, "", "new")
	b.must(err)
	b.is("after the change, before the renewal", b.check(token), session.ErrInvalidSession)
	w := recorder()
	b.must(b.Renew(w, b.request(http.MethodPost, token), s, version))
	fresh := b.cookie(w).Value
	b.must(b.check(fresh))
	b.is("another session", b.check(other), session.ErrInvalidSession)

	b.must(b.users.SignOutEverywhere(t.Context(), b.ada.ID))
	w = recorder()
	b.must(b.Renew(w, b.request(http.MethodPost, fresh), s, version))
	b.is("renewed under the version before", b.check(b.cookie(w).Value), session.ErrInvalidSession)
}

func TestStartKeepsWhereItWasMade(t *testing.T) {
	proxies, err := authn.NewProxies("10.0.0.0/8")
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t, func(c *config) { c.Proxies = proxies })
	for name, c := range map[string]struct{ agent, want string }{
		"plain":         {"Mozilla/5.0 (X11)", "Mozilla/5.0 (X11)"},
		"none":          {"", ""},
		"control":       {"a\x00b\r\nc\x1b[31m\u2028\u202e\u200bd\x7f", "abc[31md"},
		"not UTF-8":     {"a\xffb", "ab"},
		"256 bytes":     {strings.Repeat("x", 256), strings.Repeat("x", 256)},
		"long":          {strings.Repeat("x", 10_000), strings.Repeat("x", 256)},
		"cut in a rune": {strings.Repeat("x", 255) + "жук", strings.Repeat("x", 255)},
	} {
		r := b.request(http.MethodPost)
		r.RemoteAddr = "10.1.2.3:4567"
		r.Header.Set("X-Forwarded-For", "198.51.100.9, 203.0.113.5")
		r.Header.Set("User-Agent", c.agent)
		s, err := b.Start(recorder(), r, b.ada, b.ada.ID)
		b.must(err)
		if s.UserAgent != c.want || !utf8.ValidString(s.UserAgent) {
			t.Errorf("%s: user agent %q, want %q", name, s.UserAgent, c.want)
		}
		if s.IP() != "203.0.113.5" {
			t.Errorf("%s: address %s", name, s.IP())
		}
	}
	if s, _, err := b.Create(t.Context(), b.ada.ID, 1); err != nil || s.Addr != (netip.Addr{}) || s.IP() != "" || session.ParseIP(s.IP()) != s.Addr {
		t.Errorf("made from Go: %+v, %v", s, err)
	}
}

func TestStartRefuses(t *testing.T) {
	b := newBench(t)
	_, old := b.login(b.ada)
	b.must(b.users.SetDisabled(t.Context(), b.user("off@example.com").ID, true))
	disabled, err := b.users.ByEmail(t.Context(), "off@example.com")
	b.must(err)
	gone := account.User[int64, role]{ID: 999, Version: 1}
	crossSite := b.request(http.MethodPost)
	crossSite.Header.Set("Sec-Fetch-Site", "cross-site")

	for name, c := range map[string]struct {
		user user
		r    *http.Request
		want error
	}{
		"a disabled user":                {disabled.User, b.request(http.MethodPost, old), session.ErrInactiveUser},
		"a user who is gone":             {gone, b.request(http.MethodPost, old), session.ErrInactiveUser},
		"WEB-03 a login from other site": {b.ada, crossSite, authn.ErrCrossSite},
	} {
		w := recorder()
		_, err := b.Start(w, c.r, c.user, c.user.ID)
		b.is(name, err, c.want)
		if len(w.Result().Header) != 0 {
			t.Errorf("%s: answer has %v", name, w.Result().Header)
		}
	}
	b.must(b.check(old))
}

// If the old session may be alive, the login has not happened (SECURITY F-13).
func TestSES04_LoginThatCannotEndTheOldSession(t *testing.T) {
	b := newBench(t)
	_, old := b.login(b.ada)
	for _, method := range []string{"Create", "Delete"} {
		b.store.down(method)
		w := recorder()
		_, err := b.Start(w, b.request(http.MethodPost, old), b.ada, b.ada.ID)
		b.is(method, err, errDown)
		if len(w.Result().Header) != 0 {
			t.Errorf("%s: answer has %v", method, w.Result().Header)
		}
	}
	b.store.up()
	b.must(b.check(old))
}
