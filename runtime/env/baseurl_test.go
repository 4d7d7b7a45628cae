package env_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/authgen-go/authgen/runtime/env"
)

func TestParseBaseURLGivesTheOriginABrowserWouldSend(t *testing.T) {
	for text, want := range map[string]string{
		"https://app.example":                    "https://app.example",
		"HTTPS://App.Example":                    "https://app.example",
		"https://app.example:443":                "https://app.example",
		"https://app.example:8443":               "https://app.example:8443",
		"https://app.example:80":                 "https://app.example:80",
		"https://xn--bcher-kva.example":          "https://xn--bcher-kva.example",
		"https://my_service":                     "https://my_service",
		"https://192.0.2.1":                      "https://192.0.2.1",
		"https://[2001:DB8:0:0::1]:8443":         "https://[2001:db8::1]:8443",
		"https://[2001:db8::1]":                  "https://[2001:db8::1]",
		"http://127.0.0.1:8080":                  "http://127.0.0.1:8080",
		"http://127.255.0.9":                     "http://127.255.0.9",
		"http://localhost:80":                    "http://localhost",
		"http://[::1]:8080":                      "http://[::1]:8080",
		"https://" + strings.Repeat("a", 63):     "https://" + strings.Repeat("a", 63),
		"https://4.example":                      "https://4.example",
		"https://localhost":                      "https://localhost",
		"https://1234567890abcdef.onion.example": "https://1234567890abcdef.onion.example",
	} {
		u, err := env.ParseBaseURL(text)
		if err != nil {
			t.Errorf("ParseBaseURL(%q): %v", text, err)
			continue
		}
		if u.String() != want {
			t.Errorf("ParseBaseURL(%q) = %s, want %s", text, u, want)
		}
		if *u != (url.URL{Scheme: u.Scheme, Host: u.Host}) {
			t.Errorf("ParseBaseURL(%q) sets more than scheme and host: %#v", text, u)
		}
	}
}

func TestWEB07_ParseBaseURLRefusesWhatIsNoOrigin(t *testing.T) {
	for _, text := range []string{
		"", " ", "app.example", "//app.example", "/", "https:", "https://", "https:///", "https:app.example",
		"https://app.example/", "https://app.example/auth", "https://app.example?", "https://app.example?x=1",
		"https://app.example#", "https://app.example#x", "https://user@app.example", "https://user:pw@app.example",
		"https://@app.example", " https://app.example", "https://app.example ", "https://app.example\n",
		"https://app.example\\x", "https://app.example\\@evil.example", "https://a b.example", "https://app%2eexample",
		"ftp://app.example", "ws://app.example", "javascript://app.example", "httpss://app.example",
		"http://app.example", "http://192.0.2.1", "http://0.0.0.0", "http://[::]", "http://localhost.example",
		"http://sub.localhost", "http://127.0.0.1.example", "http://128.0.0.1", "http://[::ffff:127.0.0.1]", "https://[::ffff:192.0.2.1]",
		"http://127.1", "http://0x7f.1", "http://2130706433", "https://127.1", "https://0x7f000001", "https://1.2.3.04",
		"https://1.2.3.256", "https://[::1%25lo]", "https://[::1", "https://::1", "https://[app.example]",
		"https://app.example:", "https://app.example:0", "https://app.example:65536", "https://app.example:0443",
		"https://app.example:+443", "https://app.example:http", "https://:443",
		"https://app..example", "https://.example", "https://app.example.", "https://-app.example", "https://app-.example",
		"https://*.example", "https://a,b", "https://bücher.example", "https://a.example;b", "https://" + strings.Repeat("a", 64),
		"https://" + strings.Repeat("a.", 127) + "a",
	} {
		if u, err := env.ParseBaseURL(text); err == nil {
			t.Errorf("ParseBaseURL(%q) = %v, want an error", text, u)
		}
	}
}

func TestBaseURLStandsOnAddrOnlyWhereThatIsKnownToBeEnough(t *testing.T) {
	for addr, want := range map[string]string{
		"":                 "http://127.0.0.1:8080",
		"127.0.0.1:3000":   "http://127.0.0.1:3000",
		"127.0.0.2:80":     "http://127.0.0.2",
		"localhost:8080":   "http://localhost:8080",
		"LocalHost:8080":   "http://localhost:8080",
		"[::1]:8080":       "http://[::1]:8080",
		":8080":            "",
		"0.0.0.0:8080":     "",
		"[::]:8080":        "",
		"192.0.2.1:8080":   "",
		"app.example:8080": "",
		"127.0.0.1:0":      "",
		"127.0.0.1:http":   "",
		"127.0.0.1:":       "",
		"127.0.0.1":        "",
		"[::1%lo]:8080":    "",
	} {
		r := env.NewReader(lookup(map[string]string{"ADDR": addr}))
		u := r.BaseURL()
		if u == nil || u.String() != want {
			t.Errorf("ADDR=%q: %v, want %q", addr, u, want)
		}
		if err := r.Err(); (err == nil) != (want != "") {
			t.Errorf("ADDR=%q: error %v", addr, err)
		} else if err != nil && !strings.HasPrefix(err.Error(), "BASE_URL ") {
			t.Errorf("ADDR=%q: the error is not about BASE_URL: %v", addr, err)
		}
	}
}

func TestBaseURLPrefersTheVariable(t *testing.T) {
	r := env.NewReader(lookup(map[string]string{"ADDR": ":8080", "BASE_URL": "https://App.example:443"}))
	if u := r.BaseURL(); u.String() != "https://app.example" || r.Err() != nil {
		t.Errorf("got %v, %v", u, r.Err())
	}
	r = env.NewReader(lookup(map[string]string{"BASE_URL": "http://app.example"}))
	if u := r.BaseURL(); u.String() != "" || r.Err() == nil {
		t.Errorf("got %v, %v; a bad BASE_URL must not fall back on ADDR", u, r.Err())
	}
}

func FuzzParseBaseURL(f *testing.F) {
	for _, s := range []string{"https://app.example", "http://[::1]:8080", "https://u:p@h/?#", "http://127.1", "https://a:443"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		u, err := env.ParseBaseURL(text)
		if err != nil {
			return
		}
		again, err := env.ParseBaseURL(u.String())
		if err != nil || *again != *u {
			t.Fatalf("%q gives %v, which gives %v, %v", text, u, again, err)
		}
	})
}
