package authn_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/authgen-go/authgen/runtime/authn"
)

func mustURL(t testing.TB, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func mustCrossSite(t testing.TB, base string, trusted ...string) *authn.CrossSite {
	t.Helper()
	c, err := authn.NewCrossSite(mustURL(t, base), trusted...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// SECURITY WEB-01.
func TestWEB01_WEB02_CrossSite(t *testing.T) {
	const base = "https://app.example"
	trusted := []string{"https://trusted.example", "https://odd.example:8443", "capacitor://localhost"}
	tests := []struct {
		name, method, site, origin string
		passes                     bool
	}{
		{"same-origin", "POST", "same-origin", "", true},
		{"none", "POST", "none", "", true},
		{"cross-site", "POST", "cross-site", "", false},
		{"same-site", "POST", "same-site", "", false},
		{"unknown site", "POST", "Same-Origin", "", false},
		{"empty site", "POST", " ", "", false},

		{"neither header", "POST", "", "", true},
		{"matching origin", "POST", "", base, true},
		{"another origin", "POST", "", "https://attacker.example", false},
		{"null", "POST", "", "null", false},
		{"matching origin and site", "POST", "same-origin", base, true},
		{"same-origin but another origin", "POST", "same-origin", "https://attacker.example", false},
		{"none but another origin", "POST", "none", "https://attacker.example", false},
		{"same-origin but null", "POST", "same-origin", "null", false},
		{"matching origin but cross-site", "POST", "cross-site", base, false},
		{"matching origin but same-site", "POST", "same-site", base, false},

		{"GET", "GET", "cross-site", "https://attacker.example", true},
		{"HEAD", "HEAD", "cross-site", "null", true},
		{"OPTIONS", "OPTIONS", "cross-site", "", true},
		{"PUT", "PUT", "cross-site", "", false},
		{"PATCH", "PATCH", "cross-site", "", false},
		{"DELETE", "DELETE", "cross-site", "", false},
		{"TRACE", "TRACE", "cross-site", "", false},
		{"own method", "FROB", "cross-site", "", false},
		{"lower-case method", "get", "cross-site", "", false},

		{"scheme", "POST", "", "http://app.example", false},
		{"port", "POST", "", "https://app.example:8443", false},
		{"default port", "POST", "", "https://app.example:443", true},
		{"other scheme's default port", "POST", "", "https://app.example:80", false},
		{"upper case", "POST", "", "HTTPS://APP.example", true},
		{"subdomain", "POST", "", "https://x.app.example", false},
		{"parent domain", "POST", "", "https://example", false},
		{"prefix", "POST", "", "https://app.example.attacker.example", false},
		{"trailing dot", "POST", "", "https://app.example.", false},
		{"trailing slash", "POST", "", "https://app.example/", false},
		{"path", "POST", "", "https://app.example/x", false},
		{"query", "POST", "", "https://app.example?", false},
		{"fragment", "POST", "", "https://app.example#", false},
		{"user", "POST", "", "https://a@app.example", false},
		{"empty port", "POST", "", "https://app.example:", false},
		{"port with zeros", "POST", "", "https://app.example:0443", false},
		{"escaped host", "POST", "", "https://app%2eexample", false},
		{"no scheme", "POST", "", "app.example", false},
		{"no scheme but slashes", "POST", "", "//app.example", false},
		{"space", "POST", "", "https://app.example https://attacker.example", false},

		{"trusted", "POST", "", "https://trusted.example", true},
		{"trusted cross-site", "POST", "cross-site", "https://trusted.example", true},
		{"trusted same-site", "POST", "same-site", "https://trusted.example", true},
		{"trusted over http", "POST", "", "http://trusted.example", false},
		{"trusted at another port", "POST", "", "https://trusted.example:8443", false},
		{"trusted at its port", "POST", "", "https://odd.example:8443", true},
		{"trusted without its port", "POST", "", "https://odd.example", false},
		{"trusted app", "POST", "cross-site", "capacitor://localhost", true},
		{"trusted app's host", "POST", "", "https://localhost", false},
		{"untrusted cross-site", "POST", "cross-site", "https://attacker.example", false},
	}
	c := mustCrossSite(t, base+"/ignored?path", trusted...)
	for _, tt := range tests {
		for _, contentType := range []string{"application/json", "text/plain", "application/x-www-form-urlencoded"} {
			t.Run(tt.name+" "+contentType, func(t *testing.T) {
				r := httptest.NewRequest("POST", "https://app.example/", nil)
				r.Method = tt.method
				r.Header.Set("Content-Type", contentType)
				if tt.site != "" {
					r.Header.Set("Sec-Fetch-Site", strings.TrimSpace(tt.site))
				}
				if tt.origin != "" {
					r.Header.Set("Origin", tt.origin)
				}
				err := c.Check(r)
				if tt.passes && err != nil || !tt.passes && !errors.Is(err, authn.ErrCrossSite) {
					t.Errorf("Check = %v, passes should be %v", err, tt.passes)
				}
			})
		}
	}
}

// SECURITY WEB-01.
func TestWEB01_RepeatedHeaders(t *testing.T) {
	c := mustCrossSite(t, "https://app.example")
	for name, values := range map[string][]string{
		"Origin":         {"https://app.example", "https://app.example"},
		"Sec-Fetch-Site": {"same-origin", "cross-site"},
	} {
		r := httptest.NewRequest("POST", "/", nil)
		r.Header[name] = values
		if err := c.Check(r); !errors.Is(err, authn.ErrCrossSite) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// SECURITY WEB-07.
func TestWEB07_HostDoesNotDecide(t *testing.T) {
	c := mustCrossSite(t, "https://app.example")
	for origin, passes := range map[string]bool{"https://attacker.example": false, "https://app.example": true} {
		r := httptest.NewRequest("POST", "/", nil)
		r.Host = "attacker.example"
		r.Header.Set("X-Forwarded-Host", "attacker.example")
		r.Header.Set("Origin", origin)
		if err := c.Check(r); (err == nil) != passes {
			t.Errorf("%s: %v", origin, err)
		}
	}
}

// SECURITY WEB-01.
func TestWEB01_AddressesHaveOneForm(t *testing.T) {
	c := mustCrossSite(t, "http://[0:0::1]:8080")
	for origin, passes := range map[string]bool{
		"http://[::1]:8080":         true,
		"http://[0:0:0::1]:8080":    true,
		"http://[::1]":              false,
		"http://127.0.0.1:8080":     false,
		"http://localhost:8080":     false,
		"http://[::1%25eth0]:8080":  false,
		"http://[127.0.0.1]:8080":   false,
		"http://[::ffff:0:1]:8080":  false,
		"http://[::1]:8080.example": false,
	} {
		r := httptest.NewRequest("POST", "/", nil)
		r.Header.Set("Origin", origin)
		if err := c.Check(r); (err == nil) != passes {
			t.Errorf("%s: %v", origin, err)
		}
	}
}

func TestNewCrossSiteRefuses(t *testing.T) {
	for _, base := range []string{"", "/path", "app.example", "ftp://app.example", "https://", "https://:443", "mailto:a@b", "http://[fe80::1%25eth0]"} {
		if _, err := authn.NewCrossSite(mustURL(t, base)); err == nil {
			t.Errorf("base %q is accepted", base)
		}
	}
	if _, err := authn.NewCrossSite(nil); err == nil {
		t.Error("no base is accepted")
	}
	for _, origin := range []string{
		"", "null", "*", "https://*.example", "https://", "trusted.example", "https://trusted.example/", "https://trusted.example/x",
		"https://trusted.example?", "https://trusted.example#x", "https://a@trusted.example", "https://trusted.example:0",
		"https://trusted.example:65536", "https://trusted.example:0443", "https://tr\u00fcsted.example", "https://a b", "file://",
	} {
		_, err := authn.NewCrossSite(mustURL(t, "https://app.example"), origin)
		if err == nil {
			t.Errorf("trusted origin %q is accepted", origin)
		}
	}
}

// An origin that passes differs from the application's, as browsers write it, in
// nothing but case and the default port.
func FuzzCrossSiteOrigin(f *testing.F) {
	for _, seed := range []string{"https://app.example", "https://app.example:443", "null", "https://app.example.", "https://app.example@x", "HTTPS://app.example", "https://app.example:0443", "https:app.example"} {
		f.Add(seed)
	}
	c := mustCrossSite(f, "https://app.example")
	f.Fuzz(func(t *testing.T, origin string) {
		r := &http.Request{Method: "POST", Header: http.Header{"Origin": {origin}}}
		passes := c.Check(r) == nil
		lower := strings.ToLower(origin)
		if want := lower == "https://app.example" || lower == "https://app.example:443"; passes != want {
			t.Fatalf("Origin %q: passes = %v", origin, passes)
		}
	})
}
