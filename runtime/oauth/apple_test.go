package oauth_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"

	"github.com/authgen-go/authgen/runtime/oauth"
	"github.com/authgen-go/authgen/runtime/oauth/oauthtest"
)

// An appleTeam has a key as Apple gives it out.
type appleTeam struct {
	key *ecdsa.PrivateKey
	der []byte
}

func newAppleTeam(t testing.TB) appleTeam {
	t.Helper()
	key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))(t)
	return appleTeam{key, must(x509.MarshalPKCS8PrivateKey(key))(t)}
}

func (a appleTeam) pem() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: a.der}))
}

func (a appleTeam) line() string { return base64.StdEncoding.EncodeToString(a.der) }

const appleIDs = "TEAM123456:KEY1234567:"

// apple has Sign in with Apple with a team's secret, which the provider verifies.
func apple(t testing.TB, team appleTeam, secret string) func(*oauth.Config, *oauthtest.Provider) {
	return func(c *oauth.Config, p *oauthtest.Provider) {
		provider := oauth.Apple(p.ClientID, secret)
		provider.Issuer = p.URL()
		c.Providers = []oauth.Provider{provider}
		p.ClientSecret = secret
		p.Accepts = func(id, secret string) bool {
			claims := jwt.MapClaims{}
			token, err := jwt.NewParser(jwt.WithValidMethods([]string{"ES256"}), jwt.WithTimeFunc(c.Now), jwt.WithIssuedAt(),
				jwt.WithIssuer("TEAM123456"), jwt.WithSubject(p.ClientID), jwt.WithExpirationRequired()).
				ParseWithClaims(secret, claims, func(*jwt.Token) (any, error) { return &team.key.PublicKey, nil })
			if err != nil || token.Header["kid"] != "KEY1234567" || claims["aud"] != p.URL() || id != p.ClientID {
				t.Errorf("client secret of %s: %v %v", id, err, claims)
				return false
			}
			return claims["exp"].(float64)-claims["iat"].(float64) == 300
		}
	}
}

// forwards takes what Apple has the browser post and returns the request it leads to.
func (b *bench) forwards(post *http.Request) *http.Request {
	b.Helper()
	if post.Method != http.MethodPost {
		b.Fatalf("the callback is a %s", post.Method)
	}
	location, err := b.Forward(newRecorder(), post, "apple")
	b.must(err)
	return must(http.NewRequest(http.MethodGet, location, nil))(b)
}

func TestApple(t *testing.T) {
	team := newAppleTeam(t)
	for what, secret := range map[string]string{
		"PEM":                  appleIDs + team.pem(),
		"PEM in one line":      appleIDs + strings.ReplaceAll(team.pem(), "\n", `\n`),
		"base64":               appleIDs + team.line(),
		"base64 and a newline": appleIDs + team.line() + "\n",
	} {
		b := newBench(t, apple(t, team, secret))
		b.provider.Misbehave(oauthtest.Misdeeds{
			Callback: func(v url.Values) {
				v.Set("user", `{"name":{"firstName":"Ada","lastName":"Lovelace"},"email":"evil@example.com"}`)
			},
			Claims: func(c map[string]any) {
				c["email_verified"] = "true"
				delete(c, "name")
			},
		})
		br := make(browser)
		location := b.begins(br, "apple", oauth.Flow{ReturnTo: "/x"})
		if param(t, location, "response_mode") != "form_post" {
			t.Errorf("%s: location %s", what, location)
		}
		// No cookie comes with the form, because a page of Apple's posts it.
		callback := b.forwards(b.provider.Browse(t, location))
		if !strings.HasPrefix(callback.URL.String(), "https://app.example/auth/oauth/apple/callback?answer=") {
			t.Errorf("%s: forwarded to %s", what, callback.URL)
		}
		for _, secret := range b.provider.Secrets() {
			if strings.Contains(callback.URL.String(), secret) {
				t.Errorf("%s: forwarded to %s", what, callback.URL)
			}
		}
		login, err := b.comes(br, "apple", callback)
		if err != nil || login.Email != "ada@example.com" || !login.EmailVerified || login.Name != "Ada Lovelace" || login.Flow.ReturnTo != "/x" {
			t.Errorf("%s: %+v %v", what, login, err)
		}
		b.asked(what, oauthtest.PathUserInfo, 0)
	}
}

// Apple says once what a user is called, by way of the browser, and that is all that is
// taken from there.
func TestAppleWithoutAName(t *testing.T) {
	team := newAppleTeam(t)
	for what, user := range map[string]string{
		"none":     "",
		"no JSON":  "<script>",
		"another":  `{"name":"Ada","sub":"1"}`,
		"no names": `{}`,
	} {
		b := newBench(t, apple(t, team, appleIDs+team.line()))
		b.provider.Misbehave(oauthtest.Misdeeds{
			Callback: func(v url.Values) { v.Set("user", user) },
			Claims:   func(c map[string]any) { delete(c, "name") },
		})
		br := make(browser)
		callback := b.forwards(b.provider.Browse(t, b.begins(br, "apple", oauth.Flow{})))
		login, err := b.comes(br, "apple", callback)
		if err != nil || login.Name != "" || login.Subject != "248289761001" {
			t.Errorf("%s: %+v %v", what, login, err)
		}
	}
}

// SECURITY OAC-01, OAC-03: a form is no better than a query.
func TestAppleForms(t *testing.T) {
	team := newAppleTeam(t)
	b := newBench(t, apple(t, team, appleIDs+team.line()), func(c *oauth.Config, p *oauthtest.Provider) {
		second := c.Providers[0]
		second.Name = "second"
		c.Providers = append(c.Providers, second, p.OIDC(name))
	})
	if !b.Forwards("apple") || b.Forwards(name) || b.Forwards("nobody") {
		t.Error("Forwards is wrong")
	}
	br := make(browser)
	post := b.provider.Browse(t, b.begins(br, "apple", oauth.Flow{}))
	callback := b.forwards(post)

	_, err := b.comes(make(browser), "apple", callback)
	b.refused("in another browser", err, oauth.ErrState, "unknown-state")
	_, err = b.comes(br, "second", callback)
	b.refused("at another provider", err, oauth.ErrState, "malformed-callback")
	_, err = b.comes(br, name, callback)
	b.refused("at one that has no forms", err, oauth.ErrState, "malformed-callback")
	sealed := callback.URL.Query().Get("answer")
	for what, text := range map[string]string{
		"changed": sealed[:50] + flip(sealed[50:51]) + sealed[51:], "no base64url": "!", "nothing sealed": "AAAA", "cut off": sealed[:len(sealed)-8],
	} {
		_, err = b.comes(br, "apple", with(callback, "answer", text))
		b.refused(what, err, oauth.ErrState, "malformed-callback")
	}
	b.tokenCalls("none of these", 0)
	if _, err := b.comes(br.copied(), "apple", callback); err != nil {
		t.Error(err)
	}
	_, err = b.comes(br, "apple", callback)
	b.refused("again", err, oauth.ErrState, "used-state")

	form := func(body string) *http.Request {
		r := must(http.NewRequest(http.MethodPost, "https://app.example/auth/oauth/apple/callback", strings.NewReader(body)))(t)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		return r
	}
	state := strings.Repeat("A", 43)
	for what, tc := range map[string]struct {
		r    *http.Request
		at   string
		want int
	}{
		"no state":              {form("code=x"), "apple", 400},
		"two states":            {form("code=x&state=" + state + "&state=" + state), "apple", 400},
		"no form":               {form("%zz"), "apple", 400},
		"too large":             {form("x=" + strings.Repeat("x", 64<<10)), "apple", 413},
		"a provider without":    {form("code=x&state=" + state), name, 405},
		"JSON":                  {func() *http.Request { r := form("{}"); r.Header.Set("Content-Type", "application/json"); return r }(), "apple", 415},
		"a form that says less": {func() *http.Request { r := form("x=" + strings.Repeat("x", 64<<10)); r.ContentLength = -1; return r }(), "apple", 413},
	} {
		location, err := b.Forward(newRecorder(), tc.r, tc.at)
		if w := answers(err); location != "" || w.Code != tc.want {
			t.Errorf("%s: %q, %d", what, location, w.Code)
		}
	}
	b.events.Reset()
}

// The user cancels, which Apple says in a word of its own.
func TestAppleCancelled(t *testing.T) {
	team := newAppleTeam(t)
	b := newBench(t, apple(t, team, appleIDs+team.line()))
	b.provider.Misbehave(oauthtest.Misdeeds{Callback: func(v url.Values) {
		v.Del("code")
		v.Set("error", "user_cancelled_authorize")
	}})
	br := make(browser)
	_, err := b.comes(br, "apple", b.forwards(b.provider.Browse(t, b.begins(br, "apple", oauth.Flow{}))))
	b.refused("cancelled", err, oauth.ErrRefused, "refused-by-provider")
}

// SECURITY KEY-09: what is wrong with a secret is said without it.
func TestAppleSecretsThatAreNone(t *testing.T) {
	team := newAppleTeam(t)
	p384 := must(ecdsa.GenerateKey(elliptic.P384(), rand.Reader))(t)
	other := appleTeam{p384, must(x509.MarshalPKCS8PrivateKey(p384))(t)}
	for what, secret := range map[string]string{
		"the key alone":      team.pem(),
		"no key id":          "TEAM123456:" + team.line(),
		"a short team id":    "TEAM12345:KEY1234567:" + team.line(),
		"a lower-case id":    "team123456:KEY1234567:" + team.line(),
		"no key":             appleIDs,
		"no base64":          appleIDs + "canary!",
		"base64 of no key":   appleIDs + base64.StdEncoding.EncodeToString([]byte("canary")),
		"a key on P-384":     appleIDs + other.line(),
		"half a key":         appleIDs + team.line()[:40],
		"spaces in place of": "          :          :" + team.line(),
	} {
		b := newBench(t)
		cfg := b.cfg
		cfg.Providers = []oauth.Provider{oauth.Apple("client", secret)}
		_, err := oauth.New(cfg)
		if err == nil || !strings.Contains(err.Error(), "apple") {
			t.Errorf("%s: %v", what, err)
			continue
		}
		for _, part := range []string{"canary", team.line()[:20], "TEAM123456", "KEY1234567"} {
			if strings.Contains(err.Error(), part) {
				t.Errorf("%s: %v", what, err)
			}
		}
	}
}
