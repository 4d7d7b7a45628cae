package oauthserver_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/oauthserver"
	"github.com/authgen-go/authgen/runtime/token"
)

// SECURITY REV-01.
func TestREV01_AClientRevokesItsToken(t *testing.T) {
	b := newBench(t)
	c, secret := b.client(reads)
	access, bystander := b.access(c.ID, secret), b.access(c.ID, secret)
	b.audit.Reset()
	for i := range 2 { // to revoke it twice is no error
		a := b.as(c.ID, secret, revokePath, "token", access, "token_type_hint", []string{"access_token", "nonsense"}[i])
		if a.Code != http.StatusOK || a.Body.Len() != 0 || a.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%d %s %v", a.Code, a.Body, a.Header())
		}
	}
	b.saw(fmt.Sprintf("token.revoked success  %s>%s", c.ID, jti(t, access)), "token.revoked denied unknown "+c.ID+">")
	if a := b.me(access); a.Code != 401 || a.text("type") != "urn:authgen:token-revoked" {
		t.Errorf("with it: %d %s", a.Code, a.Body)
	}
	b.saw(fmt.Sprintf("token.refused denied revoked %s>%s", c.ID, jti(t, access)))
	if a := b.me(bystander); a.Code != 200 {
		t.Errorf("with another: %d %s", a.Code, a.Body)
	}
	// The form does as well.
	if a := b.post(revokePath, "token", bystander, "client_id", c.ID, "client_secret", secret); a.Code != 200 {
		t.Errorf("%d %s", a.Code, a.Body)
	}
	if a := b.me(bystander); a.Code != 401 {
		t.Errorf("with another, revoked: %d", a.Code)
	}
}

// SECURITY REV-01: what is not the caller's, or nothing at all, is passed over, and
// nothing says so.
func TestREV01_OthersTokensArePassedOver(t *testing.T) {
	b := newBench(t)
	c, secret := b.client(reads)
	other, otherSecret := b.client(reads)
	foreign := b.access(other.ID, otherSecret)
	expired := b.access(c.ID, secret)
	b.clock.advance(10 * time.Minute)
	revoked := b.access(c.ID, secret)
	b.as(c.ID, secret, revokePath, "token", revoked)
	b.clock.advance(51 * time.Minute)
	pair := b.user("ada")
	foreign2 := b.access(other.ID, otherSecret)
	b.audit.Reset()
	var first string
	for name, text := range map[string]string{
		"another client's": foreign2, "another client's, expired": foreign, "expired": expired, "revoked": revoked, "a user's": pair.AccessToken,
		"a refresh token": pair.RefreshToken, "forged": foreign2[:len(foreign2)-10] + "AAAAAAAAAA", "nonsense": "x",
		"long": strings.Repeat("x", token.MaxSize+1), "a secret": secret, "NUL": "\x00",
	} {
		a := b.as(c.ID, secret, revokePath, "token", text)
		if got := a.told(); first == "" {
			first = got
		} else if got != first || a.Code != 200 {
			t.Errorf("%s: %s, want %s", name, got, first)
		}
		if e := b.audit.Events(); len(e) != 1 || e[0].Outcome != "denied" || e[0].Reason != "unknown" && e[0].Reason != "foreign" || e[0].Actor != c.ID {
			t.Errorf("%s: %+v", name, e)
		}
		b.audit.Reset()
	}
	for name, text := range map[string]string{"another client's": foreign2, "a user's": pair.AccessToken} {
		if a := b.me(text); a.Code != 200 {
			t.Errorf("%s was revoked: %d %s", name, a.Code, a.Body)
		}
	}
	if _, err := b.grants.Refresh(t.Context(), pair.RefreshToken); err != nil {
		t.Errorf("a user was signed out: %v", err)
	}
}

// SECURITY REV-01.
func TestREV01_TheCallerIsAuthenticated(t *testing.T) {
	b := newBench(t)
	c, secret := b.client(reads)
	access := b.access(c.ID, secret)
	b.refused("nobody", b.post(revokePath, "token", access), 401, "invalid_client")
	b.refused("the token itself", b.send(bearer(b.request(revokePath, "token", access), access)), 401, "invalid_client")
	b.refused("a client without proof", b.post(revokePath, "token", access, "client_id", c.ID), 401, "invalid_client")
	b.refused("a wrong secret", b.as(c.ID, oauthserver.Forge(), revokePath, "token", access), 401, "invalid_client")
	b.refused("no token", b.as(c.ID, secret, revokePath), 400, "invalid_request")
	b.refused("an empty token", b.as(c.ID, secret, revokePath, "token", ""), 400, "invalid_request")
	b.refused("two tokens", b.send(basic(b.raw(revokePath, "token=x&token=y"), c.ID, secret)), 400, "invalid_request")
	b.refused("in the query", b.send(basic(b.raw(revokePath+"?token="+access, ""), c.ID, secret)), 400, "invalid_request")
	if a := b.me(access); a.Code != 200 {
		t.Errorf("it was revoked: %d", a.Code)
	}
}

func bearer(r *http.Request, access string) *http.Request {
	r.Header.Set("Authorization", "Bearer "+access)
	return r
}

// SECURITY REV-02, F-06.
func TestREV02_NoConfirmationNoSuccess(t *testing.T) {
	for _, down := range []string{"Revoke", "Check", "ByID"} {
		b := newBench(t)
		c, secret := b.client(reads)
		access := b.access(c.ID, secret)
		b.audit.Reset()
		b.store.down(down)
		b.refused(down, b.as(c.ID, secret, revokePath, "token", access), 503, "temporarily_unavailable")
		if down == "Revoke" {
			b.saw(fmt.Sprintf("token.revoked failed store-unavailable %s>%s", c.ID, jti(t, access)))
		}
		b.store.up()
		if a := b.me(access); a.Code != 200 {
			t.Errorf("%s: it was revoked: %d", down, a.Code)
		}
		if a := b.as(c.ID, secret, revokePath, "token", access); a.Code != 200 {
			t.Errorf("%s, up again: %d %s", down, a.Code, a.Body)
		}
		if a := b.me(access); a.Code != 401 {
			t.Errorf("%s: it was not revoked: %d", down, a.Code)
		}
	}
}

// SECURITY REV-04: a token is listed for as long as it is accepted, leeway included.
func TestREV04_ListedToTheEnd(t *testing.T) {
	b := newBench(t)
	c, secret := b.client(reads)
	access := b.access(c.ID, secret)
	b.as(c.ID, secret, revokePath, "token", access)
	b.clock.advance(time.Hour + 29*time.Second)
	for range 2 {
		if a := b.me(access); a.Code != 401 || a.text("type") != "urn:authgen:token-revoked" {
			t.Errorf("%d %s", a.Code, a.Body)
		}
		if n, err := b.tokens.DeleteRevoked(t.Context(), b.clock.now(), 10); n != 0 || err != nil {
			t.Errorf("swept %d, %v", n, err)
		}
	}
	b.clock.advance(2 * time.Second)
	if n, err := b.tokens.DeleteRevoked(t.Context(), b.clock.now(), 10); n != 1 || err != nil {
		t.Errorf("swept %d, %v", n, err)
	}
}

// SECURITY REV-03: revocation is by id, from Go as well, and of tokens of machines only.
func TestREV03_FromGo(t *testing.T) {
	b := newBench(t)
	c, secret := b.client(reads)
	access := b.access(c.ID, secret)
	claims, err := b.verifier.Verify(t.Context(), access)
	b.must(err)
	b.must(b.Revoke(t.Context(), claims))
	if a := b.me(access); a.Code != 401 {
		t.Errorf("%d", a.Code)
	}
	users, err := b.verifier.Verify(t.Context(), b.user("ada").AccessToken)
	b.must(err)
	b.is("a user's", b.Revoke(t.Context(), users), token.ErrInvalidToken)
	claims.ID = ""
	if err := b.Revoke(t.Context(), claims); err == nil {
		t.Error("a token without an id was revoked")
	}
}
