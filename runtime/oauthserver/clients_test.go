package oauthserver_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/oauthserver"
)

func TestCreate(t *testing.T) {
	b := newBench(t)
	c, secret, err := b.Create(t.Context(), oauthserver.NewClient{Name: "  Nächtlicher Export \t", Scopes: []string{writes, reads, writes}})
	b.must(err)
	if c.Name != "Nächtlicher Export" || !slices.Equal(c.Scopes, []string{reads, writes}) || c.Disabled {
		t.Errorf("%+v", c)
	}
	b.access(c.ID, secret)
	b.audit.Reset()
	for _, bad := range []struct {
		n    oauthserver.NewClient
		want error
	}{
		{oauthserver.NewClient{Name: ""}, oauthserver.ErrInvalidName},
		{oauthserver.NewClient{Name: " \n"}, oauthserver.ErrInvalidName},
		{oauthserver.NewClient{Name: "a\nb"}, oauthserver.ErrInvalidName},
		{oauthserver.NewClient{Name: "a\x00"}, oauthserver.ErrInvalidName},
		{oauthserver.NewClient{Name: "\xff"}, oauthserver.ErrInvalidName},
		{oauthserver.NewClient{Name: strings.Repeat("é", 101)}, oauthserver.ErrInvalidName},
		{oauthserver.NewClient{Name: strings.Repeat("x", 1<<20)}, oauthserver.ErrInvalidName},
		{oauthserver.NewClient{Name: "a", Scopes: []string{reads, "unknown"}}, oauthserver.ErrUnknownScope},
		{oauthserver.NewClient{Name: "a", Scopes: []string{""}}, oauthserver.ErrUnknownScope},
		{oauthserver.NewClient{Name: "a", Scopes: []string{reads + " " + writes}}, oauthserver.ErrUnknownScope},
		{oauthserver.NewClient{Name: "a", JWKS: []byte{}}, oauthserver.ErrInvalidKeys},
	} {
		c, secret, err := b.Create(t.Context(), bad.n)
		b.is(fmt.Sprintf("%.40q", bad.n.Name), err, bad.want)
		if c.ID != "" || secret != "" {
			t.Errorf("%.40q: a client was made", bad.n.Name)
		}
		b.saw("client.created denied invalid-request >")
	}
	list, err := b.List(t.Context())
	if err != nil || len(list) != 1 {
		t.Errorf("%d clients, %v", len(list), err)
	}
}

func TestListIsNewestFirst(t *testing.T) {
	b := newBench(t)
	var want []string
	for range 3 {
		c, _ := b.client(reads)
		want = append([]string{c.ID}, want...)
		b.clock.advance(time.Second)
	}
	list, err := b.List(t.Context())
	b.must(err)
	var got []string
	for _, c := range list {
		got = append(got, c.ID)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// What is done to a client holds from the next request on, for its tokens too.
func TestDisableAndEnable(t *testing.T) {
	b := newBench(t)
	c, secret := b.client(reads)
	access := b.access(c.ID, secret)
	b.audit.Reset()
	b.must(b.Disable(t.Context(), c.ID))
	b.must(b.Disable(t.Context(), c.ID))
	b.saw("client.disabled success  >"+c.ID, "client.disabled success  >"+c.ID)
	b.refused("a token for it", b.get(c.ID, secret), 401, "invalid_client")
	if a := b.me(access); a.Code != 401 || a.text("type") != "urn:authgen:token-revoked" {
		t.Errorf("with its token: %d %s", a.Code, a.Body)
	}
	b.audit.Reset()
	b.must(b.Enable(t.Context(), c.ID))
	b.saw("client.enabled success  >" + c.ID)
	b.access(c.ID, secret)
	if a := b.me(access); a.Code != 200 {
		t.Errorf("enabled: %d %s", a.Code, a.Body)
	}
}

// SECURITY API-05: a token has what it names and what its client still holds.
func TestSetScopes(t *testing.T) {
	b := newBench(t)
	c, secret := b.client(reads, writes)
	access := b.access(c.ID, secret)
	for _, step := range []struct{ set, want []string }{
		{[]string{reads}, []string{reads}}, {nil, []string{}}, {[]string{purges}, []string{}},
		{[]string{purges, writes}, []string{writes}}, {[]string{writes, reads, purges}, []string{reads, writes}},
	} {
		b.must(b.SetScopes(t.Context(), c.ID, step.set))
		if me := b.me(access); fmt.Sprint(me.body["scopes"]) != fmt.Sprint(step.want) {
			t.Errorf("with %q: %s, want %q", step.set, me.Body, step.want)
		}
	}
	if a := b.get(c.ID, secret); a.body["scope"] != purges+" "+reads+" "+writes {
		t.Errorf("the next token: %s", a.Body)
	}
	b.audit.Reset()
	b.is("an unknown scope", b.SetScopes(t.Context(), c.ID, []string{"unknown"}), oauthserver.ErrUnknownScope)
	b.saw("client.scopes_changed denied invalid-request >" + c.ID)
}

// SECURITY LOG-01, LOG-02: what is done is recorded, and what somebody typed is not.
func TestLOG01_AbsentClients(t *testing.T) {
	b := newBench(t)
	secretive := oauthserver.Forge()
	for _, id := range []string{oauthserver.NewID(), "", "x", secretive, "client_", strings.ToLower(oauthserver.NewID())} {
		recorded := ""
		if oauthserver.IsID(id) {
			recorded = id
		}
		_, err := b.Rotate(t.Context(), id, nil)
		b.is("Rotate", err, oauthserver.ErrNoSuchClient)
		b.is("Disable", b.Disable(t.Context(), id), oauthserver.ErrNoSuchClient)
		b.is("Enable", b.Enable(t.Context(), id), oauthserver.ErrNoSuchClient)
		b.is("SetScopes", b.SetScopes(t.Context(), id, nil), oauthserver.ErrNoSuchClient)
		b.is("SetKeys", b.SetKeys(t.Context(), id, b.signer(t).jwks), oauthserver.ErrNoSuchClient)
		events := b.audit.Events()
		for _, what := range []string{"client.rotated", "client.disabled", "client.enabled", "client.scopes_changed", "client.keys_changed"} {
			found := slices.ContainsFunc(events, func(e event) bool {
				return string(e.Type) == what && e.Outcome == "denied" && e.Reason == "not-found" && e.Target == recorded
			})
			if !found {
				t.Errorf("%s of %q: %+v", what, id, events)
			}
		}
		b.audit.Reset()
	}
}

// SECURITY F-06, LOG-01: what could not be done is said so, and recorded so.
func TestF06_AdministrationWithoutAStore(t *testing.T) {
	b := newBench(t)
	c, secret := b.client(reads)
	keyed := b.signer(t)
	b.audit.Reset()
	b.store.down()
	_, made, err := b.Create(t.Context(), oauthserver.NewClient{Name: "x"})
	b.is("Create", err, errDown)
	rotated, err := b.Rotate(t.Context(), c.ID, nil)
	b.is("Rotate", err, errDown)
	if made != "" || rotated != "" {
		t.Error("a secret was given out that may not be stored")
	}
	b.is("Disable", b.Disable(t.Context(), c.ID), errDown)
	b.is("SetScopes", b.SetScopes(t.Context(), c.ID, nil), errDown)
	b.is("SetKeys", b.SetKeys(t.Context(), keyed.client.ID, keyed.jwks), errDown)
	_, err = b.List(t.Context())
	b.is("List", err, errDown)
	b.saw("client.created failed store-unavailable >", "client.rotated failed store-unavailable >"+c.ID, "client.disabled failed store-unavailable >"+c.ID,
		"client.scopes_changed failed store-unavailable >"+c.ID, "client.keys_changed failed store-unavailable >"+keyed.client.ID)
	b.store.up()
	b.access(c.ID, secret)
}

func TestClientsNeedTheirParts(t *testing.T) {
	_, err := oauthserver.NewClients(oauthserver.ClientsConfig{})
	for _, part := range []string{"a Store is required", "Revocations are required", "an Issuer is required"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%v does not say %q", err, part)
		}
	}
	b := newBench(t)
	for name, change := range map[string]func(*oauthserver.ClientsConfig){
		"a scope with a space":      func(c *oauthserver.ClientsConfig) { c.Scopes = []string{"a b"} },
		"an empty scope":            func(c *oauthserver.ClientsConfig) { c.Scopes = []string{""} },
		"a negative staleness":      func(c *oauthserver.ClientsConfig) { c.MaxStaleness = -1 },
		"too long a staleness":      func(c *oauthserver.ClientsConfig) { c.MaxStaleness = oauthserver.MaxStalenessCap + 1 },
		"a negative leeway":         func(c *oauthserver.ClientsConfig) { c.Leeway = -1 },
		"too long a leeway":         func(c *oauthserver.ClientsConfig) { c.Leeway = 6 * time.Minute },
		"a negative store deadline": func(c *oauthserver.ClientsConfig) { c.StoreTimeout = -1 },
	} {
		cfg := oauthserver.ClientsConfig{Store: b.store, Revocations: b.store, Issuer: issuer}
		if _, err := oauthserver.NewClients(cfg); err != nil {
			t.Fatal(err)
		}
		change(&cfg)
		if _, err := oauthserver.NewClients(cfg); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}
