package oauth_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/oauth"
	"github.com/authgen-go/authgen/runtime/oauth/oauthtest"
)

// SECURITY OAC-01, SES-02.
func TestSES02_TheCookieOfAFlow(t *testing.T) {
	for _, scheme := range []string{"https", "http"} {
		b := newBench(t, func(c *oauth.Config, _ *oauthtest.Provider) {
			c.BaseURL = &url.URL{Scheme: scheme, Host: "localhost:8080"}
		})
		https := scheme == "https"
		w := newRecorder()
		_, err := b.Begin(w, make(browser).request(http.MethodGet, "/"), name, oauth.Flow{ReturnTo: "/" + strings.Repeat("x", 1023)})
		b.must(err)
		br := make(browser)
		br.takes(w)
		c, raw := only(t, br), w.Header().Get("Set-Cookie")
		if strings.HasPrefix(c.Name, "__Host-oauth-acme-") != https || c.Secure != https || !c.HttpOnly || c.Path != "/" ||
			c.SameSite != http.SameSiteLaxMode || c.MaxAge != 600 || strings.Contains(strings.ToLower(raw), "domain") ||
			len(c.Name)+len(c.Value) > 4096 {
			t.Errorf("%s: %s", scheme, raw)
		}
		if w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: Cache-Control %q", scheme, w.Header().Get("Cache-Control"))
		}
		warned := len(b.events.Of(audit.ConfigurationWarned)) == 1 && strings.Contains(b.log.String(), "not Secure")
		if warned == https {
			t.Errorf("%s: warned %v", scheme, warned) // SECURITY SES-03
		}
		b.logsIn(scheme, name)
	}
}

// SECURITY OAC-11: nothing of a flow can be read in the browser or on the way.
func TestOAC11_CookiesAreSealed(t *testing.T) {
	b := newBench(t)
	br := make(browser)
	location := b.begins(br, name, oauth.Flow{ReturnTo: "/canary-path", User: "canary-user"})
	c := only(t, br)
	verifier, nonce, ok := oauth.OpenFlow(b.Service, name, c.Value)
	if !ok || verifier == "" || nonce != param(t, location, "nonce") {
		t.Fatal("the cookie does not open")
	}
	for what, secret := range map[string]string{
		"the state": param(t, location, "state"), "the verifier": verifier, "the nonce": nonce, "the path": "canary-path", "the user": "canary-user",
	} {
		if strings.Contains(c.Value+c.Name, secret) {
			t.Errorf("%s is in the cookie", what)
		}
	}
	if strings.Contains(location, verifier) || strings.Contains(location, "canary") || strings.Contains(location, b.provider.ClientSecret) {
		t.Errorf("location %s", location)
	}
	if _, _, ok := oauth.OpenFlow(b.Service, "other", c.Value); ok {
		t.Error("the cookie opens for another provider")
	}
}

// Logins in several tabs of one browser do not disturb each other.
func TestFlowsInSeveralTabs(t *testing.T) {
	b := newBench(t)
	br := make(browser)
	var callbacks []*http.Request
	for i := range 5 {
		callbacks = append(callbacks, b.provider.Browse(t, b.begins(br, name, oauth.Flow{ReturnTo: fmt.Sprint("/", i)})))
		b.clock.advance(time.Second)
	}
	for i, callback := range callbacks {
		login, err := b.comes(br, name, callback)
		if err != nil || login.Flow.ReturnTo != fmt.Sprint("/", i) {
			t.Errorf("tab %d: %+v %v", i, login.Flow, err)
		}
	}
	if len(br) != 0 {
		t.Errorf("%d cookies are left", len(br))
	}
}

// SECURITY OAC-11: what a browser keeps is bounded, and the oldest flows go.
func TestOAC11_ABrowserKeepsAFewFlows(t *testing.T) {
	for what, tc := range map[string]struct {
		returnTo string
		most     int
	}{
		"short": {"/", 5},
		"long":  {"/" + strings.Repeat("x", 1023), 2},
	} {
		b := newBench(t, twoProviders)
		br := make(browser)
		var last []*http.Request
		for i := range 20 {
			provider := []string{name, "other"}[i%2]
			callback := b.provider.Browse(t, b.begins(br, provider, oauth.Flow{ReturnTo: tc.returnTo}))
			last = append(last, callback)
			b.clock.advance(time.Second)
			size := 0
			for _, c := range br {
				size += len(c.Name) + len(c.Value)
			}
			if len(br) > tc.most || size > 4096 {
				t.Fatalf("%s: %d cookies of %d bytes", what, len(br), size)
			}
		}
		_, err := b.comes(br.copied(), name, last[0])
		b.refused(what+": the oldest", err, oauth.ErrState, "unknown-state")
		for i := 20 - tc.most; i < 20; i++ {
			if _, err := b.comes(br, []string{name, "other"}[i%2], last[i]); err != nil {
				t.Errorf("%s: flow %d: %v", what, i, err)
			}
		}
	}
}

// What looks like a flow and is none, or is over, is taken away; the rest is not touched,
// and nobody is made to send more than a few headers.
func TestCookiesThatAreNoFlowsGo(t *testing.T) {
	b := newBench(t)
	br := make(browser)
	b.begins(br, name, oauth.Flow{})
	old := only(t, br).Name
	b.clock.advance(oauth.FlowLife)
	for _, foreign := range []string{"session", "__Host-session", "__Host-oauth-", "__Host-oauth-acme-short", "__Host-oauth-gone-123456789012"} {
		br[foreign] = &http.Cookie{Name: foreign, Value: "x"}
	}
	junk := "__Host-oauth-acme-123456789012"
	br[junk] = &http.Cookie{Name: junk, Value: "junk"}
	b.begins(br, name, oauth.Flow{})
	if br[old] != nil || br[junk] != nil || len(br) != 6 {
		t.Errorf("cookies %v", br)
	}
	r := make(browser).request(http.MethodGet, "/")
	for i := range 1000 {
		r.AddCookie(&http.Cookie{Name: fmt.Sprintf("__Host-oauth-acme-%012d", i), Value: "x"})
	}
	w := newRecorder()
	_, err := b.Begin(w, r, name, oauth.Flow{})
	b.must(err)
	if n := len(w.Header()["Set-Cookie"]); n > 33 {
		t.Errorf("%d cookies are set", n)
	}
}

// SECURITY OAC-11: whoever begins a hundred thousand logins fills no storage.
func TestOAC11_FlowsThatBeginLeaveNothing(t *testing.T) {
	n := 100_000
	if testing.Short() {
		n = 1000
	}
	b := newBench(t)
	for range n {
		_, err := b.Begin(newRecorder(), make(browser).request(http.MethodGet, "/"), name, oauth.Flow{})
		b.must(err)
	}
	if rows := b.store.rows(); rows != 0 {
		t.Errorf("%d rows", rows)
	}
	b.logsIn("one that ends", name)
	if rows := b.store.rows(); rows != 1 {
		t.Errorf("%d rows after a login", rows)
	}
	for _, until := range b.store.used {
		if life := until.Sub(start); life < oauth.FlowLife || life > oauth.FlowLife+time.Minute {
			t.Errorf("the row stays for %v", until.Sub(start))
		}
	}
}

// A path that is too long is forgotten, so that the login is not; a user's id is not.
func TestFlowsAreBounded(t *testing.T) {
	b := newBench(t)
	login, err := b.login(name, oauth.Flow{ReturnTo: "/" + strings.Repeat("x", 1024)})
	if err != nil || login.Flow.ReturnTo != "" {
		t.Errorf("%+v %v", login.Flow, err)
	}
	if _, err := b.Begin(newRecorder(), make(browser).request(http.MethodGet, "/"), name, oauth.Flow{User: strings.Repeat("u", 257)}); err == nil {
		t.Error("a user's id of 257 bytes was taken")
	}
}

// The bits that base64 leaves over are zero: one flow has one spelling.
func TestFlowsHaveOneSpelling(t *testing.T) {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	b := newBench(t)
	for _, path := range []string{"/", "/x", "/xy"} {
		br := make(browser)
		b.begins(br, name, oauth.Flow{ReturnTo: path})
		sealed, spellings := only(t, br).Value, 0
		for _, last := range alphabet {
			if _, _, ok := oauth.OpenFlow(b.Service, name, sealed[:len(sealed)-1]+string(last)); ok {
				spellings++
			}
		}
		if spellings != 1 {
			t.Errorf("a flow of %d characters has %d spellings", len(sealed), spellings)
		}
	}
}

// sealedFlow is a flow at the provider acme under the key of a bench. It is the same in
// every process that fuzzes.
const sealedFlow = "AStdRciMrZQ_uaRnXVCbs0edu-twUyjSI6H5iIMl4ng0N8GZI_LszXOnvbscEqwEWGCF3D2B80GkCrZb0V8S9RMmjKrsGl_LZt-O" +
	"CqdSXB80YRJdGgo7QWY-fbCyhxIpFKqpsfmjNGFMYHSjZdqE-LUlf5V06FcoT-lfhdHC3Wyd1Qj95o0DQS467eFozBWIrX-Kp9LC" +
	"8BYLW9PabUUnkytJI9yUKSM_oEhu-UaZpBtOxscqgxqCpPkSXWoVrT31K18JIfz12Dx77-COwRyCWqC4XYw0wCUC7VqlXZrkinAn" +
	"-yAJmsM0DVY"

// FuzzOpenFlow opens texts that nobody sealed. Only what was sealed opens.
func FuzzOpenFlow(f *testing.F) {
	b := newBench(f)
	for _, seed := range []string{
		"", "AQ", "!" + sealedFlow, sealedFlow, sealedFlow + "A", sealedFlow[:len(sealedFlow)-1], sealedFlow[4:], strings.Repeat("A", 4096),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		verifier, nonce, ok := oauth.OpenFlow(b.Service, name, text)
		if ok != (text == sealedFlow) || ok != (verifier != "") || ok != (nonce != "") {
			t.Errorf("%q: %v", text, ok)
		}
	})
}
