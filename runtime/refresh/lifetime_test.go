package refresh_test

import (
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/refresh"
)

// SECURITY REF-07.
func TestREF07_RotationNeverMovesTheAbsoluteEnd(t *testing.T) {
	b := newBench(t, func(c *config) { c.TTL, c.IdleTTL = 24*time.Hour, 2*time.Hour })
	f, token := b.login()
	hours := 0
	for {
		b.clock.advance(time.Hour)
		hours++
		if hours == 24 {
			break
		}
		got, next, err := b.use(token)
		b.must(err)
		if got.ExpiresAt != f.ExpiresAt || got.AuthenticatedAt != f.AuthenticatedAt || got.CreatedAt != f.CreatedAt {
			t.Fatalf("after %d hours: %+v, want the times of %+v", hours, got, f)
		}
		token = next
	}
	b.audit.Reset()
	b.refused("at the absolute end", token)
	b.saw(f, "token.refused denied expired ADA>FAM")
	b.clock.advance(-time.Microsecond)
	b.next(token)
}

// SECURITY REF-07.
func TestREF07_IdleAndAbsoluteLimits(t *testing.T) {
	for name, c := range map[string]struct {
		ttl, idle, after time.Duration
		want             string
	}{
		"just before idle":       {48 * time.Hour, time.Hour, time.Hour - time.Microsecond, ""},
		"at idle":                {48 * time.Hour, time.Hour, time.Hour, "idle"},
		"just before the end":    {time.Hour, time.Hour, time.Hour - time.Microsecond, ""},
		"at the end":             {time.Hour, time.Hour, time.Hour, "expired"},
		"default, just idle not": {0, 0, refresh.DefaultIdleTTL - time.Microsecond, ""},
		"default, idle":          {0, 0, refresh.DefaultIdleTTL, "idle"},
		"default, over":          {0, 0, refresh.DefaultTTL, "expired"},
		"a short life is short":  {time.Hour, 0, time.Hour, "expired"},
		"an hour ago":            {48 * time.Hour, time.Hour, -time.Hour, ""}, // SECURITY F-21
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, func(cfg *config) { cfg.TTL, cfg.IdleTTL = c.ttl, c.idle })
			f, token := b.login()
			b.clock.advance(c.after)
			if c.want == "" {
				b.next(token)
				return
			}
			b.audit.Reset()
			b.refused(name, token)
			b.saw(f, "token.refused denied "+c.want+" ADA>FAM")
		})
	}
}

// The limits hold in the grace window too, and for whoever got there first.
// SECURITY REF-07.
func TestREF07_GraceDoesNotOutliveTheFamily(t *testing.T) {
	b := newBench(t, func(c *config) { c.TTL, c.Grace = time.Hour, time.Minute })
	_, token := b.login()
	b.clock.advance(time.Hour - time.Second)
	b.next(token)
	b.next(token)
	b.clock.advance(time.Second)
	b.refused("the retry", token)
}

// No rule waits for the sweeper, and the sweeper takes no family that an access token
// may still ask about.
// SECURITY STO-05.
func TestSTO05_FamiliesAreKeptForTheirAccessTokens(t *testing.T) {
	b := newBench(t, func(c *config) { c.TTL, c.IdleTTL, c.TokenLife = 10*time.Hour, 2*time.Hour, 15*time.Minute })
	sweep := func(want int) {
		t.Helper()
		if n, err := b.Sweep(t.Context()); n != want || err != nil {
			t.Errorf("swept %d, %v; want %d", n, err, want)
		}
	}
	b.login()
	b.clock.advance(2*time.Hour + 15*time.Minute - time.Microsecond)
	sweep(0)
	b.clock.advance(time.Microsecond)
	sweep(1)
	_, token := b.login()
	for range 9 {
		b.clock.advance(time.Hour)
		token = b.next(token)
	}
	b.clock.advance(time.Hour + 15*time.Minute - time.Microsecond)
	sweep(0)
	b.clock.advance(time.Microsecond)
	sweep(1)
	for range 2500 {
		b.login()
	}
	b.clock.advance(24 * time.Hour)
	b.store.calls()
	sweep(2500)
	if got := b.store.calls(); got != "DeleteExpired DeleteExpired DeleteExpired" {
		t.Errorf("asked %q", got)
	}
	b.store.down()
	if _, err := b.Sweep(t.Context()); err == nil {
		t.Error("an outage was not reported")
	}
}

// Another process's clock runs ahead, or this one was set back: what cannot be known
// to be late is not late, and what nobody can judge is refused without an end.
// SECURITY F-21.
func TestF21_ARotationInTheFuture(t *testing.T) {
	for name, c := range map[string]struct {
		back time.Duration
		want string
	}{
		"45 seconds":          {45 * time.Second, "again"},
		"a minute":            {time.Minute, "again"},
		"more than a minute":  {time.Minute + time.Microsecond, "clock-skew"},
		"an hour":             {time.Hour, "clock-skew"},
		"45 seconds too late": {-45 * time.Second, "reused"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			f, first := b.login()
			next := b.next(first)
			b.clock.advance(-c.back)
			b.audit.Reset()
			switch c.want {
			case "again":
				if got := b.next(first); got != next {
					t.Error("another token")
				}
				b.saw(f, "token.refreshed success again ADA>FAM")
			case "clock-skew":
				b.refused("nobody knows", first)
				b.saw(f, "token.refused denied clock-skew ADA>FAM")
			case "reused":
				b.refused("late", first)
				return
			}
			// The newest token works, and sets right what the clock did.
			last := b.next(next)
			if got := b.next(next); got != last {
				t.Error("another token")
			}
			// Generations ago is reuse by any clock.
			b.refused("the first", first)
			if b.there(f.ID) {
				t.Error("the family lives")
			}
		})
	}
}
