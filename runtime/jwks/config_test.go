package jwks_test

import (
	"crypto/tls"
	"strings"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/jwks"
)

// SECURITY KEY-06.
func TestKEY06_URLsThatAreTaken(t *testing.T) {
	for url, want := range map[string]string{
		"https://id.example/jwks.json":          "",
		"https://id.example:8443/a?key=secret":  "",
		"https://8.8.8.8/":                      "",
		"https://localhost/":                    "",
		"http://localhost:8080/jwks.json":       "",
		"http://LOCALHOST/":                     "",
		"http://127.0.0.1/":                     "",
		"http://127.9.9.9:1/":                   "",
		"http://[::1]:8080/":                    "",
		"":                                      "https://",
		"id.example/jwks.json":                  "https://",
		"//id.example/":                         "https://",
		"ftp://id.example/":                     "https://",
		"file:///etc/passwd":                    "https://",
		"https:id.example":                      "no host",
		"https://":                              "no host",
		"https://:443/":                         "no host",
		"https://user@id.example/":              "user",
		"https://:canary@id.example/":           "user",
		"https://id.example/#":                  "fragment",
		"https://id.example/#canary":            "fragment",
		"https://id.example/?key=canary%zz\x7f": "malformed",
		"http://id.example/?canary":             "https://",
		"http://localhost.id.example/":          "https://",
		"http://localhost./":                    "https://",
		"http://127.1/":                         "https://",
		"http://2130706433/":                    "https://",
		"http://0.0.0.0/":                       "https://",
		"http://[::ffff:127.0.0.1]/":            "https://",
		"http://[::1%25eth0]/":                  "https://",
		"http://10.0.0.1/":                      "https://",
		"https://10.0.0.1/":                     "AllowPrivate",
		"https://169.254.169.254/latest/canary": "AllowPrivate",
		"https://0.0.0.0/":                      "AllowPrivate",
		"https://[::ffff:127.0.0.1]/":           "AllowPrivate",
		"https://[fd00::1]/":                    "AllowPrivate",
		"https://[64:ff9b::a9fe:a9fe]/":         "AllowPrivate",
	} {
		r, err := jwks.Build(jwks.Config{URL: url})
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %v, want %q", url, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "canary") {
			t.Errorf("%q: the error quotes it: %v", url, err)
		}
		if r != nil {
			r.Close()
		}
	}
	if _, err := jwks.Build(jwks.Config{URL: "https://10.0.0.1/", AllowPrivate: true}); err != nil {
		t.Error(err)
	}
	if _, err := jwks.New(jwks.Config{URL: "http://id.example/", AllowPrivate: true}); err == nil {
		t.Error("http was taken because private addresses are")
	}
}

func TestWhatIsConfiguredHasBounds(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*jwks.Config)
		good   bool
	}{
		"defaults": {func(*jwks.Config) {}, true},
		"least": {func(c *jwks.Config) {
			c.MaxAge, c.MaxStale, c.Cooldown, c.Timeout = time.Second, 2*time.Second, time.Second, time.Millisecond
		}, true},
		"most": {func(c *jwks.Config) {
			c.MaxAge, c.MaxStale, c.Cooldown, c.Timeout = 24*time.Hour, 1000*time.Hour, time.Hour, time.Minute
		}, true},
		"MaxAge too short":   {func(c *jwks.Config) { c.MaxAge = time.Second - 1 }, false},
		"MaxAge negative":    {func(c *jwks.Config) { c.MaxAge = -1 }, false},
		"MaxAge too long":    {func(c *jwks.Config) { c.MaxAge = 24*time.Hour + 1 }, false},
		"MaxStale too short": {func(c *jwks.Config) { c.MaxStale = time.Second }, false},
		"Cooldown too short": {func(c *jwks.Config) { c.Cooldown = time.Millisecond }, false},
		"Cooldown too long":  {func(c *jwks.Config) { c.Cooldown = 2 * time.Hour }, false},
		"Timeout negative":   {func(c *jwks.Config) { c.Timeout = -1 }, false},
		"Timeout too long":   {func(c *jwks.Config) { c.Timeout = time.Hour }, false},
		"TLS that is no TLS": {func(c *jwks.Config) { c.TLS = &tls.Config{InsecureSkipVerify: true} }, false},
		"TLS of ones own":    {func(c *jwks.Config) { c.TLS = &tls.Config{} }, true},
	} {
		cfg := jwks.Config{URL: "https://id.example/"}
		c.change(&cfg)
		if _, err := jwks.Build(cfg); (err == nil) != c.good {
			t.Errorf("%s: %v", name, err)
		}
	}
}
