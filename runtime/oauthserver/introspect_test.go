package oauthserver_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/oauthserver"
	"github.com/authgen-go/authgen/runtime/ratelimit"
	"github.com/authgen-go/authgen/runtime/token"
)

// SECURITY REV-06.
func TestREV06_ActiveTokens(t *testing.T) {
	b := newBench(t)
	service, serviceSecret := b.client()
	c, secret := b.client(reads, writes)
	access := b.access(c.ID, secret)
	pair := b.user("ada")
	ask := func(text string) map[string]any {
		t.Helper()
		a := b.as(service.ID, serviceSecret, introspectPath, "token", text)
		if a.Code != http.StatusOK || a.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%d %v", a.Code, a.Header())
		}
		return a.body
	}
	now := float64(start.Unix())
	for _, c := range []struct {
		name, text string
		want       map[string]any
	}{
		{"a machine's", access, map[string]any{"sub": c.ID, "client_id": c.ID, "scope": reads + " " + writes, "exp": now + 3600}},
		{"a user's", pair.AccessToken, map[string]any{"sub": "ada", "scope": reads, "exp": now + 900}},
	} {
		c.want["active"], c.want["token_type"], c.want["iss"], c.want["aud"] = true, "Bearer", issuer, []any{audience}
		c.want["iat"], c.want["nbf"], c.want["jti"] = now, now, jti(t, c.text)
		if got := ask(c.text); fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: got\n%v, want\n%v", c.name, got, c.want)
		}
	}
	// What is said is what is so now.
	b.must(b.SetScopes(t.Context(), c.ID, []string{writes}))
	if got := ask(access); got["scope"] != writes {
		t.Errorf("after losing a scope: %v", got)
	}
	b.must(b.SetScopes(t.Context(), c.ID, nil))
	if got := ask(access); got["active"] != true || got["scope"] != nil {
		t.Errorf("after losing all: %v", got)
	}
}

// SECURITY REV-06: whatever ails a token, the answer is the same, and what guards say is
// what introspection says.
func TestREV06_InactiveAndGuardsAgree(t *testing.T) {
	b := newBench(t)
	service, serviceSecret := b.client()
	c, secret := b.client(reads)
	disabled, disabledSecret := b.client(reads)
	tokens := map[string]string{"expired": b.access(c.ID, secret), "of a disabled client": b.access(disabled.ID, disabledSecret)}
	b.clock.advance(50 * time.Minute)
	good, revoked := b.access(c.ID, secret), b.access(c.ID, secret)
	b.clock.advance(11 * time.Minute)
	ada, bob, eve := b.user("ada"), b.user("bob"), b.user("eve")
	tokens["of a disabled client"] = b.access(disabled.ID, disabledSecret)
	b.must(b.Disable(t.Context(), disabled.ID))
	b.must(b.users.SetDisabled(t.Context(), "bob", true))
	b.must(b.grants.EndAll(t.Context(), "eve"))
	b.as(c.ID, secret, revokePath, "token", revoked)
	tokens["revoked"] = revoked
	tokens["of a disabled user"], tokens["of a login that ended"] = bob.AccessToken, eve.AccessToken
	tokens["a refresh token"] = ada.RefreshToken
	tokens["forged"] = good[:len(good)-10] + "AAAAAAAAAA"
	tokens["with a line break"] = good + "\n"
	tokens["nonsense"], tokens["a secret"], tokens["too long"] = "x", secret, strings.Repeat("x", token.MaxSize+1)
	tokens["foreign"] = newBench(t, func(s *settings) { s.clients.Issuer = "https://other.example" }).issue()
	tokens["for another"] = newBench(t, func(s *settings) { s.server.Audience = []string{"https://other.example"} }).issue()
	tokens["of an unknown client"] = newBench(t).issue()

	var first string
	for name, text := range tokens {
		a := b.as(service.ID, serviceSecret, introspectPath, "token", text)
		got := a.told()
		if first == "" {
			first = got
		}
		if got != first || a.Code != 200 || strings.TrimSpace(a.Body.String()) != `{"active":false}` {
			t.Errorf("%s: %s", name, got)
		}
		if me := b.me(text); me.Code != http.StatusUnauthorized {
			t.Errorf("%s: a guard says %d %s", name, me.Code, me.Body)
		}
	}
	for name, text := range map[string]string{"a machine's": good, "a user's": ada.AccessToken} {
		a := b.as(service.ID, serviceSecret, introspectPath, "token", text)
		if me := b.me(text); a.body["active"] != true || me.Code != http.StatusOK {
			t.Errorf("%s: %s; a guard says %d %s", name, a.Body, me.Code, me.Body)
		}
	}
}

// issue makes a client and returns a token of it.
func (b *bench) issue() string {
	b.Helper()
	c, secret := b.client(reads)
	return b.access(c.ID, secret)
}

// SECURITY REV-06.
func TestREV06_TheCallerIsAuthenticated(t *testing.T) {
	b := newBench(t)
	c, secret := b.client(reads)
	access := b.access(c.ID, secret)
	b.refused("nobody", b.post(introspectPath, "token", access), 401, "invalid_client")
	b.refused("the token itself", b.send(bearer(b.request(introspectPath, "token", access), access)), 401, "invalid_client")
	b.refused("a wrong secret", b.as(c.ID, oauthserver.Forge(), introspectPath, "token", access), 401, "invalid_client")
	b.refused("no token", b.as(c.ID, secret, introspectPath), 400, "invalid_request")
	b.refused("in the query", b.send(basic(b.raw(introspectPath+"?token="+access, ""), c.ID, secret)), 400, "invalid_request")
}

// SECURITY ERR-05, REV-06: what cannot be known is not said to be inactive.
func TestERR05_IntrospectionWithoutAStore(t *testing.T) {
	b := newBench(t)
	c, secret := b.client(reads)
	access := b.access(c.ID, secret)
	for _, down := range []string{"Check", "ByID"} {
		b.store.down(down)
		b.refused(down, b.as(c.ID, secret, introspectPath, "token", access), 503, "temporarily_unavailable")
		b.store.up()
	}
	b2 := newBench(t, func(s *settings) {
		s.server.Live = func(context.Context, string) (token.Claims, error) { return token.Claims{}, authn.ErrUnavailable }
	})
	c, secret = b2.client(reads)
	for _, path := range []string{introspectPath, revokePath} {
		b2.refused(path, b2.as(c.ID, secret, path, "token", access), 503, "temporarily_unavailable")
	}
}

// A service that asks about each of its requests has a limit of its own, where there is
// one.
func TestIntrospectionHasALimitOfItsOwn(t *testing.T) {
	b := newBench(t, func(s *settings) {
		s.rate = ratelimit.Rate{Count: 3, Per: time.Minute}
		s.introspections = ratelimit.Rate{Count: 10, Per: time.Minute}
	})
	c, secret := b.client(reads)
	for range 10 {
		if a := b.as(c.ID, secret, introspectPath, "token", "x"); a.Code != 200 {
			t.Fatalf("%d %s", a.Code, a.Body)
		}
	}
	b.refused("one more", b.as(c.ID, secret, introspectPath, "token", "x"), 429, "temporarily_unavailable")
	b.access(c.ID, secret)
}
