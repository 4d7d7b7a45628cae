package refresh_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/refresh"
)

// SECURITY REF-01.
func TestREF01_EachUseGivesANewTokenAndRetiresTheOld(t *testing.T) {
	b := newBench(t)
	f, token := b.login()
	b.saw(f, "token.issued success  ADA>FAM")
	seen := map[string]bool{token: true}
	for i := range 20 {
		b.clock.advance(time.Minute)
		got, next, err := b.use(token)
		b.must(err)
		if seen[next] {
			t.Fatal("a token came twice")
		}
		want := f
		now := b.clock.now().UTC().Truncate(time.Microsecond)
		want.Counter, want.RotatedAt, want.LastUsedAt = int64(2+i), now, now
		if got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
		b.saw(f, "token.refreshed success  ADA>FAM")
		seen[next], token = true, next
	}
	if want := "Create" + repeat(" Find Advance", 20); b.store.calls() != want {
		t.Error("the storage was asked for more than one read and one write each time")
	}
}

func repeat(s string, n int) (all string) {
	for range n {
		all += s
	}
	return all
}

// The connection is cut before the storage moved on, or after: one of the old and the
// new token works, and the retry gets it.
// SECURITY REF-01, F-11.
func TestREF01_AFaultLeavesOneOfTheTokensUsable(t *testing.T) {
	for name, fault := range map[string]func(*store){
		"before the write": func(s *store) { s.down("Advance") },
		"after the write":  func(s *store) { s.mute("Advance") },
		"before the read":  func(s *store) { s.down("Find") },
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			f, token := b.login()
			fault(b.store)
			_, next, err := b.use(token)
			b.is("the fault", err, errDown)
			if next != "" || errors.As(err, new(*authn.Problem)) {
				t.Errorf("token %v, error %v", next != "", err)
			}
			b.store.up()
			b.audit.Reset()
			token = b.next(token)
			b.clock.advance(time.Hour)
			b.next(token)
			if !b.there(f.ID) {
				t.Error("the family has ended")
			}
		})
	}
}

// A retired token kills its newest descendant before the answer, whichever of them it
// is.
// SECURITY REF-02.
func TestREF02_AReusedTokenEndsTheFamily(t *testing.T) {
	for name, reuse := range map[string]int{"the first": 0, "the last but one": 2} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			f, token := b.login()
			other, otherToken := b.login()
			tokens := []string{token}
			for range 3 {
				token = b.next(token)
				tokens = append(tokens, token)
			}
			b.clock.advance(refresh.DefaultGrace)
			b.audit.Reset()
			b.refused("the retired token", tokens[reuse])
			if b.there(f.ID) {
				t.Error("the family lives when the answer is out")
			}
			b.saw(f, "token.reuse_detected denied reused ADA>FAM")
			if len(b.ended) != 1 || b.ended[0] != b.ada.ID {
				t.Errorf("told of %v", b.ended)
			}
			for _, token := range tokens {
				b.refused("a token of the family", token)
			}
			if !b.there(other.ID) {
				t.Error("another family has ended")
			}
			b.next(otherToken)
		})
	}
}

// If the family could not be ended, nobody is told that it has: the next to come gets
// it ended.
// SECURITY REF-02.
func TestREF02_WhatCouldNotBeEndedIsNoVerdict(t *testing.T) {
	b := newBench(t)
	f, token := b.login()
	b.next(token)
	b.clock.advance(time.Minute)
	b.audit.Reset()
	b.store.down("End")
	_, _, err := b.use(token)
	b.is("cannot end", err, errDown)
	if errors.Is(err, refresh.ErrInvalidGrant) {
		t.Error("a verdict")
	}
	b.saw(f, "token.reuse_detected failed store-unavailable ADA>FAM")
	b.store.up()
	b.refused("the retired token", token)
	if b.there(f.ID) {
		t.Error("the family lives")
	}
}

// A thief who hangs up does not save the family.
// SECURITY REF-02.
func TestREF02_TheFamilyEndsThoughTheClientWentAway(t *testing.T) {
	b := newBench(t)
	f, token := b.login()
	b.next(token)
	b.clock.advance(time.Minute)
	ref, err := b.Parse(token)
	b.must(err)
	ctx, cancel := context.WithCancel(t.Context())
	b.store.hook(func(ctx context.Context, method string) error {
		if method == "End" {
			cancel()
		}
		return ctx.Err()
	}, nil)
	_, _, _, err = b.Rotate(ctx, ref)
	b.is("reuse", err, refresh.ErrInvalidGrant)
	if b.there(f.ID) {
		t.Error("the family lives")
	}
}

// A number that the row does not have yet was given out by a database of which this
// one is an older copy.
// SECURITY REF-02.
func TestREF02_ATokenFromAfterTheBackupEndsTheFamily(t *testing.T) {
	b := newBench(t)
	f, token := b.login()
	backup, _, err := b.store.storage.Find(t.Context(), f.ID)
	b.must(err)
	newest := b.next(token)
	b.must(b.store.storage.End(t.Context(), f.ID))
	b.must(b.store.storage.Create(t.Context(), backup))
	b.audit.Reset()
	b.refused("the newer token", newest)
	b.saw(f, "token.reuse_detected denied reused ADA>FAM")
	if b.there(f.ID) {
		t.Error("the family lives")
	}
}

// SECURITY REF-03.
func TestREF03_GraceIsForTheImmediatePredecessor(t *testing.T) {
	for name, c := range map[string]struct {
		grace, after time.Duration
		good         bool
	}{
		"at once":                   {0, 0, true},
		"just before the default":   {0, 10*time.Second - time.Microsecond, true},
		"at the default":            {0, 10 * time.Second, false},
		"just before the maximum":   {refresh.MaxGrace, time.Minute - time.Microsecond, true},
		"at the maximum":            {refresh.MaxGrace, time.Minute, false},
		"without grace, at once":    {refresh.NoGrace, 0, false},
		"without grace, much later": {refresh.NoGrace, time.Hour, false},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, func(cfg *config) { cfg.Grace = c.grace })
			f, token := b.login()
			next := b.next(token)
			b.clock.advance(c.after)
			b.audit.Reset()
			b.store.calls()
			if !c.good {
				b.refused("the predecessor", token)
				return
			}
			for range 3 {
				got, again, err := b.use(token)
				b.must(err)
				if again != next || got.Counter != 2 || got.ID != f.ID {
					t.Errorf("another successor: %+v", got)
				}
			}
			b.saw(f, "token.refreshed success again ADA>FAM", "token.refreshed success again ADA>FAM", "token.refreshed success again ADA>FAM")
			if got := b.store.calls(); got != "Find Find Find" {
				t.Errorf("asked %q", got)
			}
			// Who gets it again does not make it younger.
			b.clock.advance(10*time.Second - c.after%time.Second)
			b.clock.advance(time.Minute)
			b.refused("the predecessor later", token)
		})
	}
}

// SECURITY REF-03.
func TestREF03_GraceEndsWhenTheSuccessorIsUsed(t *testing.T) {
	b := newBench(t)
	f, first := b.login()
	b.next(b.next(first))
	b.refused("two generations ago", first)
	if b.there(f.ID) {
		t.Error("the family lives")
	}
}

// Who is overtaken between the read and the write finds what the other did.
// SECURITY REF-05.
func TestREF05_ALoserWaitsForTheWinner(t *testing.T) {
	b := newBench(t)
	f, token := b.login()
	b.audit.Reset()
	var winner string
	overtake := true
	b.store.hook(func(_ context.Context, method string) error {
		if method == "Advance" && overtake {
			overtake = false
			b.clock.advance(time.Second)
			winner = b.next(token)
			b.clock.advance(-time.Second) // the loser's clock is that of another machine
		}
		return nil
	}, nil)
	b.store.calls()
	_, loser, err := b.use(token)
	b.must(err)
	if loser != winner || winner == "" {
		t.Error("the loser has another token")
	}
	if got := b.store.calls(); got != "Find Advance Find Advance Find" {
		t.Errorf("asked %q", got)
	}
	for _, e := range b.audit.Of("token.reuse_detected") {
		t.Errorf("event %+v", e)
	}
	if !b.there(f.ID) {
		t.Error("the family has ended")
	}
}

// The end of a family that comes between the read and the write is final.
// SECURITY REF-02.
func TestREF02_AnEndOvertakesARefresh(t *testing.T) {
	b := newBench(t)
	f, token := b.login()
	b.store.hook(func(ctx context.Context, method string) error {
		if method == "Advance" {
			b.must(b.store.storage.End(ctx, f.ID))
		}
		return nil
	}, nil)
	b.refused("overtaken", token)
}

// A storage that says the token is the newest, and that it is not, does not know.
func TestAStorageThatContradictsItselfIsNoVerdict(t *testing.T) {
	b := newBench(t)
	f, token := b.login()
	b.audit.Reset()
	b.store.hook(func(_ context.Context, method string) error {
		if method == "Advance" {
			return refresh.ErrNotFound
		}
		return nil
	}, nil)
	_, _, err := b.use(token)
	if err == nil || errors.As(err, new(*authn.Problem)) || errors.Is(err, refresh.ErrNotFound) {
		t.Errorf("error %v", err)
	}
	b.saw(f, "token.refreshed failed store-unavailable >FAM")
	if !b.there(f.ID) {
		t.Error("the family has ended")
	}
}

// The answer is lost on the way: the client tries again with what it has.
// SECURITY REF-05, F-12.
func TestREF05_ARetryGetsAUsableToken(t *testing.T) {
	b := newBench(t)
	_, token := b.login()
	for range 5 {
		lost := b.next(token)
		b.clock.advance(9 * time.Second)
		again := b.next(token)
		if again != lost {
			t.Fatal("another token")
		}
		token = again
	}
	for _, e := range b.audit.Of("token.reuse_detected") {
		t.Errorf("event %+v", e)
	}
}

// Whatever cannot be found out ends no family and is nobody's fault.
// SECURITY ERR-05, F-01.
func TestAnOutageEndsNothing(t *testing.T) {
	b := newBench(t)
	f, token := b.login()
	next := b.next(token)
	for _, method := range []string{"Find", "Advance"} {
		b.store.down(method)
		b.audit.Reset()
		_, _, err := b.use(next)
		b.is(method, err, errDown)
		if errors.As(err, new(*authn.Problem)) {
			t.Errorf("%s: a verdict: %v", method, err)
		}
		b.saw(f, "token.refreshed failed store-unavailable >FAM")
		b.store.up()
	}
	b.clock.advance(time.Hour)
	b.next(next)
}

// Nothing that a client sees tells one refusal from another.
func TestRefusalsAreAlike(t *testing.T) {
	b := newBench(t)
	f, token := b.login()
	b.next(token)
	b.clock.advance(time.Minute)
	_, _, reused := b.use(token)
	_, _, unknown := b.use(token)
	_, _, malformed := b.use("x")
	expired, old := b.login()
	b.clock.advance(refresh.DefaultTTL)
	_, _, over := b.use(old)
	if b.there(f.ID) || !b.there(expired.ID) {
		t.Error("the wrong family is stored")
	}
	for _, err := range []error{reused, unknown, malformed, over} {
		if err != error(refresh.ErrInvalidGrant) || err.Error() != refresh.ErrInvalidGrant.Error() {
			t.Errorf("%v is told apart", err)
		}
	}
	if refresh.ErrInvalidGrant.Code != "invalid_grant" || refresh.ErrInvalidGrant.Code.Status() != 400 {
		t.Errorf("code %s, status %d", refresh.ErrInvalidGrant.Code, refresh.ErrInvalidGrant.Code.Status())
	}
}
