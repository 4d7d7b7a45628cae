package oauthserver_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/authgen-go/authgen/runtime/oauthserver"
	"github.com/authgen-go/authgen/runtime/revocation"
	"github.com/authgen-go/authgen/runtime/token"
)

// machine is the claims of a token of a client.
func machine(c oauthserver.Client, id string, scopes ...string) token.Claims {
	return token.Claims{Subject: c.ID, ClientID: c.ID, ID: id, Scopes: scopes, ExpiresAt: start.Add(time.Hour)}
}

// SECURITY JWT-15: users and machines are told apart by what a token says of its client,
// whatever their ids.
func TestJWT15_MachinesAndUsersDoNotCollide(t *testing.T) {
	for _, c := range []struct {
		subject, client string
		want            bool
	}{
		{"client_A", "client_A", true}, {"client_A", "", false}, {"client_A", "client_B", false}, {"", "", false}, {"ada", "client_A", false}, {"", "client_A", false},
	} {
		if got := oauthserver.IsMachine(token.Claims{Subject: c.subject, ClientID: c.client}); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
	// A user who has the id of a client is not the client, and the other way round.
	b := newBench(t)
	c, secret := b.client(writes)
	access := b.access(c.ID, secret)
	pair := b.user(c.ID)
	if me := b.me(pair.AccessToken); me.Code != 200 || fmt.Sprint(me.body["scopes"]) != "["+reads+"]" {
		t.Errorf("the user: %d %s", me.Code, me.Body)
	}
	if me := b.me(access); me.Code != 200 || fmt.Sprint(me.body["scopes"]) != "["+writes+"]" {
		t.Errorf("the client: %d %s", me.Code, me.Body)
	}
	b.must(b.users.SetDisabled(t.Context(), c.ID, true))
	if me := b.me(access); me.Code != 200 {
		t.Errorf("the client, when the user is disabled: %d %s", me.Code, me.Body)
	}
	b.must(b.users.SetDisabled(t.Context(), c.ID, false))
	pair = must(b.grants.Issue(t.Context(), must(b.users.User(t.Context(), c.ID))(t), c.ID))(t)
	b.must(b.Disable(t.Context(), c.ID))
	if me := b.me(pair.AccessToken); me.Code != 200 {
		t.Errorf("the user, when the client is disabled: %d %s", me.Code, me.Body)
	}
	if me := b.me(access); me.Code != 401 {
		t.Errorf("the client, disabled: %d", me.Code)
	}
	// And a machine is no user where users are looked for.
	if _, _, err := b.grants.Authenticate(bearer(b.request("/"), newBench(t).issue())); err == nil {
		t.Error("a machine was taken for a user")
	}
}

func TestCheck(t *testing.T) {
	b := newBench(t)
	c, _ := b.client(reads, writes)
	b.store.calls()
	got, err := b.Check(t.Context(), machine(c, "t", reads, purges))
	b.must(err)
	if got.ID != c.ID || got.Name != c.Name || fmt.Sprint(got.Scopes) != "["+reads+"]" {
		t.Errorf("%+v", got)
	}
	if calls := b.store.calls(); len(calls) != 1 || calls[0] != "Check" {
		t.Errorf("the store was asked %q", calls)
	}
	for name, claims := range map[string]token.Claims{
		"a user's": {Subject: "ada", ID: "t"}, "a user's by a client": {Subject: "ada", ClientID: c.ID, ID: "t"}, "without an id": machine(c, ""), "nothing": {},
	} {
		_, err := b.Check(t.Context(), claims)
		b.is(name, err, token.ErrInvalidToken)
	}
	if calls := b.store.calls(); len(calls) != 0 {
		t.Errorf("the store was asked %q", calls)
	}
	_, err = b.Check(t.Context(), machine(oauthserver.Client{ID: oauthserver.NewID()}, "t"))
	b.is("gone", err, revocation.ErrRevoked)
	b.must(b.tokens.Revoke(t.Context(), "t", start.Add(time.Hour))) // by whomever
	_, err = b.Check(t.Context(), machine(c, "t"))
	b.is("revoked", err, revocation.ErrRevoked)
	b.must(b.Disable(t.Context(), c.ID))
	_, err = b.Check(t.Context(), machine(c, "u"))
	b.is("disabled", err, revocation.ErrRevoked)
}

// SECURITY ERR-05, F-05.
func TestERR05_CheckWithoutAStore(t *testing.T) {
	b := newBench(t)
	c, secret := b.client(reads)
	access := b.access(c.ID, secret)
	b.store.down()
	if _, err := b.Check(t.Context(), machine(c, "t")); !errors.Is(err, errDown) || errors.Is(err, revocation.ErrRevoked) {
		t.Errorf("%v", err)
	}
	if a := b.me(access); a.Code != http.StatusServiceUnavailable || a.Header().Get("Retry-After") == "" {
		t.Errorf("%d %v", a.Code, a.Header())
	}
}

// SECURITY LOG-01: a guard's refusal is recorded, with the address; what was only asked
// about is not.
func TestLOG01_AdmitRecords(t *testing.T) {
	b := newBench(t)
	c, _ := b.client(reads)
	b.audit.Reset()
	_, err := b.Admit(b.request("/"), machine(c, "t"))
	b.must(err)
	b.must(b.tokens.Revoke(t.Context(), "t", start.Add(time.Hour)))
	_, err = b.Check(t.Context(), machine(c, "t"))
	b.is("Check", err, revocation.ErrRevoked)
	b.saw()
	_, err = b.Admit(b.request("/"), machine(c, "t"))
	b.is("Admit", err, revocation.ErrRevoked)
	if events := b.audit.Events(); len(events) != 1 || events[0].Request.Addr.String() != "192.0.2.7" {
		t.Errorf("%+v", events)
	}
	b.saw("token.refused denied revoked " + c.ID + ">t")
	b.store.down()
	_, err = b.Admit(b.request("/"), machine(c, "t"))
	b.is("Admit while down", err, errDown)
	b.saw()
}

// SECURITY REV-05: what is kept holds for one client, one token, and no longer than
// somebody allowed.
func TestREV05_WhatIsKept(t *testing.T) {
	b := newBench(t, func(s *settings) { s.clients.MaxStaleness = time.Minute })
	c, _ := b.client(reads, writes)
	other, _ := b.client(reads)
	ask := func(c oauthserver.Client, id string, scopes ...string) (string, error) {
		got, err := b.Check(t.Context(), machine(c, id, scopes...))
		return fmt.Sprint(got.Scopes), err
	}
	wants := func(what string, calls int, err, want error) {
		t.Helper()
		b.is(what, err, want)
		if got := b.store.calls(); len(got) != calls {
			t.Errorf("%s: the store was asked %q", what, got)
		}
	}
	b.store.calls()
	_, err := ask(c, "t", reads)
	wants("first", 1, err, nil)
	scopes, err := ask(c, "t", reads)
	wants("again", 0, err, nil)
	if scopes != "["+reads+"]" {
		t.Errorf("again with %s", scopes)
	}
	scopes, err = ask(c, "t", writes) // one id has one token; were it not so, each has its own scopes
	wants("of other scopes", 0, err, nil)
	if scopes != "["+writes+"]" {
		t.Errorf("other scopes with %s", scopes)
	}
	_, err = ask(c, "u")
	wants("another token", 1, err, nil)
	_, err = ask(other, "t")
	wants("another client", 1, err, nil)

	b.must(b.tokens.Revoke(t.Context(), "t", start.Add(time.Hour))) // in another process
	b.must(b.store.Storage.SetDisabled(t.Context(), other.ID, true))
	_, err = ask(c, "t")
	wants("revoked elsewhere, within the minute", 0, err, nil)
	b.clock.advance(time.Minute)
	_, err = ask(c, "t")
	wants("after the minute", 1, err, revocation.ErrRevoked)
	_, err = ask(c, "t")
	wants("a refusal is not kept", 1, err, revocation.ErrRevoked)
	_, err = ask(other, "x")
	wants("disabled elsewhere, after the minute", 1, err, revocation.ErrRevoked)
	b.store.down()
	_, err = ask(c, "u")
	wants("down, after the minute", 1, err, errDown)
}

// SECURITY REV-05: what is changed here holds at once.
func TestREV05_ChangesHereHoldAtOnce(t *testing.T) {
	b := newBench(t, func(s *settings) { s.clients.MaxStaleness = time.Minute })
	c, secret := b.client(reads, writes)
	access := b.access(c.ID, secret)
	scopes := func(want string) {
		t.Helper()
		if me := b.me(access); fmt.Sprint(me.body["scopes"]) != want {
			t.Errorf("%d %s, want %s", me.Code, me.Body, want)
		}
	}
	status := func(want int) {
		t.Helper()
		if me := b.me(access); me.Code != want {
			t.Errorf("%d %s, want %d", me.Code, me.Body, want)
		}
	}
	scopes("[" + reads + " " + writes + "]")
	b.must(b.SetScopes(t.Context(), c.ID, []string{writes}))
	scopes("[" + writes + "]")
	b.must(b.Disable(t.Context(), c.ID))
	status(401)
	b.must(b.Enable(t.Context(), c.ID))
	status(200)
	// If it is not known whether it was done, it is asked again.
	b.store.hook(func(ctx context.Context, method string) error {
		if method != "SetDisabled" {
			return nil
		}
		b.must(b.store.Storage.SetDisabled(ctx, c.ID, true))
		return errDown
	})
	b.is("the answer was lost", b.Disable(t.Context(), c.ID), errDown)
	status(401)
	b.store.up()
	b.must(b.Enable(t.Context(), c.ID))
	status(200)
	b.as(c.ID, secret, revokePath, "token", access)
	status(401)
}

// SECURITY F-08: a storage that hangs is waited for no longer than its deadline, and who
// goes away does not undo what was begun.
func TestF08_DeadlinesOfTheStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		c, secret := b.client(reads)
		access := b.access(c.ID, secret)
		claims, err := b.verifier.Verify(t.Context(), access)
		b.must(err)
		b.store.hook(func(ctx context.Context, _ string) error { <-ctx.Done(); return context.Cause(ctx) })
		for name, call := range map[string]func() error{
			"token":   func() error { return failed(b.get(c.ID, secret)) },
			"Check":   func() error { _, err := b.Check(t.Context(), claims); return err },
			"Revoke":  func() error { return b.Revoke(t.Context(), claims) },
			"Disable": func() error { return b.Disable(t.Context(), c.ID) },
			"Rotate":  func() error { _, err := b.Rotate(t.Context(), c.ID, nil); return err },
			"List":    func() error { _, err := b.List(t.Context()); return err },
			"Create":  func() error { _, _, err := b.Create(t.Context(), oauthserver.NewClient{Name: "x"}); return err },
		} {
			begin := time.Now()
			b.is(name, call(), context.DeadlineExceeded)
			if d := time.Since(begin); d < oauthserver.DefaultStoreTimeout*3/4 || d > oauthserver.DefaultStoreTimeout {
				t.Errorf("%s took %v", name, d)
			}
		}
		b.store.hook(func(ctx context.Context, _ string) error { return ctx.Err() })
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		b.must(b.Revoke(gone, claims))
		b.must(b.Disable(gone, c.ID))
	})
}

// failed is what a refusal stands for.
func failed(a answer) error {
	if a.Code == http.StatusServiceUnavailable {
		return context.DeadlineExceeded
	}
	return fmt.Errorf("status %d", a.Code)
}
