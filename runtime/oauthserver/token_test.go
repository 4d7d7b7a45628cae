package oauthserver_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/oauthserver"
)

// SECURITY OAS-05.
func TestOAS05_AToken(t *testing.T) {
	b := newBench(t)
	c, secret := b.client(reads, writes)
	a := b.get(c.ID, secret)
	if a.Code != http.StatusOK || a.body["token_type"] != "Bearer" || a.body["expires_in"] != 3600.0 || a.body["scope"] != reads+" "+writes || len(a.body) != 4 {
		t.Fatalf("%d %s", a.Code, a.Body) // without a refresh token, that is
	}
	if h := a.Header(); h.Get("Cache-Control") != "no-store" || h.Get("Pragma") != "no-cache" || h.Get("Content-Type") != "application/json" {
		t.Errorf("%v", h)
	}
	header, claims := payload(t, a.text("access_token"))
	if header["typ"] != "at+jwt" || header["alg"] != "EdDSA" || header["kid"] != b.key.ID() {
		t.Errorf("the header is %v", header)
	}
	now := float64(b.clock.now().Unix())
	id := claims["jti"]
	delete(claims, "jti")
	want := map[string]any{
		"iss": issuer, "aud": []any{audience}, "sub": c.ID, "client_id": c.ID, "scope": reads + " " + writes,
		"iat": now, "nbf": now, "exp": now + 3600, "ver": 0.0,
	}
	if fmt.Sprint(claims) != fmt.Sprint(want) {
		t.Errorf("the claims are\n%v, want\n%v", claims, want)
	}
	b.saw("client.created success  >"+c.ID, fmt.Sprintf("token.issued success  %s>%s", c.ID, id))
	ids := map[any]bool{id: true}
	for range 100 {
		ids[jti(t, b.access(c.ID, secret))] = true
	}
	if len(ids) != 101 {
		t.Errorf("101 tokens have %d ids", len(ids))
	}
}

// SECURITY OAS-05. How long tokens live is one setting, and expires_in says it.
func TestOAS05_TokensLiveAsLongAsTheySay(t *testing.T) {
	b := newBench(t, func(s *settings) { s.server.TTL = 90 * time.Second })
	c, secret := b.client()
	a := b.get(c.ID, secret)
	if a.body["expires_in"] != 90.0 {
		t.Errorf("expires in %v", a.body["expires_in"])
	}
	access := a.text("access_token")
	b.clock.advance(119 * time.Second) // with the leeway
	if a := b.me(access); a.Code != http.StatusOK {
		t.Errorf("before its end: %d %s", a.Code, a.Body)
	}
	b.clock.advance(2 * time.Second)
	if a := b.me(access); a.Code != http.StatusUnauthorized {
		t.Errorf("after its end: %d", a.Code)
	}
}

// SECURITY OAS-02.
func TestOAS02_GrantsThatThereAre(t *testing.T) {
	b := newBench(t)
	c, secret := b.client(reads)
	pair := b.user("ada")
	for _, grantType := range []string{
		"password", "implicit", "token", "authorization_code", "urn:ietf:params:oauth:grant-type:device_code",
		"urn:ietf:params:oauth:grant-type:jwt-bearer", "urn:ietf:params:oauth:grant-type:token-exchange",
		"Client_Credentials", "client_credentials ", "client_credentials refresh_token", "\x00",
	} {
		parameters := []string{"grant_type", grantType, "username", "ada@app.example", "password", "x", "code", "x", "refresh_token", pair.RefreshToken}
		b.refused(grantType, b.as(c.ID, secret, tokenPath, parameters...), 400, "unsupported_grant_type")
		b.refused(grantType+" of nobody", b.post(tokenPath, parameters...), 400, "unsupported_grant_type")
	}
	// What a user was given is no grant for a machine, however it authenticates.
	for name, r := range map[string]*http.Request{
		"Basic": basic(b.request(tokenPath, "grant_type", "refresh_token", "refresh_token", pair.RefreshToken), c.ID, secret),
		"form":  b.request(tokenPath, "grant_type", "refresh_token", "refresh_token", pair.RefreshToken, "client_id", c.ID, "client_secret", secret),
	} {
		b.refused(name, b.send(r), 400, "unauthorized_client")
	}
	if _, err := b.grants.Refresh(t.Context(), pair.RefreshToken); err != nil {
		t.Errorf("it was used up: %v", err)
	}
}

func basic(r *http.Request, id, secret string) *http.Request {
	r.SetBasicAuth(id, secret)
	return r
}

// SECURITY OAS-02.
func TestOAS02_NoRefreshWhereThereIsNone(t *testing.T) {
	b := newBench(t, func(s *settings) { s.server.Refresh = nil })
	c, secret := b.client(reads)
	pair := b.user("ada")
	for name, a := range map[string]answer{
		"without a client": b.post(tokenPath, "grant_type", "refresh_token", "refresh_token", pair.RefreshToken),
		"with one":         b.as(c.ID, secret, tokenPath, "grant_type", "refresh_token", "refresh_token", pair.RefreshToken),
	} {
		b.refused(name, a, 400, "unsupported_grant_type")
	}
}

// SECURITY REF-08. A family belongs to no client: it comes without one, for all that its
// user holds, or not at all.
func TestREF08_RefreshForUsersOnly(t *testing.T) {
	b := newBench(t)
	c, secret := b.client(reads)
	pair := b.user("ada")
	refresh := func(more ...string) answer {
		return b.post(tokenPath, append([]string{"grant_type", "refresh_token"}, more...)...)
	}
	b.audit.Reset()
	b.refused("a client", b.as(c.ID, secret, tokenPath, "grant_type", "refresh_token", "refresh_token", pair.RefreshToken), 400, "unauthorized_client")
	b.saw("token.refused denied unauthorized-grant " + c.ID + ">")
	b.refused("a client that does not prove it", refresh("refresh_token", pair.RefreshToken, "client_id", c.ID), 401, "invalid_client")
	b.refused("a client that is none", b.as(c.ID, "x", tokenPath, "grant_type", "refresh_token", "refresh_token", pair.RefreshToken), 401, "invalid_client")
	b.refused("a scope", refresh("refresh_token", pair.RefreshToken, "scope", reads), 400, "invalid_scope")
	b.refused("a wider scope", refresh("refresh_token", pair.RefreshToken, "scope", reads+" "+purges), 400, "invalid_scope")
	b.refused("no token", refresh(), 400, "invalid_request")
	b.refused("nonsense", refresh("refresh_token", "x"), 400, "invalid_grant")

	a := refresh("refresh_token", pair.RefreshToken, "scope", "") // none of those used it up
	if a.Code != http.StatusOK || a.body["token_type"] != "Bearer" || a.body["expires_in"] != 900.0 || len(a.body) != 4 {
		t.Fatalf("%d %s", a.Code, a.Body)
	}
	if me := b.me(a.text("access_token")); me.Code != http.StatusOK {
		t.Errorf("with its access token: %d %s", me.Code, me.Body)
	}
	b.must(b.users.SetDisabled(t.Context(), "ada", true))
	b.refused("a disabled user", refresh("refresh_token", a.text("refresh_token")), 400, "invalid_grant")
}

// SECURITY OAS-04.
func TestOAS04_ScopesAreThoseOfTheClient(t *testing.T) {
	b := newBench(t)
	c, secret := b.client(reads, writes)
	for ask, want := range map[string]string{
		"": reads + " " + writes, reads: reads, writes: writes, writes + " " + reads: reads + " " + writes, reads + " " + reads: reads,
	} {
		a := b.get(c.ID, secret, "scope", ask)
		if a.Code != http.StatusOK || a.body["scope"] != want {
			t.Errorf("scope %q: %d %s, want %q", ask, a.Code, a.Body, want)
			continue
		}
		if _, claims := payload(t, a.text("access_token")); claims["scope"] != want {
			t.Errorf("scope %q: the token has %v", ask, claims["scope"])
		}
	}
	for _, ask := range []string{
		purges, reads + " " + purges, "unknown", strings.ToUpper(reads), reads[:5], reads + "x", " ", reads + " ", " " + reads,
		reads + "  " + writes, reads + "," + writes, reads + "\t" + writes, reads + "\n", "*", "reports:*", `"`, "é", strings.Repeat(reads+" ", 3000),
	} {
		b.refused(fmt.Sprintf("scope %.40q", ask), b.get(c.ID, secret, "scope", ask), 400, "invalid_scope")
	}
}

// SECURITY OAS-04. A client without scopes gets a token that is good for nothing that
// needs one.
func TestOAS04_NoScopesAreNone(t *testing.T) {
	b := newBench(t)
	c, secret := b.client()
	a := b.get(c.ID, secret)
	if _, there := a.body["scope"]; there || a.Code != http.StatusOK {
		t.Errorf("%d %s", a.Code, a.Body)
	}
	if me := b.me(a.text("access_token")); me.Code != http.StatusOK || fmt.Sprint(me.body["scopes"]) != "[]" {
		t.Errorf("%d %s", me.Code, me.Body)
	}
	b.refused("more", b.get(c.ID, secret, "scope", reads), 400, "invalid_scope")
}

// SECURITY OAS-04. A token has an audience, which is the issuer unless somebody says
// otherwise.
func TestOAS04_EveryTokenHasAnAudience(t *testing.T) {
	b := newBench(t, func(s *settings) { s.server.Audience = nil })
	c, secret := b.client()
	if _, claims := payload(t, b.access(c.ID, secret)); fmt.Sprint(claims["aud"]) != "["+issuer+"]" {
		t.Errorf("aud is %v", claims["aud"])
	}
}

// What is missing is said when it is put together, all at once.
func TestServersNeedTheirParts(t *testing.T) {
	b := newBench(t)
	_, err := oauthserver.NewServer(oauthserver.Config{})
	for _, part := range []string{"Clients are required", "Keys is required", "Live is required", "a Limit is required", "URL of the token endpoint is required"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%v does not say %q", err, part)
		}
	}
	for name, change := range map[string]func(*oauthserver.Config){
		"a TTL that is too long":  func(c *oauthserver.Config) { c.TTL = 25 * time.Hour },
		"a TTL that is too short": func(c *oauthserver.Config) { c.TTL = time.Millisecond },
		"an empty audience":       func(c *oauthserver.Config) { c.Audience = []string{""} },
	} {
		cfg := b.serverConfig()
		change(&cfg)
		if _, err := oauthserver.NewServer(cfg); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	if _, err := oauthserver.NewServer(b.serverConfig()); err != nil {
		t.Error(err)
	}
}

// What is refused before the client is known is refused at no cost.
func TestRefusalsOfFormAskNobody(t *testing.T) {
	b := newBench(t)
	c, secret := b.client()
	b.store.calls()
	for _, r := range []*http.Request{
		b.request(tokenPath, "client_id", c.ID, "client_secret", secret),
		basic(b.request(tokenPath, "grant_type", "password"), c.ID, secret),
		b.request(tokenPath, "grant_type", "client_credentials"),
		basic(b.request(tokenPath, "grant_type", "client_credentials", "client_secret", secret), c.ID, secret),
	} {
		b.send(r)
	}
	if calls := b.store.calls(); len(calls) > 0 {
		t.Errorf("the store was asked %q", calls)
	}
	b.get(c.ID, secret)
	if calls := b.store.calls(); !slices.Equal(calls, []string{"ByID"}) {
		t.Errorf("a token costs %q", calls)
	}
}

// serverConfig is one that is complete.
func (b *bench) serverConfig() oauthserver.Config {
	return oauthserver.Config{
		Clients: b.Clients, Keys: b.ring, Live: b.live, Limit: b.gate, Endpoints: oauthserver.Endpoints{Token: issuer + tokenPath},
	}
}
