package oauth_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/oauth"
	"github.com/authgen-go/authgen/runtime/oauth/oauthtest"
)

// SECURITY OAC-09.
func TestOAC09_WhatProvidersSayInWordsIsNotShown(t *testing.T) {
	const script = "<script>alert(1)</script>"
	for code, sentence := range map[string]string{
		"access_denied":            "cancelled",
		"user_cancelled_authorize": "cancelled",
		"login_required":           "ask you something",
		"consent_required":         "ask you something",
		"temporarily_unavailable":  "Try again later",
		"server_error":             "Try again later",
		"invalid_scope":            "does not accept this application",
		"unauthorized_client":      "does not accept this application",
		"something_new":            "refused the login",
		script:                     "refused the login",
		"a\r\nSet-Cookie: x=y":     "refused the login",
	} {
		b := newBench(t)
		br := make(browser)
		callback := b.provider.Browse(t, b.begins(br, name, oauth.Flow{}))
		callback = with(callback, "code", "", "error", code, "error_description", script, "error_uri", "https://evil.example/"+script)
		kept := br.copied()
		_, err := b.comes(br, name, callback)
		b.refused(code, err, oauth.ErrRefused, "refused-by-provider")
		w := answers(err)
		if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), sentence) ||
			strings.Contains(w.Body.String(), "script") || strings.Contains(w.Body.String(), "evil") {
			t.Errorf("%q is answered %d %s", code, w.Code, w.Body)
		}
		if len(br) != 0 {
			t.Errorf("%q: the cookie of a flow that is over stays", code)
		}
		_, err = b.comes(kept, name, callback)
		b.refused("the browser goes back", err, oauth.ErrState, "used-state")
		b.tokenCalls(code, 0)
	}
}

// An error wins over a code that comes with it. SECURITY OAC-09.
func TestOAC09_AnErrorWithACode(t *testing.T) {
	b := newBench(t)
	br := make(browser)
	callback := b.provider.Browse(t, b.begins(br, name, oauth.Flow{}))
	_, err := b.comes(br, name, with(callback, "error", "access_denied"))
	b.refused("both", err, oauth.ErrRefused, "refused-by-provider")
	b.tokenCalls("both", 0)
}

// Parameters that are longer than any provider's. SECURITY OAC-09.
func TestOAC09_LongParameters(t *testing.T) {
	for _, of := range []string{"code", "iss", "error", "state"} {
		b := newBench(t)
		br := make(browser)
		callback := b.provider.Browse(t, b.begins(br, name, oauth.Flow{}))
		_, err := b.comes(br, name, with(callback, of, strings.Repeat("A", 5000)))
		b.refused(of, err, oauth.ErrState, "malformed-callback")
	}
}

// A refusal names who links, and what a provider is called, and comes from the request.
// SECURITY LOG-01.
func TestLOG01_RefusalsAreRecorded(t *testing.T) {
	b := newBench(t)
	br := make(browser)
	callback := b.provider.Browse(t, b.begins(br, name, oauth.Flow{User: "user-1"}))
	r := br.request(http.MethodGet, with(callback, "code", "", "error", "access_denied").URL.RequestURI())
	r = r.WithContext(audit.WithRequest(r.Context(), audit.Request{ID: "request-1"}))
	_, err := b.Finish(newRecorder(), r, name)
	if err == nil {
		t.Fatal("the login was not refused")
	}
	want := audit.Event{
		Time: start, Type: audit.Login, Outcome: audit.Denied, Reason: "refused-by-provider", Actor: "user-1",
		Target: name, Strategy: "oauth", Request: audit.Request{ID: "request-1"},
	}
	if got := b.events.Events(); len(got) != 1 || got[0] != want {
		t.Errorf("events %+v, want %+v", got, want)
	}
}

// Every refusal is fit to be sent and has the status that the package says.
func TestRefusalsHaveTheirStatus(t *testing.T) {
	for status, list := range map[int][]*authn.Problem{
		http.StatusNotFound:           {oauth.ErrUnknownProvider},
		http.StatusBadRequest:         {oauth.ErrState, oauth.ErrRefused},
		http.StatusUnauthorized:       {oauth.ErrIdentity},
		http.StatusServiceUnavailable: {oauth.ErrProvider},
	} {
		for _, p := range list {
			if w := answers(p); w.Code != status || p.Detail == "" {
				t.Errorf("%v is answered %d", p, w.Code)
			}
		}
	}
}

// SECURITY OAC-06: userinfo speaks of whom the ID token speaks.
func TestOAC06_UserInfo(t *testing.T) {
	silent := func(change func(map[string]any)) oauthtest.Misdeeds {
		return oauthtest.Misdeeds{
			Claims: func(c map[string]any) {
				for _, of := range []string{"email", "email_verified", "name"} {
					delete(c, of)
				}
			},
			UserInfo: change,
		}
	}
	b := newBench(t)
	b.provider.Misbehave(silent(nil))
	login := b.logsIn("the same", name)
	if login.Email != "ada@example.com" || !login.EmailVerified || login.Name != "Ada Lovelace" {
		t.Errorf("login %+v", login)
	}
	for what, change := range map[string]func(map[string]any){
		"userinfo-invalid-sub": func(m map[string]any) { m["sub"] = "somebody else" },
		"no sub":               func(m map[string]any) { delete(m, "sub") },
		"sub in another type":  func(m map[string]any) { m["sub"] = 248289761001 },
	} {
		b := newBench(t)
		b.provider.Misbehave(silent(change))
		_, err := b.login(name, oauth.Flow{})
		b.refused(what, err, oauth.ErrIdentity, "subject-of-another")
	}
	b = newBench(t)
	b.provider.Misbehave(silent(func(m map[string]any) { m["Email"] = "evil@example.com" }))
	_, err := b.login(name, oauth.Flow{})
	b.refused("a name in two cases", err, oauth.ErrProvider, "bad-answer")
}

// What was not asked for is not looked for.
func TestUserInfoIsAskedForWhatWasAskedFor(t *testing.T) {
	b := newBench(t, func(c *oauth.Config, p *oauthtest.Provider) {
		c.Providers = []oauth.Provider{p.OIDC(name, "openid", "groups")}
	})
	b.provider.Misbehave(oauthtest.Misdeeds{Claims: func(c map[string]any) {
		delete(c, "email")
		delete(c, "name")
	}})
	if login := b.logsIn("without", name); login.Email != "" || login.Name != "" || login.EmailVerified {
		t.Errorf("login %+v", login)
	}
	b.asked("nothing is missing", oauthtest.PathUserInfo, 0)
}

// SECURITY OAC-06: an address makes nobody the same.
func TestOAC06_TheAccountIsProviderAndSubject(t *testing.T) {
	b := newBench(t, twoProviders)
	one, two := b.logsIn("one", name), b.logsIn("the other", "other")
	if one.Email != two.Email || one.Provider == two.Provider {
		t.Errorf("logins %+v and %+v", one, two)
	}
}

// SECURITY OAC-07: an address is verified if the provider says so with a true, and goes
// with the word of whoever said it.
func TestOAC07_VerifiedIsTrueItself(t *testing.T) {
	for what, tc := range map[string]struct {
		misdeeds oauthtest.Misdeeds
		email    string
		verified bool
	}{
		"true":            {claim("email_verified", true), "ada@example.com", true},
		"false":           {claim("email_verified", false), "ada@example.com", false},
		"a string":        {claim("email_verified", "true"), "ada@example.com", false},
		"a number":        {claim("email_verified", 1), "ada@example.com", false},
		"null":            {claim("email_verified", nil), "ada@example.com", false},
		"missing":         {without("email_verified"), "ada@example.com", false},
		"no address":      {claim("email", "nobody"), "ada@example.com", true}, // userinfo's
		"a line break":    {claim("email", "a@b\r\nBcc: c@d"), "ada@example.com", true},
		"userinfo's word": {oauthtest.Misdeeds{Claims: func(c map[string]any) { delete(c, "name") }, UserInfo: func(m map[string]any) { m["email"], m["email_verified"] = "evil@example.com", true }}, "ada@example.com", true},
		"an unverified address, and userinfo vouches for another": {oauthtest.Misdeeds{
			Claims:   func(c map[string]any) { delete(c, "name"); c["email_verified"] = false },
			UserInfo: func(m map[string]any) { m["email"] = "evil@example.com" },
		}, "ada@example.com", false},
	} {
		b := newBench(t)
		b.provider.Misbehave(tc.misdeeds)
		if login := b.logsIn(what, name); login.Email != tc.email || login.EmailVerified != tc.verified {
			t.Errorf("%s: %q %v", what, login.Email, login.EmailVerified)
		}
	}
}

// Names are for showing: on one line, printable, of a bounded length.
func TestNamesAreFitToBeShown(t *testing.T) {
	for given, want := range map[string]string{
		"Ada  Lovelace ":             "Ada Lovelace",
		"Ada\r\nLovelace\t\u2028x":   "Ada Lovelace x",
		"\u202eevil\u0000\u001b[31m": "evil[31m",
		strings.Repeat("ä", 200):     strings.Repeat("ä", 128),
		"李雷":                         "李雷",
	} {
		b := newBench(t)
		b.provider.Misbehave(claim("name", given))
		if login := b.logsIn(given, name); login.Name != want {
			t.Errorf("%q is called %q", given, login.Name)
		}
	}
}
