package jwks_test

import (
	"errors"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/jwks"
	"github.com/authgen-go/authgen/runtime/token"
)

// SECURITY F-22.
func TestF22_KnownKeysOutliveTheIssuerForMaxStale(t *testing.T) {
	b := newBench(t)
	k := newKey(t)
	b.issuer.publishes(t, k)
	b.fetches()
	key := b.has("up", k.ID())
	b.issuer.down()
	for range 144 { // 24 hours less a moment
		b.clock.advance(10*time.Minute - time.Nanosecond)
		b.fails("down", "500")
		if b.has("down", k.ID()) != key {
			t.Fatal("the key is another")
		}
		if err := b.Ready(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	b.saw("down", began+"unexpected-status")
	b.clock.advance(144 * time.Nanosecond)
	b.cannotKnow("a day later", k.ID())
	b.cannotKnow("a day later", "junk")
	if err := b.Ready(t.Context()); err == nil || errors.Is(err, token.ErrUnknownKey) {
		t.Errorf("ready: %v", err)
	}
	b.saw("a day later")
	b.issuer.publishes(t, k)
	b.fetches()
	if b.has("up again", k.ID()) != key {
		t.Error("the key is another after the outage")
	}
	if err := b.Ready(t.Context()); err != nil {
		t.Error(err)
	}
	b.saw("up again", ended)
}

// A set that nobody refreshed is too old although nothing failed, and the first
// look-up finds a new one.
func TestF22_AnOldSetIsAskedForAgain(t *testing.T) {
	b := newBench(t, func(c *jwks.Config) { c.MaxStale = time.Hour })
	k := newKey(t)
	b.issuer.publishes(t, k)
	b.fetches()
	b.clock.advance(time.Hour)
	if err := b.Ready(t.Context()); err == nil {
		t.Error("ready")
	}
	b.has("again", k.ID())
	b.asked("again", 2)
	b.clock.advance(-24 * time.Hour) // SECURITY F-21
	b.has("clock set back", k.ID())
	b.asked("clock set back", 2)
}

// Too old is not known, also where the cooldown keeps from asking.
func TestF22_AnOldSetWithinTheCooldown(t *testing.T) {
	b := newBench(t, func(c *jwks.Config) { c.MaxStale = 10 * time.Second })
	k := newKey(t)
	b.issuer.publishes(t, k)
	b.fetches()
	b.clock.advance(10 * time.Second)
	b.cannotKnow("too old", k.ID())
	b.cannotKnow("too old", "junk")
	b.asked("too old", 1)
}

// Before the first good answer nothing is known, and nothing is refused.
func TestF22_NothingIsKnownBeforeTheFirstSet(t *testing.T) {
	b := newBench(t)
	k := newKey(t)
	if err := b.Ready(t.Context()); err == nil {
		t.Error("ready before the first fetch")
	}
	b.issuer.down()
	b.cannotKnow("down", k.ID())
	if err := b.Ready(t.Context()); err == nil || errors.Is(err, token.ErrUnknownKey) {
		t.Errorf("ready: %v", err)
	}
	b.saw("down", began+"unexpected-status")
	b.issuer.publishes(t, k)
	b.clock.advance(30 * time.Second)
	b.has("up", k.ID())
	b.saw("up", ended)
}

// Of a thousand failures the log and the record have the first, and of the end one.
func TestF22_AnOutageIsToldOnce(t *testing.T) {
	b := newBench(t)
	k := newKey(t)
	b.issuer.publishes(t, k)
	for range 3 {
		b.fetches()
		b.saw("up")
		b.issuer.down()
		for range 20 {
			b.fails("down", "500")
			b.cannotKnow("down", "junk")
		}
		b.saw("down", began+"unexpected-status")
		b.issuer.publishes(t, k)
		b.fetches()
		b.fetches()
		b.saw("up again", ended)
	}
}

// What is not known must never be answered as a refusal.
func TestErrorsAreNoProblems(t *testing.T) {
	b := newBench(t)
	b.issuer.down()
	_, err := b.VerifyKey(t.Context(), "junk")
	for _, err := range []error{err, b.Ready(t.Context()), b.Refresh(t.Context())} {
		if p, ok := errors.AsType[*authn.Problem](err); err == nil || ok {
			t.Errorf("%v, %v", err, p)
		}
	}
}
