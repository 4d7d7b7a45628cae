package oauth_test

import (
	"crypto/tls"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/oauth"
)

// What is wrong is said all at once, and without what is secret.
func TestConfigurationsThatAreRefused(t *testing.T) {
	change := func(f func(p *oauth.Provider)) func(*oauth.Config) {
		return func(c *oauth.Config) { f(&c.Providers[0]) }
	}
	for what, tc := range map[string]struct {
		change func(*oauth.Config)
		says   string
	}{
		"no providers":                {func(c *oauth.Config) { c.Providers = nil }, "provider is required"},
		"a provider made by hand":     {func(c *oauth.Config) { c.Providers = []oauth.Provider{{Name: "x", Issuer: "https://x", ClientID: "x"}} }, "functions of package oauth"},
		"two of one name":             {func(c *oauth.Config) { c.Providers = append(c.Providers, c.Providers[0]) }, `two providers have the name "acme"`},
		"no name":                     {change(func(p *oauth.Provider) { p.Name = "" }), "name"},
		"a name with a slash":         {change(func(p *oauth.Provider) { p.Name = "a/b" }), "name"},
		"a name in capitals":          {change(func(p *oauth.Provider) { p.Name = "Acme" }), "name"},
		"a long name":                 {change(func(p *oauth.Provider) { p.Name = strings.Repeat("a", 33) }), "name"},
		"no client id":                {change(func(p *oauth.Provider) { p.ClientID = "" }), "provider acme: the client id"},
		"no issuer":                   {change(func(p *oauth.Provider) { p.Issuer = "" }), "provider acme: the issuer"},
		"an issuer over http":         {change(func(p *oauth.Provider) { p.Issuer = "http://id.example" }), "https"},
		"an issuer with a user":       {change(func(p *oauth.Provider) { p.Issuer = "https://canary:canary@id.example" }), "scheme, host and path"},
		"an issuer with a query":      {change(func(p *oauth.Provider) { p.Issuer = "https://id.example?canary" }), "scheme, host and path"},
		"an issuer of many":           {change(func(p *oauth.Provider) { p.Issuer = "https://id.example/{tenantid}" }), "scheme, host and path"},
		"an issuer that is none":      {change(func(p *oauth.Provider) { p.Issuer = "https://id.example/%zz" }), "no URL"},
		"a scope with a space":        {change(func(p *oauth.Provider) { p.Scopes = []string{"openid email"} }), "scope"},
		"a state of the caller's":     {change(func(p *oauth.Provider) { p.Params = map[string]string{"state": "x"} }), `"state"`},
		"a challenge of the caller's": {change(func(p *oauth.Provider) { p.Params = map[string]string{"code_challenge_method": "plain"} }), "code_challenge_method"},
		"TLS that verifies nothing":   {change(func(p *oauth.Provider) { p.TLS = &tls.Config{InsecureSkipVerify: true} }), "verify certificates"},
		"no client secret":            {func(c *oauth.Config) { c.Providers[0] = oauth.Google("id", "") }, "provider google: the client secret"},
		"no base URL":                 {func(c *oauth.Config) { c.BaseURL = nil }, "BaseURL"},
		"a base URL without a host":   {func(c *oauth.Config) { c.BaseURL = &url.URL{Scheme: "https"} }, "BaseURL"},
		"a prefix without a slash":    {func(c *oauth.Config) { c.Prefix = "auth" }, "Prefix"},
		"a prefix that ends with one": {func(c *oauth.Config) { c.Prefix = "/auth/" }, "Prefix"},
		"a short key":                 {func(c *oauth.Config) { c.Key = c.Key[:31] }, "Key must have 32 bytes"},
		"no register":                 {func(c *oauth.Config) { c.Once = nil }, "Once"},
		"a negative timeout":          {func(c *oauth.Config) { c.Timeout = -1 }, "Timeout"},
		"a long timeout":              {func(c *oauth.Config) { c.Timeout = time.Hour }, "Timeout"},
	} {
		b := newBench(t)
		cfg := b.cfg
		cfg.Providers = append([]oauth.Provider(nil), cfg.Providers...)
		tc.change(&cfg)
		s, err := oauth.New(cfg)
		if s != nil || err == nil || !strings.Contains(err.Error(), tc.says) || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: %v, want %q", what, err, tc.says)
		}
	}
	_, err := oauth.New(oauth.Config{})
	for _, part := range []string{"BaseURL", "Key", "Once", "a provider is required"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%v does not speak of %s", err, part)
		}
	}
}

// A Service keeps nothing of its Config that a caller can still change.
func TestTheConfigurationIsCopied(t *testing.T) {
	b := newBench(t)
	b.logsIn("before", name)
	b.cfg.Key[0] ^= 1
	b.cfg.Providers[0].Scopes[0] = "evil"
	b.logsIn("after", name)
	b.cfg.Key[0] ^= 1
	if location := b.begins(make(browser), name, oauth.Flow{}); strings.Contains(location, "evil") {
		t.Errorf("location %s", location)
	}
}
