package redis_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/internal/servertest"
	"github.com/authgen-go/authgen/runtime/ratelimit"
	"github.com/authgen-go/authgen/runtime/store/redis"
)

var fivePerMinute = ratelimit.Rate{Count: 5, Per: time.Minute}

func newLimiter(t testing.TB, b *bench, now func() time.Time) *redis.Limiter {
	t.Helper()
	return must[*redis.Limiter](t)(redis.NewLimiter(t.Context(), b.client, redis.Options{Prefix: b.prefix, Now: now}))
}

// onLimiters runs test on the limiter of one process and on that of a server.
func onLimiters(t *testing.T, test func(t *testing.T, l ratelimit.Limiter, w *wall)) {
	t.Run("memory", func(t *testing.T) {
		w := newWall()
		test(t, ratelimit.NewMemory(ratelimit.MemoryConfig{Now: w.Now}), w)
	})
	onServers(t, func(t *testing.T, open func(testing.TB) *bench) {
		w := newWall()
		test(t, newLimiter(t, open(t), w.Now), w)
	})
}

func take(t testing.TB, l ratelimit.Limiter, key string, rate ratelimit.Rate) ratelimit.Decision {
	t.Helper()
	d, err := l.Take(t.Context(), key, rate)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func allowed(remaining int) ratelimit.Decision {
	return ratelimit.Decision{Allowed: true, Remaining: remaining}
}

func refused(wait time.Duration) ratelimit.Decision { return ratelimit.Decision{RetryAfter: wait} }

func TestTakesComeBackOneByOne(t *testing.T) {
	onLimiters(t, func(t *testing.T, l ratelimit.Limiter, w *wall) {
		for i, s := range []struct {
			after time.Duration
			want  ratelimit.Decision
		}{
			{0, allowed(4)}, {0, allowed(3)}, {0, allowed(2)}, {0, allowed(1)}, {0, allowed(0)},
			{0, refused(12 * time.Second)},
			{5 * time.Second, refused(7 * time.Second)},
			{7*time.Second - 1, refused(1)}, // exact to the nanosecond, and refusals cost nothing
			{1, allowed(0)},
			{0, refused(12 * time.Second)},
			{30 * time.Second, allowed(1)},
			{54 * time.Second, allowed(4)},
			{time.Hour, allowed(4)},
		} {
			w.add(s.after)
			if got := take(t, l, "a", fivePerMinute); got != s.want {
				t.Fatalf("step %d: %+v, want %+v", i, got, s.want)
			}
		}
		if got := take(t, l, "}{*\x00", fivePerMinute); got != allowed(4) {
			t.Fatalf("another key: %+v", got)
		}
	})
}

func TestTakesAreGivenBack(t *testing.T) {
	onLimiters(t, func(t *testing.T, l ratelimit.Limiter, w *wall) {
		giveBack := func(key string, n int) {
			t.Helper()
			if err := l.GiveBack(t.Context(), key, fivePerMinute, n); err != nil {
				t.Fatal(err)
			}
		}
		w.add(123456789)
		giveBack("a", 5) // before there was any
		for range 5 {
			take(t, l, "a", fivePerMinute)
		}
		giveBack("b", 5)
		giveBack("a", 0)
		giveBack("a", -1)
		if got := take(t, l, "a", fivePerMinute); got != refused(12*time.Second) {
			t.Fatalf("%+v", got)
		}
		w.add(time.Second)
		giveBack("a", 2)
		for i, want := range []ratelimit.Decision{allowed(1), allowed(0), refused(11 * time.Second)} {
			if got := take(t, l, "a", fivePerMinute); got != want {
				t.Fatalf("take %d: %+v, want %+v", i, got, want)
			}
		}
		giveBack("a", 1<<30) // more than there is room for
		giveBack("a", 5)
		for i := range 5 {
			if got := take(t, l, "a", fivePerMinute); got != allowed(4-i) {
				t.Fatalf("take %d: %+v", i, got)
			}
		}
		if got := take(t, l, "a", fivePerMinute); got != refused(12*time.Second) {
			t.Fatalf("%+v", got)
		}
		if err := l.GiveBack(t.Context(), "a", ratelimit.Rate{}, 1); err == nil {
			t.Error("an invalid rate is no error")
		}
	})
}

// SECURITY RL-07.
func TestRL07_WhatWasToldIsRemembered(t *testing.T) {
	onServers(t, func(t *testing.T, open func(testing.TB) *bench) {
		b := open(t)
		l, other := newLimiter(t, b, nil), newLimiter(t, b, nil)
		remembers := func(key string, want bool) {
			t.Helper()
			if got, err := other.Remembers(t.Context(), key); got != want || err != nil {
				t.Fatalf("%q is remembered: %v, %v, want %v", key, got, err, want)
			}
		}
		remembers("a", false)
		for key, d := range map[string]time.Duration{"a": ratelimit.MaxPer, "brief": 0} {
			if err := l.Remember(t.Context(), key, d); err != nil {
				t.Fatal(err)
			}
		}
		remembers("a", true)
		take(t, l, "b", fivePerMinute)
		remembers("b", false)
		for range 1000 {
			if got, err := other.Remembers(t.Context(), "brief"); err != nil {
				t.Fatal(err)
			} else if !got {
				return
			}
		}
		t.Fatal("what was to be remembered for a millisecond still is")
	})
}

// SECURITY F-21.
func TestF21_AClockThatJumpsBack(t *testing.T) {
	onLimiters(t, func(t *testing.T, l ratelimit.Limiter, w *wall) {
		for range 5 {
			take(t, l, "a", fivePerMinute)
		}
		w.add(4 * time.Second)
		for range 3 {
			if got := take(t, l, "a", fivePerMinute); got != refused(8*time.Second) {
				t.Fatalf("after a jump back: %+v, want the same wait", got)
			}
			w.add(-time.Hour)
		}
		if got := take(t, l, "a", fivePerMinute); got != refused(8*time.Second) {
			t.Fatalf("after a jump back: %+v, want the same wait", got)
		}
		w.add(8 * time.Second)
		if got := take(t, l, "a", fivePerMinute); got != allowed(0) {
			t.Fatalf("8s later: %+v", got)
		}
	})
}

// Another process has a clock that is an hour behind, as a server may that was set back.
// SECURITY F-21.
func TestF21_NobodyWaitsForLongerThanWithAnEmptyBucket(t *testing.T) {
	onServers(t, func(t *testing.T, open func(testing.TB) *bench) {
		b, ahead, behind := open(t), newWall(), newWall()
		ahead.add(time.Hour)
		for range 3 {
			take(t, newLimiter(t, b, ahead.Now), "a", fivePerMinute)
		}
		l := newLimiter(t, b, behind.Now)
		if got := take(t, l, "a", fivePerMinute); got != refused(12*time.Second) {
			t.Fatalf("an hour behind: %+v", got)
		}
	})
}

// SECURITY RL-08.
func TestRL08_AnInvalidRateAllowsNothing(t *testing.T) {
	onLimiters(t, func(t *testing.T, l ratelimit.Limiter, _ *wall) {
		for _, r := range []ratelimit.Rate{{}, {Count: 5}, {Per: time.Minute}, {Count: -1, Per: time.Minute}, {Count: 1, Per: -time.Minute},
			{Count: 100, Per: 99}, {Count: 1, Per: ratelimit.MaxPer + 1}, {Count: 1, Per: 1<<63 - 1}} {
			if d, err := l.Take(t.Context(), "a", r); err == nil || d.Allowed {
				t.Errorf("%+v: %+v, %v, want an error", r, d, err)
			}
		}
	})
}

func TestLargestRateIsExact(t *testing.T) {
	onLimiters(t, func(t *testing.T, l ratelimit.Limiter, w *wall) {
		rate := ratelimit.Rate{Count: 3, Per: ratelimit.MaxPer}
		for i := range 3 {
			if got := take(t, l, "a", rate); got != allowed(2-i) {
				t.Fatalf("take %d: %+v", i, got)
			}
		}
		w.add(ratelimit.MaxPer/3 - 1)
		if got := take(t, l, "a", rate); got != refused(1) {
			t.Fatalf("%+v", got)
		}
	})
}

// With any rate and any time that passes the two decide alike.
func TestALimiterDecidesLikeMemory(t *testing.T) {
	onServers(t, func(t *testing.T, open func(testing.TB) *bench) {
		b := open(t)
		for seed := range uint64(30) {
			r, w := rand.New(rand.NewPCG(seed, 7)), newWall()
			memory, l := ratelimit.NewMemory(ratelimit.MemoryConfig{Now: w.Now}), newLimiter(t, b, w.Now)
			count := 1 + r.IntN(9)
			rate := ratelimit.Rate{Count: count, Per: time.Duration(count) + time.Duration(r.Int64N(int64([]time.Duration{100, time.Second, 300 * time.Hour}[seed%3])))}
			for step := range 100 {
				w.add(time.Duration(r.Int64N(int64(rate.Per)/int64(count) + 1)))
				key := fmt.Sprint(seed, "-", r.IntN(2))
				if r.IntN(8) == 0 {
					n := r.IntN(count + 2)
					if err := errors.Join(l.GiveBack(t.Context(), key, rate, n), memory.GiveBack(t.Context(), key, rate, n)); err != nil {
						t.Fatal(err)
					}
				}
				if got, want := take(t, l, key, rate), take(t, memory, key, rate); got != want {
					t.Fatalf("seed %d, step %d at %v: %+v, want %+v", seed, step, rate, got, want)
				}
			}
		}
	})
}

// With the clock of the server.
func TestTheServersClockIsTheDefault(t *testing.T) {
	onServers(t, func(t *testing.T, open func(testing.TB) *bench) {
		l := newLimiter(t, open(t), nil)
		for i := range 5 {
			if got := take(t, l, "a", ratelimit.Rate{Count: 5, Per: 5 * time.Hour}); got != allowed(4-i) {
				t.Fatalf("take %d: %+v", i, got)
			}
		}
		got := take(t, l, "a", ratelimit.Rate{Count: 5, Per: 5 * time.Hour})
		if got.Allowed || !near(got.RetryAfter, time.Hour) {
			t.Fatalf("%+v, want refused for nearly an hour", got)
		}
		// What comes back within a microsecond is there again whenever it is asked for.
		for range 3 {
			if got := take(t, l, "b", ratelimit.Rate{Count: 1, Per: time.Microsecond}); !got.Allowed {
				t.Fatalf("%+v", got)
			}
		}
	})
}

// SECURITY RL-04.
func TestRL04_ParallelTakesNeverExceedTheLimit(t *testing.T) {
	onServers(t, func(t *testing.T, open func(testing.TB) *bench) {
		b := open(t)
		// Of two processes.
		limiters := []*redis.Limiter{newLimiter(t, b, nil), newLimiter(t, b, nil)}
		errLimited := errors.New("limited")
		for round := range rounds(t) {
			won := race(t, func(i int) error {
				d, err := limiters[i%2].Take(t.Context(), fmt.Sprint(round), ratelimit.Rate{Count: 5, Per: time.Hour})
				if err == nil && !d.Allowed {
					err = errLimited
				}
				return err
			}, func(err error) bool { return errors.Is(err, errLimited) })
			if won != 5 {
				t.Fatalf("round %d: %d of %d parallel takes allowed, want 5", round, won, width)
			}
		}
	})
}

// Nothing is driven out by others, and nothing stays for good. SECURITY RL-05.
func TestRL05_OtherNamesFreeNobodyAndPass(t *testing.T) {
	onServers(t, func(t *testing.T, open func(testing.TB) *bench) {
		b := open(t)
		l := newLimiter(t, b, nil)
		hourly := ratelimit.Rate{Count: 1, Per: time.Hour}
		take(t, l, "admin", hourly)
		for i := range 2000 {
			take(t, l, fmt.Sprint("other", i), hourly)
		}
		if got := take(t, l, "admin", hourly); got.Allowed || got.RetryAfter < 50*time.Minute {
			t.Errorf("after 2000 other names: %+v", got)
		}
		n := 0
		b.eachKey(t, func(ctx context.Context, key string) {
			if n++; n%100 != 1 {
				return
			}
			if left, err := b.client.TTL(ctx, key).Result(); err != nil || left <= 0 || left > time.Hour+2*time.Minute {
				t.Errorf("a key ends in %v, %v", left, err)
			}
		})
		if n != 2001 {
			t.Errorf("%d keys, want one for each name", n)
		}
	})
}

// What a limit costs, beside a command that reads one key.
func BenchmarkLimiter(b *testing.B) {
	l := newLimiter(b, onServer(b, servertest.Need(b, servertest.Redis)), nil)
	take := func(rate ratelimit.Rate) func(key string) error {
		return func(key string) error {
			_, err := l.Take(b.Context(), key, rate)
			return err
		}
	}
	for _, c := range []struct {
		name string
		do   func(key string) error
	}{
		{"exists", func(key string) error { _, err := l.Remembers(b.Context(), key); return err }},
		{"allowed", take(ratelimit.Rate{Count: 1 << 30, Per: 2 * time.Second})},
		{"refused", take(ratelimit.Rate{Count: 1, Per: 24 * time.Hour})},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if err := c.do(fmt.Sprint(c.name, i%1000)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
