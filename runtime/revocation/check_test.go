package revocation_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/refresh"
	"github.com/authgen-go/authgen/runtime/revocation"
)

func TestAGoodTokenGivesItsUser(t *testing.T) {
	for name, mode := range modes {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, mode)
			bob := b.user("bob@example.com")
			alone, inFamily, of := b.token(b.ada), token{}, b.token(bob)
			inFamily, _ = b.login()
			for range 3 {
				for _, c := range []struct {
					token token
					email string
				}{{alone, "ada@example.com"}, {inFamily, "ada@example.com"}, {of, "bob@example.com"}} {
					u, err := b.Check(t.Context(), c.token)
					b.must(err)
					if u.Email != c.email || u.ID != c.token.UserID {
						t.Errorf("got %+v", u)
					}
				}
			}
		})
	}
}

// What a token speaks for has ended: that shows at the next request, or when it is no
// longer allowed to be late.
// SECURITY SES-07, REV-01, REV-05.
func TestREV05_WhatEndsATokenShowsWithinTheBound(t *testing.T) {
	for name, end := range map[string]func(*bench, token, refresh.ID) error{
		"its user is disabled": func(b *bench, _ token, _ refresh.ID) error {
			return b.users.SetDisabled(b.Context(), b.ada.ID, true)
		},
		"its user was disabled and is not": func(b *bench, _ token, _ refresh.ID) error {
			return errors.Join(b.users.SetDisabled(b.Context(), b.ada.ID, true), b.users.SetDisabled(b.Context(), b.ada.ID, false))
		},
		"its user is deleted": func(b *bench, _ token, _ refresh.ID) error { return b.users.Delete(b.Context(), b.ada.ID) },
		"its user signed out": func(b *bench, _ token, _ refresh.ID) error { return b.users.SignOutEverywhere(b.Context(), b.ada.ID) },
		"another password": func(b *bench, _ token, _ refresh.ID) error {
			_, err := b.users.ChangePassword(b.Context(), b.ada.ID, "old", "new")
			return err
		},
		"its family ended": func(b *bench, _ token, id refresh.ID) error { return b.families.End(b.Context(), id) },
		"revoked elsewhere": func(b *bench, t token, _ refresh.ID) error {
			return b.families.Revoke(b.Context(), t.ID, t.ExpiresAt)
		},
	} {
		for how, mode := range modes {
			t.Run(name+", "+how, func(t *testing.T) {
				b := newBench(t, mode)
				good, id := b.login()
				b.must(b.check(good))
				b.must(end(b, good, id))
				cfg := config{Now: time.Now}
				if mode(&cfg); cfg.MaxStaleness > 0 {
					b.clock.advance(cfg.MaxStaleness - time.Microsecond)
					b.must(b.check(good)) // as late as is allowed
					b.clock.advance(time.Microsecond)
				}
				b.is("ended", b.check(good), revocation.ErrRevoked)
				b.is("again", b.check(good), revocation.ErrRevoked)
			})
		}
	}
}

// When this process is told, it does not wait.
func TestForgetAsksAgain(t *testing.T) {
	b := newBench(t, minute)
	bob := b.user("bob@example.com")
	adas, bobs := b.token(b.ada), b.token(bob)
	b.must(b.check(adas))
	b.must(b.check(bobs))
	b.must(b.users.SetDisabled(t.Context(), b.ada.ID, true))
	b.Forget(bob.ID)
	b.must(b.check(adas))
	b.Forget(b.ada.ID)
	b.is("disabled", b.check(adas), revocation.ErrRevoked)
	b.store.count("Check")
	b.must(b.check(bobs)) // once for the first Forget
	b.must(b.check(bobs))
	if n := b.store.count("Check"); n != 1 {
		t.Errorf("asked %d times", n)
	}
}

// All tokens of before are dead, those of the same second too, and those of after live.
// SECURITY REV-04.
func TestREV04_SigningOutAndInWithinASecond(t *testing.T) {
	for name, mode := range modes {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, mode)
			old := b.token(b.ada)
			b.must(b.check(old))
			b.must(b.users.SignOutEverywhere(t.Context(), b.ada.ID))
			b.Forget(b.ada.ID)
			now, err := b.users.User(t.Context(), b.ada.ID)
			b.must(err)
			fresh := b.token(now)
			if !fresh.IssuedAt.Equal(old.IssuedAt) {
				t.Fatal("the clock moved")
			}
			for range 2 {
				b.is("the old token", b.check(old), revocation.ErrRevoked)
				b.must(b.check(fresh))
			}
		})
	}
}

// An answer is for the whole token: what differs anywhere is asked for anew.
// SECURITY REV-05.
func TestREV05_KeptAnswersAreForTheWholeToken(t *testing.T) {
	b := newBench(t, minute)
	good, _ := b.login()
	b.must(b.check(good))
	b.store.count("Check")
	for name, other := range map[string]token{
		"id":      {ID: good.ID + "x", Family: good.Family, UserID: good.UserID, Version: 1, IssuedAt: good.IssuedAt},
		"family":  {ID: good.ID, Family: refresh.ID{9}.String(), UserID: good.UserID, Version: 1, IssuedAt: good.IssuedAt},
		"user":    {ID: good.ID, UserID: good.UserID + 1, Version: 1, IssuedAt: good.IssuedAt},
		"version": {ID: good.ID, Family: good.Family, UserID: good.UserID, Version: 2, IssuedAt: good.IssuedAt},
		"time":    {ID: good.ID, Family: good.Family, UserID: good.UserID, Version: 1, IssuedAt: good.IssuedAt.Add(time.Second)},
	} {
		_ = b.check(other) // good or not
		if n := b.store.count("Check"); n != 1 {
			t.Errorf("another %s: asked %d times", name, n)
		}
	}
	b.must(b.check(good))
	if n := b.store.count("Check"); n != 0 {
		t.Errorf("the same token: asked %d times", n)
	}
}

// A refusal is kept for nobody: what begins to be good is good at once.
func TestRefusalsAreNotKept(t *testing.T) {
	b := newBench(t, minute)
	good, id := b.login()
	f, _, err := b.families.Find(t.Context(), id)
	b.must(err)
	b.must(b.families.End(t.Context(), id))
	b.is("ended", b.check(good), revocation.ErrRevoked)
	b.must(b.families.Create(t.Context(), f))
	b.must(b.check(good))
}

// If it cannot be found out, that is the answer: not yes, not no.
// SECURITY ERR-05, REV-05, F-01.
func TestREV05_AnOutageIsNeverAStaleYes(t *testing.T) {
	for name, mode := range modes {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, mode)
			good, _ := b.login()
			bad := good
			bad.Version = 7
			b.must(b.check(good))
			b.clock.advance(time.Minute)
			b.store.down()
			for range 3 {
				for what, tok := range map[string]token{"good": good, "bad": bad} {
					err := b.check(tok)
					b.is(what, err, errDown)
					if errors.As(err, new(*authn.Problem)) {
						t.Errorf("%s: a verdict: %v", what, err)
					}
				}
			}
			b.store.up()
			b.must(b.check(good))
			b.is("bad", b.check(bad), revocation.ErrRevoked)
		})
	}
}

// Who went away does not end the question for those who wait for its answer; a
// storage that hangs is left.
// SECURITY F-08.
func TestF08_TheStorageHasADeadline(t *testing.T) {
	for name, mode := range modes {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, mode, func(c *config) { c.StoreTimeout = time.Millisecond })
			good := b.token(b.ada)
			gone, cancel := context.WithCancel(t.Context())
			cancel()
			if _, err := b.Check(gone, good); err != nil {
				t.Error(err)
			}
			b.clock.advance(time.Hour)
			b.store.hook(func(ctx context.Context, _ string) error { <-ctx.Done(); return ctx.Err() }, nil)
			b.is("Check", b.check(good), context.DeadlineExceeded)
			b.is("RevokeID", b.RevokeID(t.Context(), good.ID, good.ExpiresAt), context.DeadlineExceeded)
			_, err := b.Sweep(t.Context())
			b.is("Sweep", err, context.DeadlineExceeded)
			cfg := config{Now: time.Now}
			if mode(&cfg); cfg.List == nil {
				b.is("Revoke", b.Revoke(t.Context(), good), context.DeadlineExceeded)
			}
		})
	}
}

// A token without an id could not be revoked, so nobody can say that it was not.
func TestATokenWithoutAnIDIsNotJudged(t *testing.T) {
	b := newBench(t)
	nameless := b.token(b.ada)
	nameless.ID = ""
	for what, err := range map[string]error{
		"Check":    b.check(nameless),
		"Revoke":   b.Revoke(t.Context(), nameless),
		"RevokeID": b.RevokeID(t.Context(), "", nameless.ExpiresAt),
	} {
		if err == nil || errors.As(err, new(*authn.Problem)) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if n := b.store.count("Check") + b.store.count("Revoke"); n != 0 {
		t.Error("the storage was asked")
	}
}

// Nothing is written on the path of a request, and one question is enough.
func TestACheckIsOneQuestion(t *testing.T) {
	b := newBench(t)
	good, _ := b.login()
	for range 5 {
		b.must(b.check(good))
	}
	if len(b.store.asked) != 5 || b.store.count("Check") != 5 {
		t.Error("not one question each")
	}
	if len(b.audit.Events()) != 0 {
		t.Error("an event")
	}
}
