package revocation_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/revocation"
)

// A token that is revoked here ends here at once, and no other does.
// SECURITY REV-03, REV-05.
func TestREV05_WhatIsRevokedHereEndsAtOnce(t *testing.T) {
	for name, mode := range modes {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, mode)
			good, other := b.token(b.ada), b.token(b.ada)
			b.must(b.check(good))
			b.must(b.check(other))
			for range 2 { // twice is no error
				b.must(b.Revoke(t.Context(), good))
				b.is("revoked", b.check(good), revocation.ErrRevoked)
			}
			b.must(b.check(other))
			events := b.audit.Events()
			if len(events) != 2 {
				t.Fatalf("%d events", len(events))
			}
			want := audit.Event{
				Time: start.Truncate(time.Microsecond), Type: audit.TokenRevoked, Outcome: audit.Success,
				Actor: "1001", Target: good.ID, Strategy: "jwt",
			}
			if events[0] != want {
				t.Errorf("event %+v, want %+v", events[0], want)
			}
		})
	}
}

// Whoever looks after the service revokes a token of which only the id is known.
// SECURITY REV-03.
func TestREV03_TheIDIsEnough(t *testing.T) {
	for name, mode := range modes {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, mode)
			good, other := b.token(b.ada), b.token(b.ada)
			b.must(b.check(good))
			b.must(b.RevokeID(t.Context(), good.ID, good.ExpiresAt))
			b.is("revoked", b.check(good), revocation.ErrRevoked)
			b.must(b.check(other))
			want := audit.Event{
				Time: start.Truncate(time.Microsecond), Type: audit.TokenRevoked, Outcome: audit.Success,
				Target: good.ID, Strategy: "jwt",
			}
			if e := b.audit.Events(); len(e) != 1 || e[0] != want {
				t.Errorf("events %+v, want %+v", e, want)
			}
		})
	}
}

// They do it from a process of their own, whose List is another.
// SECURITY REV-05.
func TestREV05_TheIDIsEnoughFromAnotherProcess(t *testing.T) {
	for name, mode := range modes {
		t.Run(name, func(t *testing.T) {
			var cfg config
			b := newBench(t, mode, func(c *config) { cfg = *c })
			mode(&cfg)
			other, err := revocation.New(cfg)
			b.must(err)
			good := b.token(b.ada)
			b.must(b.check(good))
			b.must(other.RevokeID(t.Context(), good.ID, good.ExpiresAt))
			b.must(other.Close(t.Context()))
			b.clock.advance(cfg.MaxStaleness)
			b.is("revoked", b.check(good), revocation.ErrRevoked)
		})
	}
}

// SECURITY REV-02.
func TestREV02_ARevocationByIDThatWasNotConfirmedIsAnError(t *testing.T) {
	for name, mode := range modes {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, mode)
			good := b.token(b.ada)
			b.store.down("Revoke")
			err := b.RevokeID(t.Context(), good.ID, good.ExpiresAt)
			b.is("down", err, errDown)
			if errors.As(err, new(*authn.Problem)) {
				t.Errorf("a verdict: %v", err)
			}
			if e := b.audit.Events(); len(e) != 1 || e[0].Outcome != audit.Failed || e[0].Reason != "store-unavailable" {
				t.Errorf("events %+v", e)
			}
		})
	}
}

// If the storage did not confirm, the error says so, and what is kept is not trusted
// any more: it may have been done.
// SECURITY REV-02.
func TestREV02_ARevocationThatWasNotConfirmedIsAnError(t *testing.T) {
	for name, c := range map[string]struct {
		fault func(*store, ...string)
		dead  bool
	}{"not done": {(*store).down, false}, "done, answer lost": {(*store).mute, true}} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, minute)
			good := b.token(b.ada)
			b.must(b.check(good))
			c.fault(b.store, "Revoke")
			err := b.Revoke(t.Context(), good)
			b.is("down", err, errDown)
			if errors.As(err, new(*authn.Problem)) {
				t.Errorf("a verdict: %v", err)
			}
			if e := b.audit.Events(); len(e) != 1 || e[0].Outcome != audit.Failed || e[0].Reason != "store-unavailable" {
				t.Errorf("events %+v", e)
			}
			b.store.up()
			b.store.count("Check")
			if err := b.check(good); (err != nil) != c.dead {
				t.Errorf("check: %v", err)
			}
			if n := b.store.count("Check"); n != 1 {
				t.Errorf("asked %d times", n)
			}
		})
	}
}

// SECURITY REV-02.
func TestREV02_RevocationGoesOnWithoutTheClient(t *testing.T) {
	b := newBench(t)
	good := b.token(b.ada)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	b.store.hook(func(ctx context.Context, _ string) error { return ctx.Err() }, nil)
	b.must(b.Revoke(gone, good))
	b.is("revoked", b.check(good), revocation.ErrRevoked)
	other := b.token(b.ada)
	b.must(b.RevokeID(gone, other.ID, other.ExpiresAt))
	b.is("revoked by id", b.check(other), revocation.ErrRevoked)
}

// An entry lives until nobody accepts its token any more, and not a moment less.
// SECURITY REV-04.
func TestREV04_EntriesLiveUntilTheEndPlusLeeway(t *testing.T) {
	for name, c := range map[string]struct{ leeway, odd time.Duration }{
		"with leeway":          {30 * time.Second, 0},
		"without":              {0, 0},
		"between microseconds": {time.Minute, 1},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, func(cfg *config) { cfg.Leeway = c.leeway })
			good := b.token(b.ada)
			good.ExpiresAt = good.ExpiresAt.Add(c.odd)
			b.must(b.Revoke(t.Context(), good))
			end := good.ExpiresAt.Add(c.leeway)
			if early := end.Sub(b.store.until); early > 0 || early <= -time.Microsecond {
				t.Errorf("listed until %v, accepted until %v", b.store.until, end)
			}
			sweep := func(want int) {
				t.Helper()
				if n, err := b.Sweep(t.Context()); n != want || err != nil {
					t.Errorf("swept %d, %v; want %d", n, err, want)
				}
			}
			b.clock.nanos.Store(end.Add(-1).UnixNano())
			sweep(0)
			b.is("a moment before", b.check(good), revocation.ErrRevoked)
			b.clock.advance(time.Microsecond + 1)
			sweep(1)
		})
	}
}

// Sweeps are batched, say what they could not do, and leave a list of its own alone,
// beside which the storage has what was revoked by id.
// SECURITY STO-05.
func TestSTO05_EndedEntriesAreSwept(t *testing.T) {
	b := newBench(t)
	for range 2500 {
		good := b.token(b.ada)
		b.must(b.Revoke(t.Context(), good))
	}
	b.clock.advance(time.Hour)
	if n, err := b.Sweep(t.Context()); n != 2500 || err != nil {
		t.Errorf("swept %d, %v", n, err)
	}
	if n := b.store.count("DeleteRevoked"); n != 3 {
		t.Errorf("asked %d times", n)
	}
	b.store.down()
	_, err := b.Sweep(t.Context())
	b.is("down", err, errDown)

	own := newBench(t, modes["own list"])
	listed, byID := own.token(own.ada), own.token(own.ada)
	own.must(own.Revoke(t.Context(), listed))
	own.must(own.RevokeID(t.Context(), byID.ID, byID.ExpiresAt))
	own.clock.advance(time.Hour)
	if n, err := own.Sweep(t.Context()); n != 1 || err != nil {
		t.Errorf("swept %d, %v; want what was revoked by id", n, err)
	}
	own.is("what is on the list", own.check(listed), revocation.ErrRevoked)
}

func TestTheSweeperSweeps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, func(c *config) { c.Now, c.SweepInterval = time.Now, time.Minute })
		b.clock.nanos.Store(time.Now().UnixNano())
		good := b.token(b.ada)
		b.must(b.Revoke(t.Context(), good))
		time.Sleep(20 * time.Minute)
		synctest.Wait()
		if s, err := b.families.Check(t.Context(), b.ada.ID, "", good.ID); err != nil || s.Revoked {
			t.Errorf("still listed: %v, %v", s.Revoked, err)
		}
		b.must(b.Close(t.Context()))
		b.store.count("")
		time.Sleep(time.Hour)
		if n := b.store.count("DeleteRevoked"); n != 0 {
			t.Errorf("asked %d times after Close", n)
		}
	})
}

// A question that began before a revocation, and is answered after it, is kept for
// nobody.
// SECURITY REV-05.
func TestREV05_RevocationOvertakesAQuestion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, minute, func(c *config) { c.Now = time.Now })
		b.clock.nanos.Store(time.Now().UnixNano())
		good := b.token(b.ada)
		b.store.hook(nil, func(_ context.Context, method string) error {
			if method == "Check" {
				time.Sleep(time.Second) // it says what was so a second ago
			}
			return nil
		})
		early := make(chan error, 1)
		go func() { early <- b.check(good) }()
		synctest.Wait()
		b.must(b.Revoke(t.Context(), good))
		b.is("after the revocation", b.check(good), revocation.ErrRevoked)
		b.must(<-early) // it came before
		b.is("after the answer", b.check(good), revocation.ErrRevoked)
		b.must(b.Close(t.Context()))
	})
}
