package oauth_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/oauth"
	"github.com/authgen-go/authgen/runtime/oauth/oauthtest"
)

func TestLogin(t *testing.T) {
	for _, algorithm := range []string{"RS256", "ES256", "EdDSA"} {
		t.Run(algorithm, func(t *testing.T) {
			b := newBench(t)
			b.provider.Rotate(t, algorithm)
			f := oauth.Flow{ReturnTo: "/orders?page=2", User: "user-1"}
			got, err := b.login(name, f)
			b.must(err)
			if got.Provider != name || got.Subject != "248289761001" || got.Email != "ada@example.com" || !got.EmailVerified ||
				got.Name != "Ada Lovelace" || got.Flow != f {
				t.Errorf("login %+v", got)
			}
			tokens := got.Tokens
			if tokens.Access == "" || tokens.Refresh == "" || !tokens.ExpiresAt.Equal(start.Add(time.Hour)) ||
				!slices.Equal(tokens.Scopes, []string{"openid", "email", "profile"}) {
				t.Errorf("tokens %q %q %v %q", tokens.Access, tokens.Refresh, tokens.ExpiresAt, tokens.Scopes)
			}
			if len(b.events.Events()) != 0 {
				t.Errorf("events %+v: who knows the user records the login", b.events.Events())
			}
			b.tokenCalls("a login", 1)
			if n := b.provider.Calls(oauthtest.PathUserInfo); n != 0 {
				t.Errorf("userinfo was asked %d times for what the ID token says", n)
			}
		})
	}
}

// The provider may be at an address that is its own, over TLS with an authority of its own.
func TestLoginOverTLS(t *testing.T) {
	b := newBenchOf(t, oauthtest.NewTLS(t), func(c *oauth.Config, p *oauthtest.Provider) {
		c.Providers[0].TLS = roots(t, p)
	})
	b.logsIn("with the authority", name)
}

func TestUnknownProvider(t *testing.T) {
	b := newBench(t)
	br := make(browser)
	callback := b.provider.Browse(t, b.begins(br, name, oauth.Flow{}))
	if _, err := b.comes(br, "other", callback); answers(err).Code != http.StatusNotFound {
		t.Errorf("Finish: %v", err)
	}
	for what, err := range map[string]error{
		"Begin":   second(b.Begin(nil, nil, "other", oauth.Flow{})),
		"Forward": second(b.Forward(nil, nil, "other")),
	} {
		if answers(err).Code != http.StatusNotFound {
			t.Errorf("%s: %v", what, err)
		}
	}
	if got := b.Providers(); !slices.Equal(got, []string{name}) {
		t.Errorf("providers %q", got)
	}
}

func second[T any](_ T, err error) error { return err }
