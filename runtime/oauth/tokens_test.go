package oauth_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/authgen-go/authgen/runtime/oauth"
)

var someTokens = oauth.Tokens{
	Access: "canary-access", Refresh: "canary-refresh", ExpiresAt: start, Scopes: []string{"openid", "email"},
}

func tokenKey(b byte) []byte { return bytes.Repeat([]byte{b, 2, 3, 4}, 8) }

// SECURITY OAC-11.
func TestOAC11_SealedTokensOpenForTheirAccountOnly(t *testing.T) {
	sealed := must(oauth.Seal(tokenKey(1), "acme", "7", someTokens))(t)
	if bytes.Contains(sealed, []byte("canary")) {
		t.Errorf("sealed tokens are readable: %q", sealed)
	}
	if again := must(oauth.Seal(tokenKey(1), "acme", "7", someTokens))(t); bytes.Equal(again, sealed) {
		t.Error("the same tokens are sealed into the same bytes")
	}
	if got := must(oauth.Open(tokenKey(1), "acme", "7", sealed))(t); !reflect.DeepEqual(got, someTokens) {
		t.Error("what was sealed is not what is opened")
	}
	flipped := func(at int) []byte {
		b := slices.Clone(sealed)
		b[at] ^= 1
		return b
	}
	for what, open := range map[string]func() (oauth.Tokens, error){
		"another key":           func() (oauth.Tokens, error) { return oauth.Open(tokenKey(9), "acme", "7", sealed) },
		"another account":       func() (oauth.Tokens, error) { return oauth.Open(tokenKey(1), "acme", "8", sealed) },
		"another provider":      func() (oauth.Tokens, error) { return oauth.Open(tokenKey(1), "other", "7", sealed) },
		"names that run over":   func() (oauth.Tokens, error) { return oauth.Open(tokenKey(1), "acme7", "", sealed) },
		"another version":       func() (oauth.Tokens, error) { return oauth.Open(tokenKey(1), "acme", "7", flipped(0)) },
		"another salt":          func() (oauth.Tokens, error) { return oauth.Open(tokenKey(1), "acme", "7", flipped(1)) },
		"a changed byte":        func() (oauth.Tokens, error) { return oauth.Open(tokenKey(1), "acme", "7", flipped(40)) },
		"a byte too few":        func() (oauth.Tokens, error) { return oauth.Open(tokenKey(1), "acme", "7", sealed[:len(sealed)-1]) },
		"nothing":               func() (oauth.Tokens, error) { return oauth.Open(tokenKey(1), "acme", "7", nil) },
		"a key of wrong length": func() (oauth.Tokens, error) { return oauth.Open(tokenKey(1)[:16], "acme", "7", sealed) },
	} {
		got, err := open()
		if err == nil || got.Access != "" || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: opens, or says too much: %v", what, err)
		}
	}
	if _, err := oauth.Seal(nil, "acme", "7", someTokens); err == nil {
		t.Error("tokens are sealed without a key")
	}
}

// What was sealed by a release opens in every later one. SECURITY API-08.
func TestSealedTokensOfEarlierReleasesOpen(t *testing.T) {
	const sealed = "0192894e4f6ee9a51d5f84232534d23784b95be9b9bb92cfb237cc0ef7232c8d1e12dfc37782fb5c41eb3fc568749e54" +
		"dfc20f6695cd8ccf0e0c9ace0a046ee5a2c0a18160444ffd41fcd830de3c615b9bbd7286bba065da0b61cbb5ea5cbf6e" +
		"86d03d551a0329c58def9680127cfb05c0e0baf90693f40c5c8a8f5ee5032e68ece147158cde8016b330162971c610c2" +
		"fe0bca677c55ce565a652e31bdf705c55fb913c47e7a"
	var raw []byte
	if _, err := fmt.Sscanf(sealed, "%x", &raw); err != nil {
		t.Fatal(err)
	}
	got := must(oauth.Open(tokenKey(1), "acme", "7", raw))(t)
	if !reflect.DeepEqual(got, someTokens) {
		t.Errorf("opened %q %q %v %q", got.Access, got.Refresh, got.ExpiresAt, got.Scopes)
	}
}

// SECURITY KEY-09, LOG-02.
func TestNothingPrintsASecret(t *testing.T) {
	p := oauth.OIDC("acme", "https://id.example", "client", "canary-secret")
	apple := oauth.Apple("client", "canary-secret")
	cfg := oauth.Config{Providers: []oauth.Provider{p, apple}, Key: []byte("canary-key-0123456789-0123456789")}
	login := oauth.Login{Tokens: someTokens}
	nested := struct{ hidden oauth.Config }{cfg}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "cfg", cfg, "provider", p, "login", login, "tokens", someTokens)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "cfg", cfg, "provider", p, "login", login, "tokens", someTokens)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&log, verb+verb+verb+verb+verb+"\n", cfg, p, apple, login, someTokens)
		fmt.Fprintf(&log, verb+verb+verb+"\n", &cfg, []oauth.Provider{p}, &login)
	}
	fmt.Fprintf(&log, "%+v", nested.hidden.Providers)
	text, err := json.Marshal(login)
	if err != nil {
		t.Fatal(err)
	}
	log.Write(text)
	hex := fmt.Sprintf("%x", "canary")
	if s := log.String(); strings.Contains(s, "canary") || strings.Contains(s, hex) || strings.Contains(s, "99 97 110 97 114 121") {
		t.Errorf("a secret is printed: %s", s)
	}
	b := newBench(t)
	if s := fmt.Sprintf("%+v %#v", b.Service, b.Service); strings.Contains(s, b.provider.ClientSecret) || strings.Contains(s, fmt.Sprint(b.cfg.Key)) {
		t.Error("a Service prints a secret")
	}
}
