package oauth_test

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/oauth"
	"github.com/authgen-go/authgen/runtime/oauth/oauthtest"
)

// asked fails the test unless a path was asked for so often.
func (b *bench) asked(what, path string, want int) {
	b.Helper()
	if got := b.provider.Calls(path); got != want {
		b.Errorf("%s: %s was asked %d times, want %d", what, path, got, want)
	}
}

// fails fails the test unless a login cannot be begun, for that reason.
func (b *bench) fails(what, reason string) error {
	b.Helper()
	w := newRecorder()
	location, err := b.Begin(w, make(browser).request(http.MethodGet, "/auth/oauth/acme"), name, oauth.Flow{})
	b.refused(what, err, oauth.ErrProvider, reason)
	if location != "" || len(w.Result().Cookies()) > 0 {
		b.Errorf("%s: location %q, cookies %v", what, location, w.Result().Cookies())
	}
	if a := answers(err); a.Code != http.StatusServiceUnavailable || a.Header().Get("Retry-After") == "" {
		b.Errorf("%s: status %d, Retry-After %q", what, a.Code, a.Header().Get("Retry-After"))
	}
	return err
}

// SECURITY OAC-05.
func TestOAC05_TheConfigurationIsThatOfTheIssuer(t *testing.T) {
	set := func(name string, value any) func(map[string]any) {
		return func(m map[string]any) {
			if m[name] = value; value == nil {
				delete(m, name)
			}
		}
	}
	for what, change := range map[string]func(map[string]any){
		"discovery-issuer-mismatch":     set("issuer", "https://evil.example"),
		"an issuer with a slash":        func(m map[string]any) { m["issuer"] = m["issuer"].(string) + "/" },
		"no issuer":                     set("issuer", nil),
		"no authorization endpoint":     set("authorization_endpoint", nil),
		"no token endpoint":             set("token_endpoint", nil),
		"no keys":                       set("jwks_uri", nil),
		"authorization over http":       set("authorization_endpoint", "http://id.example/authorize"),
		"tokens over http":              set("token_endpoint", "http://id.example/token"),
		"keys over http":                set("jwks_uri", "http://id.example/keys"),
		"userinfo over http":            set("userinfo_endpoint", "http://id.example/userinfo"),
		"another scheme":                set("authorization_endpoint", "javascript:alert(1)"),
		"a user in the URL":             set("token_endpoint", "https://user:password@id.example/token"),
		"a fragment":                    set("token_endpoint", "https://id.example/token#x"),
		"no host":                       set("token_endpoint", "https:///token"),
		"no algorithm of ours":          set("id_token_signing_alg_values_supported", []string{"HS256", "none", "PS256"}),
		"no way to authenticate":        set("token_endpoint_auth_methods_supported", []string{"private_key_jwt"}),
		"keys at a private address":     set("jwks_uri", "https://10.0.0.1/keys"),
		"keys at the address of clouds": set("jwks_uri", "https://169.254.169.254/keys"),
	} {
		b := newBench(t)
		b.provider.Misbehave(oauthtest.Misdeeds{Configuration: change})
		b.fails(what, "bad-metadata")
		b.asked(what, oauthtest.PathAuthorize, 0)
	}
}

// SECURITY OAC-05: a provider that is elsewhere has nothing on this machine.
func TestOAC05_Endpoints(t *testing.T) {
	for _, tc := range []struct {
		issuer, endpoint string
		want             bool
	}{
		{"https://id.example", "https://id.example/token", true},
		{"https://id.example", "https://other.example/token", true},
		{"https://id.example", "https://id.example/token?tenant=1", true},
		{"https://id.example", "http://id.example/token", false},
		{"https://id.example", "https://localhost/token", false},
		{"https://id.example", "https://127.0.0.1/token", false},
		{"https://id.example", "https://[::1]/token", false},
		{"https://id.example", "http://localhost/token", false},
		{"https://localhost:1", "http://localhost:1/token", false},
		{"https://localhost:1", "https://localhost:1/token", true},
		{"http://localhost:1", "http://127.0.0.1:2/token", true},
		{"http://localhost:1", "https://id.example/token", true},
		{"http://localhost:1", "http://id.example/token", false},
		{"https://id.example", "ftp://id.example/token", false},
		{"https://id.example", "//id.example/token", false},
		{"https://id.example", "/token", false},
		{"https://id.example", "", false},
		{"https://id.example", "https://id.example/%zz", false},
	} {
		if got := oauth.IsEndpoint(t, tc.issuer, tc.endpoint); got != tc.want {
			t.Errorf("%s of %s: %v", tc.endpoint, tc.issuer, got)
		}
	}
}

// No provider is asked before somebody wants to log in, and then once by all of them.
func TestDiscoveryIsLazyAndShared(t *testing.T) {
	b := newBench(t)
	b.asked("New", oauthtest.PathConfiguration, 0)
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			if _, err := b.Begin(newRecorder(), make(browser).request(http.MethodGet, "/"), name, oauth.Flow{}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	b.asked("50 logins", oauthtest.PathConfiguration, 1)
	b.clock.advance(time.Hour - time.Second)
	b.logsIn("within the hour", name)
	b.asked("within the hour", oauthtest.PathConfiguration, 1)
}

// After an hour the provider is asked again, behind, and what is known is good for a day.
func TestDiscoveryIsRefreshedBehind(t *testing.T) {
	b := newBench(t)
	b.logsIn("the first time", name)
	b.provider.Misbehave(oauthtest.Misdeeds{Answers: map[string]http.HandlerFunc{
		oauthtest.PathConfiguration: func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
	}})
	b.clock.advance(time.Hour)
	for b.provider.Calls(oauthtest.PathConfiguration) < 2 {
		b.logsIn("after an hour", name)
	}
	b.clock.advance(22 * time.Hour)
	for b.provider.Calls(oauthtest.PathConfiguration) < 3 {
		b.logsIn("after 23 hours", name)
		b.clock.advance(5 * time.Second)
	}
	b.provider.Misbehave(oauthtest.Misdeeds{})
	b.clock.advance(2 * time.Hour)
	b.logsIn("after 25 hours, by what is asked for anew", name)
}

// Keys move with their address.
func TestDiscoveryFollowsTheKeys(t *testing.T) {
	b := newBench(t)
	b.logsIn("the first time", name)
	other := oauthtest.New(t)
	b.provider.Misbehave(oauthtest.Misdeeds{Configuration: func(m map[string]any) {
		m["jwks_uri"] = other.URL() + oauthtest.PathKeys
	}})
	b.clock.advance(25 * time.Hour)
	_, err := b.login(name, oauth.Flow{})
	b.refused("the keys of another", err, oauth.ErrIdentity, "unknown-key")
	if other.Calls(oauthtest.PathKeys) == 0 {
		t.Error("the keys were not asked for where they are now")
	}
}

// A provider that is away is asked once in five seconds, whoever wants to log in, and is
// found when it is back. SECURITY F-27, F-10.
func TestF27_AProviderThatIsAwayIsAskedNowAndThen(t *testing.T) {
	b := newBench(t)
	b.provider.Misbehave(oauthtest.Misdeeds{Answers: map[string]http.HandlerFunc{
		oauthtest.PathConfiguration: func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) },
	}})
	for range 100 {
		b.fails("while it is away", "unexpected-status")
	}
	b.asked("100 logins", oauthtest.PathConfiguration, 1)
	b.clock.advance(3 * time.Second)
	err := b.fails("three seconds later", "unexpected-status")
	if p, ok := errors.AsType[*authn.Problem](err); !ok || p.RetryAfter != 2*time.Second {
		t.Errorf("Retry-After of %+v, want 2s", err)
	}
	b.clock.advance(-time.Hour)
	b.fails("with the clock set back", "unexpected-status")
	b.asked("with the clock set back", oauthtest.PathConfiguration, 2)
	b.provider.Misbehave(oauthtest.Misdeeds{})
	b.clock.advance(5 * time.Second)
	b.logsIn("when it is back", name)
}

// What answers badly is one provider, not the others. SECURITY F-27.
func TestF27_OtherProvidersDoNotNotice(t *testing.T) {
	b := newBench(t, func(c *oauth.Config, p *oauthtest.Provider) {
		c.Providers = append(c.Providers, oauth.OIDC("away", "http://127.0.0.1:1", "id", "secret"))
	})
	_, err := b.Begin(newRecorder(), make(browser).request(http.MethodGet, "/"), "away", oauth.Flow{})
	b.refused("one that is away", err, oauth.ErrProvider, "unreachable")
	b.logsIn("another", name)
}

// A closed Service has nothing behind it, and says so instead of waiting.
func TestClose(t *testing.T) {
	b := newBench(t)
	fresh := b.another()
	b.logsIn("before", name)
	b.Close()
	b.Close()
	fresh.Close()
	_, err := fresh.Begin(newRecorder(), make(browser).request(http.MethodGet, "/"), name, oauth.Flow{})
	if err == nil || !strings.Contains(err.Error(), "ended") {
		t.Errorf("Begin after Close: %v", err)
	}
	b.events.Reset()
}

// Where a secret goes is decided by the metadata, once, and never by trying.
// SECURITY OAC-10.
func TestOAC10_HowTheClientAuthenticates(t *testing.T) {
	for what, methods := range map[string][]string{
		"in the header":            {"client_secret_basic", "client_secret_post"},
		"in the header by default": nil,
		"in the form":              {"client_secret_post", "private_key_jwt"},
	} {
		b := newBench(t)
		var basic, posted bool
		b.provider.Accepts = nil
		b.provider.Misbehave(oauthtest.Misdeeds{
			Configuration: func(m map[string]any) {
				if m["token_endpoint_auth_methods_supported"] = methods; methods == nil {
					delete(m, "token_endpoint_auth_methods_supported")
				}
			},
			Answers: map[string]http.HandlerFunc{oauthtest.PathToken: func(w http.ResponseWriter, r *http.Request) {
				_, _, basic = r.BasicAuth()
				posted = r.PostFormValue("client_secret") != ""
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(http.StatusUnauthorized)
				_, _ = w.Write([]byte(`{"error":"invalid_client"}`))
			}},
		})
		_, err := b.login(name, oauth.Flow{})
		b.refused(what, err, oauth.ErrProvider, "client-refused")
		b.tokenCalls(what, 1)
		if inForm := what == "in the form"; posted != inForm || basic == inForm {
			t.Errorf("%s: in the header %v, in the form %v", what, basic, posted)
		}
	}
}
