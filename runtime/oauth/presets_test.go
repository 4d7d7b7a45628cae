package oauth_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/authgen-go/authgen/runtime/oauth"
	"github.com/authgen-go/authgen/runtime/oauth/oauthtest"
)

// preset has one of the presets, made with the credentials of the provider, which stands in
// for it.
func preset(made func(id, secret string, scopes ...string) oauth.Provider, path string, scopes ...string) func(*oauth.Config, *oauthtest.Provider) {
	return func(c *oauth.Config, p *oauthtest.Provider) {
		provider := made(p.ClientID, p.ClientSecret, scopes...)
		provider.Issuer = p.URL() + path
		c.Providers = []oauth.Provider{provider}
	}
}

// Where the presets are is decided here and nowhere else.
func TestPresets(t *testing.T) {
	for _, tc := range []struct {
		provider     oauth.Provider
		name, issuer string
		scopes       string
	}{
		{oauth.Google("i", "s"), "google", "https://accounts.google.com", "openid email profile"},
		{oauth.GitLab("i", "s"), "gitlab", "https://gitlab.com", "openid email profile"},
		{oauth.GitHub("i", "s"), "github", "https://github.com", "user:email"},
		{oauth.Microsoft("i", "s"), "microsoft", "https://login.microsoftonline.com/common/v2.0", "openid email profile"},
		{oauth.Apple("i", "s"), "apple", "https://appleid.apple.com", "openid email name"},
		{oauth.OIDC("acme", "https://id.example", "i", "s"), "acme", "https://id.example", "openid email profile"},
		{oauth.Google("i", "s", "openid", "x"), "google", "https://accounts.google.com", "openid x"},
	} {
		p := tc.provider
		if p.Name != tc.name || p.Issuer != tc.issuer || p.ClientID != "i" || strings.Join(p.Scopes, " ") != tc.scopes {
			t.Errorf("%+v", p)
		}
	}
}

func TestScopesHoldOpenID(t *testing.T) {
	b := newBench(t, preset(oauth.Google, "", "email"))
	if got := param(t, b.begins(make(browser), "google", oauth.Flow{}), "scope"); got != "openid email" {
		t.Errorf("scope %q", got)
	}
	b = newBench(t, preset(oauth.GitHub, "", "repo"))
	if got := param(t, b.begins(make(browser), "github", oauth.Flow{}), "scope"); got != "repo" {
		t.Errorf("scope %q", got)
	}
}

func TestParamsAreAdded(t *testing.T) {
	b := newBench(t, preset(oauth.Google, ""), func(c *oauth.Config, _ *oauthtest.Provider) {
		c.Providers[0].Params = map[string]string{"access_type": "offline", "prompt": "consent"}
	})
	location := b.begins(make(browser), "google", oauth.Flow{})
	if param(t, location, "access_type") != "offline" || param(t, location, "prompt") != "consent" {
		t.Errorf("location %s", location)
	}
}

// Google, GitLab and Microsoft take the secret in the form.
func TestPresetsSendTheirSecretInTheForm(t *testing.T) {
	for name, made := range map[string]func(id, secret string, scopes ...string) oauth.Provider{
		"google": oauth.Google, "gitlab": oauth.GitLab, "github": oauth.GitHub, "microsoft": oauth.Microsoft,
	} {
		b := newBench(t, preset(made, ""))
		posted := make(chan url.Values, 1)
		path := oauthtest.PathToken
		if name == "github" {
			path = oauthtest.PathGitHubToken
		}
		b.provider.Misbehave(oauthtest.Misdeeds{Answers: map[string]http.HandlerFunc{path: func(w http.ResponseWriter, r *http.Request) {
			posted <- r.PostForm
			if r.Header.Get("Authorization") != "" {
				t.Errorf("%s: the secret is in the header", name)
			}
			w.WriteHeader(http.StatusInternalServerError)
		}}})
		_, err := b.login(name, oauth.Flow{})
		b.refused(name, err, oauth.ErrProvider, "unexpected-status")
		if got := <-posted; got.Get("client_secret") != b.provider.ClientSecret || got.Get("client_id") != b.provider.ClientID {
			t.Errorf("%s: posted %v", name, got)
		}
	}
}

// GitLab's ID token has no name; its userinfo does.
func TestGitLab(t *testing.T) {
	b := newBench(t, preset(oauth.GitLab, ""))
	b.provider.Misbehave(without("name"))
	if login := b.logsIn("gitlab", "gitlab"); login.Name != "Ada Lovelace" || login.Email != "ada@example.com" || !login.EmailVerified {
		t.Errorf("login %+v", login)
	}
	b.asked("gitlab", oauthtest.PathUserInfo, 1)
}

func TestGitHub(t *testing.T) {
	b := newBench(t, preset(oauth.GitHub, ""))
	login := b.logsIn("github", "github")
	if login.Provider != "github" || login.Subject != "248289761001" || login.Email != "ada@example.com" || !login.EmailVerified ||
		login.Name != "Ada Lovelace" || login.Tokens.Access == "" || !login.Tokens.ExpiresAt.IsZero() {
		t.Errorf("login %+v", login)
	}
	b.asked("github", oauthtest.PathConfiguration, 0)
	if location := b.begins(make(browser), "github", oauth.Flow{}); !strings.HasPrefix(location, b.provider.URL()+"/login/oauth/authorize?") {
		t.Errorf("location %s", location)
	}

	b.provider.SetUser(oauthtest.User{Subject: "7", Email: "ada@example.com"})
	if login := b.logsIn("an unverified address", "github"); login.EmailVerified || login.Email != "ada@example.com" || login.Name != "ada" {
		t.Errorf("login %+v", login)
	}
}

// The endpoints of github.com, which only it has.
func TestGitHubItself(t *testing.T) {
	b := newBench(t, func(c *oauth.Config, _ *oauthtest.Provider) {
		c.Providers = []oauth.Provider{oauth.GitHub("id", "secret")}
	})
	location := b.begins(make(browser), "github", oauth.Flow{})
	if !strings.HasPrefix(location, "https://github.com/login/oauth/authorize?") {
		t.Errorf("location %s", location)
	}
	token, api, issuer := oauth.GitHubEndpoints()
	if token != "https://github.com/login/oauth/access_token" || api != "https://api.github.com/user" || issuer != "https://github.com/login/oauth" {
		t.Errorf("%s, %s, %s", token, api, issuer)
	}
}

// SECURITY OAC-03, OAC-06, OAC-10.
func TestGitHubThatMisbehaves(t *testing.T) {
	status := func(path string, code int) oauthtest.Misdeeds {
		return oauthtest.Misdeeds{Answers: map[string]http.HandlerFunc{path: func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }}}
	}
	user := func(name string, value any) oauthtest.Misdeeds {
		return oauthtest.Misdeeds{UserInfo: func(m map[string]any) { m[name] = value }}
	}
	for what, tc := range map[string]struct {
		misdeeds oauthtest.Misdeeds
		want     error
		reason   string
	}{
		"iss of another":        {oauthtest.Misdeeds{Callback: func(v url.Values) { v.Set("iss", "https://evil.example") }}, oauth.ErrState, "wrong-issuer-in-callback"},
		"an id that is 0":       {user("id", 0), oauth.ErrIdentity, "no-subject"},
		"an id that is a text":  {user("id", "248289761001"), oauth.ErrProvider, "bad-answer"},
		"an id with a fraction": {user("id", 1.5), oauth.ErrProvider, "bad-answer"},
		"the API is away":       {status(oauthtest.PathGitHubUser, http.StatusBadGateway), oauth.ErrProvider, "unexpected-status"},
		"the API refuses":       {status(oauthtest.PathGitHubUser, http.StatusForbidden), oauth.ErrProvider, "unexpected-status"},
		"addresses are away":    {status(oauthtest.PathGitHubEmails, http.StatusBadGateway), oauth.ErrProvider, "unexpected-status"},
		"200 with an error": {oauthtest.Misdeeds{Answers: map[string]http.HandlerFunc{oauthtest.PathGitHubToken: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(`{"error":"bad_verification_code","error_description":"<script>"}`))
		}}}, oauth.ErrRefused, "code-refused"},
		"200 with another error": {oauthtest.Misdeeds{Answers: map[string]http.HandlerFunc{oauthtest.PathGitHubToken: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(`{"error":"incorrect_client_credentials"}`))
		}}}, oauth.ErrProvider, "client-refused"},
	} {
		b := newBench(t, preset(oauth.GitHub, ""))
		b.provider.Misbehave(tc.misdeeds)
		_, err := b.login("github", oauth.Flow{})
		b.refused(what, err, tc.want, tc.reason)
	}
	// No iss is what older servers send.
	b := newBench(t, preset(oauth.GitHub, ""))
	b.provider.Misbehave(oauthtest.Misdeeds{Callback: func(v url.Values) { v.Del("iss") }})
	b.logsIn("no iss", "github")
}

// An application that may not know addresses logs people in without.
func TestGitHubWithoutAddresses(t *testing.T) {
	b := newBench(t, preset(oauth.GitHub, "", "read:user"))
	if login := b.logsIn("without the scope", "github"); login.Email != "" || login.EmailVerified {
		t.Errorf("login %+v", login)
	}
	b.asked("without the scope", oauthtest.PathGitHubEmails, 0)
	for _, code := range []int{http.StatusForbidden, http.StatusNotFound} {
		b := newBench(t, preset(oauth.GitHub, ""))
		b.provider.Misbehave(oauthtest.Misdeeds{Answers: map[string]http.HandlerFunc{oauthtest.PathGitHubEmails: func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }}})
		if login := b.logsIn("without the permission", "github"); login.Email != "" || login.EmailVerified {
			t.Errorf("login %+v", login)
		}
	}
}

const (
	tenant    = "72f988bf-86f1-41af-91ab-2d7cd011db47"
	consumers = "9188040d-6c67-4c5b-b112-36a304b66dad"
)

// entra makes the provider one of many tenants, whose user is of one of them.
func entra(p *oauthtest.Provider, discovered, tid, iss string, more ...func(map[string]any)) oauthtest.Misdeeds {
	return oauthtest.Misdeeds{
		Configuration: func(m map[string]any) {
			m["issuer"] = p.URL() + "/" + discovered + "/v2.0"
			delete(m, "authorization_response_iss_parameter_supported")
		},
		Callback: func(v url.Values) { v.Del("iss") },
		Claims: func(c map[string]any) {
			c["iss"], c["tid"] = p.URL()+"/"+iss+"/v2.0", tid
			delete(c, "email_verified")
			delete(c, "name")
			for _, f := range more {
				f(c)
			}
		},
	}
}

func TestMicrosoft(t *testing.T) {
	for what, tc := range map[string]struct {
		configured, discovered, tid, iss string
		reason                           string // "" for a login
	}{
		"common, an organization":         {"common", "{tenantid}", tenant, tenant, ""},
		"common, a person":                {"common", "{tenantid}", consumers, consumers, ""},
		"common, iss of another tenant":   {"common", "{tenantid}", tenant, consumers, "wrong-issuer"},
		"common, no tenant":               {"common", "{tenantid}", "", tenant, "wrong-issuer"},
		"common, tenant with a path":      {"common", "{tenantid}", "x/y", "x/y", "wrong-issuer"},
		"common, tenant in capitals":      {"common", "{tenantid}", strings.ToUpper(tenant), strings.ToUpper(tenant), "wrong-issuer"},
		"common, the placeholder itself":  {"common", "{tenantid}", "{tenantid}", "{tenantid}", "wrong-issuer"},
		"common, metadata of one tenant":  {"common", tenant, tenant, tenant, "bad-metadata"},
		"organizations, an organization":  {"organizations", "{tenantid}", tenant, tenant, ""},
		"organizations, a person":         {"organizations", "{tenantid}", consumers, consumers, "wrong-issuer"},
		"consumers, a person":             {"consumers", consumers, consumers, consumers, ""},
		"consumers, an organization":      {"consumers", consumers, tenant, tenant, "wrong-issuer"},
		"consumers, metadata of many":     {"consumers", "{tenantid}", tenant, tenant, "bad-metadata"},
		"one tenant":                      {tenant, tenant, tenant, tenant, ""},
		"one tenant, a user of another":   {tenant, tenant, consumers, consumers, "wrong-issuer"},
		"one tenant, metadata of another": {tenant, consumers, consumers, consumers, "bad-metadata"},
		"one tenant, metadata of many":    {tenant, "{tenantid}", tenant, tenant, "bad-metadata"},
	} {
		b := newBench(t, preset(oauth.Microsoft, "/"+tc.configured+"/v2.0"))
		b.provider.Misbehave(entra(b.provider, tc.discovered, tc.tid, tc.iss))
		if tc.reason == "bad-metadata" {
			_, err := b.Begin(newRecorder(), make(browser).request(http.MethodGet, "/"), "microsoft", oauth.Flow{})
			b.refused(what, err, oauth.ErrProvider, tc.reason)
			continue
		}
		login, err := b.login("microsoft", oauth.Flow{})
		if tc.reason != "" {
			b.refused(what, err, oauth.ErrIdentity, tc.reason)
			continue
		}
		if err != nil || login.Subject == "" || login.EmailVerified {
			t.Errorf("%s: %+v %v", what, login, err)
		}
		b.asked(what, oauthtest.PathUserInfo, 0)
	}
}

// SECURITY OAC-07: whoever runs a tenant writes addresses as they like.
func TestOAC07_MicrosoftVerifiesAddressesByAClaimOfItsOwn(t *testing.T) {
	for what, tc := range map[string]struct {
		name  string
		value any
		want  bool
	}{
		"xms_edov":               {"xms_edov", true, true},
		"xms_edov as text":       {"xms_edov", "1", true},
		"xms_edov is false":      {"xms_edov", false, false},
		"xms_edov is 0":          {"xms_edov", "0", false},
		"email_verified instead": {"email_verified", true, false},
		"neither":                {"x", 1, false},
	} {
		b := newBench(t, preset(oauth.Microsoft, "/common/v2.0"))
		b.provider.Misbehave(entra(b.provider, "{tenantid}", tenant, tenant, func(c map[string]any) { c[tc.name] = tc.value }))
		if login := b.logsIn(what, "microsoft"); login.EmailVerified != tc.want || login.Email != "ada@example.com" {
			t.Errorf("%s: %+v", what, login)
		}
	}
}
