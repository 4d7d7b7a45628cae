package e2e

import (
	"math"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"

	"github.com/authgen-go/authgen/e2e/internal/chrome"
)

// SECURITY SES-02.
func TestSES02_TheBrowserKeepsTheSessionFromScriptsAndOtherSites(t *testing.T) {
	t.Parallel()
	ann := newUser(t)
	ann.lands(ann.logIn("/auth/login?return_to=/private"), 200, "/private")

	cookies := ann.Cookies(ann.server.URL)
	if len(cookies) != 1 {
		t.Fatalf("%d cookies, want the session alone", len(cookies))
	}
	got := *cookies[0]
	if len(got.Value) < 43 {
		t.Errorf("the session is named by %d characters", len(got.Value))
	}
	want := got
	want.Name, want.Domain, want.Path = "session", "127.0.0.1", "/"
	want.HTTPOnly, want.SameSite = true, network.CookieSameSiteLax
	want.Secure = false // __Host- and Secure come with https
	if got != want {
		t.Errorf("the cookie is %+v, want %+v", got, want)
	}
	if text := chrome.Eval[string](ann.Tab, "document.cookie"); text != "" {
		t.Errorf("scripts see %q", text)
	}
}

// Browsers do not tell a cookie for this host from one for all hosts below, where
// the host is an address. The header does.
//
// SECURITY SES-02.
func TestSES02_TheCookieOfAFormIsForNoOtherHost(t *testing.T) {
	t.Parallel()
	ann := newUser(t)
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.PostForm(ann.server.URL+"/auth/session", url.Values{"email": {ann.email}, "password": {ann.password}})
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	lines := answer.Header.Values("Set-Cookie")
	if answer.StatusCode != http.StatusSeeOther || len(lines) != 1 {
		t.Fatalf("status %d, cookies %q", answer.StatusCode, lines)
	}
	if strings.Contains(strings.ToLower(lines[0]), "domain") {
		t.Errorf("Set-Cookie: %s", lines[0])
	}
}

func TestRememberingIsUpToPeople(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		remember bool
		want     time.Duration
	}{
		"with the box ticked": {true, 30 * 24 * time.Hour},
		"without":             {false, time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ann := newUser(t)
			ann.open("/auth/login")
			ann.Type("#login [name=email]", ann.email)
			ann.Type("#login [name=password]", ann.password)
			if c.remember {
				ann.Tick("#login [name=remember]")
			}
			ann.lands(ann.Press("#login button"), 200, "/auth/devices")

			cookie := ann.Cookie(ann.server.URL, "session")
			if cookie == nil {
				t.Fatal("no session")
			}
			left := time.Until(time.UnixMilli(int64(cookie.Expires * 1000)))
			if math.Abs(float64(left-c.want)) > float64(5*time.Minute) {
				t.Errorf("the cookie lives for %v, want %v", left, c.want)
			}
		})
	}
}
