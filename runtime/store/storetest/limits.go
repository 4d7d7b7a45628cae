package storetest

import (
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/ratelimit"
)

// Limits runs the contract of [ratelimit.Store] on the storage that open returns, which has
// to be empty each time.
func Limits(t *testing.T, open func(t *testing.T) ratelimit.Store) {
	cases := map[string]func(*limitFixture){
		"takes come back one by one":                            takeOneByOne,
		"keys are compared as a whole":                          takeAlike,
		"the largest rate is exact":                             takeRarely,
		"with any rate and any load it decides like memory":     takeLikeMemory,
		"takes are given back":                                  giveTakesBack,
		"RL-04 of many takes as many succeed as there are":      raceTakes,
		"RL-04 two processes allow a rate once":                 takeInTwoProcesses,
		"RL-05 other names do not free one":                     floodNames,
		"F-21 nobody waits for longer than for an empty one":    takeBehind,
		"RL-08 an invalid rate allows nothing":                  takeInvalid,
		"RL-07 what was told is remembered, for a while":        remember,
		"STO-05 what is full is swept":                          sweepFull,
		"STO-05 a sweep frees nobody, and forgets no take":      raceSweepTake,
		"RL-08 what the store could not do is not a permission": takeCancelled,
	}
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		t.Run(name, func(t *testing.T) {
			f := &limitFixture{fixture: &fixture[int64, string]{T: t}, Store: open(t), now: canonical(start)}
			f.limiter = f.process(func() time.Time { return f.now })
			cases[name](f)
		})
	}
}

// A limitFixture is a case in progress. Its fixture has no users.
type limitFixture struct {
	*fixture[int64, string]
	Store   ratelimit.Store
	limiter *ratelimit.Shared
	now     time.Time // of the limiter's clock
}

// process is a limiter on the storage, with a clock of its own.
func (f *limitFixture) process(now func() time.Time) *ratelimit.Shared {
	f.Helper()
	l, err := ratelimit.NewShared(ratelimit.SharedConfig{Store: f.Store, SweepInterval: -1, Now: now, StoreTimeout: time.Minute})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(l.Close)
	return l
}

func (f *limitFixture) take(key string, rate ratelimit.Rate) ratelimit.Decision {
	f.Helper()
	d, err := f.limiter.Take(f.Context(), key, rate)
	if err != nil {
		f.Fatal(err)
	}
	return d
}

func (f *limitFixture) takes(key string, rate ratelimit.Rate, want ...ratelimit.Decision) {
	f.Helper()
	for i, w := range want {
		if got := f.take(key, rate); got != w {
			f.Fatalf("take %d of %q: %+v, want %+v", i, key, got, w)
		}
	}
}

func (f *limitFixture) givesBack(key string, rate ratelimit.Rate, n int) {
	f.Helper()
	if err := f.limiter.GiveBack(f.Context(), key, rate, n); err != nil {
		f.Fatal(err)
	}
}

func left(n int) ratelimit.Decision { return ratelimit.Decision{Allowed: true, Remaining: n} }

func wait(d time.Duration) ratelimit.Decision { return ratelimit.Decision{RetryAfter: d} }

// fivePerMinute gets one back in 12 seconds.
var fivePerMinute = ratelimit.Rate{Count: 5, Per: time.Minute}

func takeOneByOne(f *limitFixture) {
	for i, step := range []struct {
		after time.Duration
		want  ratelimit.Decision
	}{
		{123456789, left(4)}, {0, left(3)}, {0, left(2)}, {0, left(1)}, {0, left(0)},
		{0, wait(12 * time.Second)},
		{5 * time.Second, wait(7 * time.Second)},
		{7*time.Second - 1, wait(1)}, // exact to the nanosecond, and refusals cost nothing
		{1, left(0)},
		{0, wait(12 * time.Second)},
		{30 * time.Second, left(1)},
		{54 * time.Second, left(4)},
		{time.Hour, left(4)},
	} {
		f.now = f.now.Add(step.after)
		if got := f.take("a", fivePerMinute); got != step.want {
			f.Fatalf("step %d: %+v, want %+v", i, got, step.want)
		}
	}
	f.takes("}{*\x00'\"%_\\", fivePerMinute, left(4))
}

func takeAlike(f *limitFixture) {
	var zero ratelimit.Key
	reserve := func(key ratelimit.Key) bool {
		f.Helper()
		at := ratelimit.Moment(f.now.UnixNano())
		_, ok, err := f.Store.Reserve(f.Context(), ratelimit.Reservation{
			Key: key, Latest: at, Now: at, Interval: time.Hour, Until: f.now.Add(time.Hour),
		})
		if err != nil {
			f.Fatal(err)
		}
		return ok
	}
	keys := []ratelimit.Key{zero}
	for i := range zero { // in every byte there is
		alike := zero
		alike[i] = 1
		keys = append(keys, alike)
	}
	for _, c := range []byte(`'"%_\` + "\n\xff") {
		var hostile ratelimit.Key
		for i := range hostile {
			hostile[i] = c
		}
		keys = append(keys, hostile)
	}
	for _, first := range []bool{true, false} {
		for _, key := range keys {
			if ok := reserve(key); ok != first {
				f.Errorf("%x: %v, want %v", key, ok, first)
			}
		}
	}
}

func takeRarely(f *limitFixture) {
	rate := ratelimit.Rate{Count: 3, Per: ratelimit.MaxPer}
	f.takes("a", rate, left(2), left(1), left(0))
	f.now = f.now.Add(ratelimit.MaxPer/3 - 1)
	f.takes("a", rate, wait(1))
}

func takeLikeMemory(f *limitFixture) {
	for seed := range uint64(12) {
		r := rand.New(rand.NewPCG(seed, 7))
		memory := ratelimit.NewMemory(ratelimit.MemoryConfig{Now: func() time.Time { return f.now }})
		count := 1 + r.IntN(9)
		rate := ratelimit.Rate{Count: count, Per: time.Duration(count) + time.Duration(r.Int64N(int64([]time.Duration{100, time.Second, 300 * time.Hour}[seed%3])))}
		for step := range 60 {
			f.now = f.now.Add(time.Duration(r.Int64N(int64(rate.Per)/int64(count) + 1)))
			key := fmt.Sprint(seed, "-", r.IntN(2))
			if r.IntN(8) == 0 {
				n := r.IntN(count + 2)
				f.givesBack(key, rate, n)
				if err := memory.GiveBack(f.Context(), key, rate, n); err != nil {
					f.Fatal(err)
				}
			}
			want, err := memory.Take(f.Context(), key, rate)
			if got := f.take(key, rate); got != want || err != nil {
				f.Fatalf("seed %d, step %d at %v: %+v, want %+v, %v", seed, step, rate, got, want, err)
			}
		}
	}
}

func giveTakesBack(f *limitFixture) {
	f.givesBack("a", fivePerMinute, 5) // before there was any
	f.takes("a", fivePerMinute, left(4), left(3), left(2), left(1), left(0))
	f.givesBack("b", fivePerMinute, 5)
	f.givesBack("a", fivePerMinute, 0)
	f.givesBack("a", fivePerMinute, -1)
	f.takes("a", fivePerMinute, wait(12*time.Second))
	f.now = f.now.Add(time.Second)
	f.givesBack("a", fivePerMinute, 2)
	f.takes("a", fivePerMinute, left(1), left(0), wait(11*time.Second))
	f.givesBack("a", fivePerMinute, 1<<30) // more than there is room for
	f.givesBack("a", fivePerMinute, 5)
	f.takes("a", fivePerMinute, left(4), left(3), left(2), left(1), left(0), wait(12*time.Second))
}

func raceTakes(f *limitFixture) {
	for round := range 5 {
		var allowed atomic.Int64
		for i, err := range f.race(func(int) error {
			d, err := f.limiter.Take(f.Context(), fmt.Sprint(round), ratelimit.Rate{Count: 5, Per: time.Hour})
			if err == nil && d.Allowed {
				allowed.Add(1)
			}
			return err
		}) {
			if err != nil {
				f.Fatalf("caller %d: %v", i, err)
			}
		}
		if allowed.Load() != 5 {
			f.Fatalf("round %d: %d of %d takes allowed, want 5", round, allowed.Load(), width)
		}
	}
}

func takeInTwoProcesses(f *limitFixture) {
	other := f.process(func() time.Time { return f.now })
	for i := range 5 {
		l := []*ratelimit.Shared{f.limiter, other}[i%2]
		if d, err := l.Take(f.Context(), "a", fivePerMinute); err != nil || d != left(4-i) {
			f.Fatalf("take %d: %+v, %v", i, d, err)
		}
	}
	for _, l := range []*ratelimit.Shared{f.limiter, other} {
		if d, err := l.Take(f.Context(), "a", fivePerMinute); err != nil || d != wait(12*time.Second) {
			f.Fatalf("%+v, %v", d, err)
		}
	}
}

// floodNames takes with more names than a bounded memory might have room for.
func floodNames(f *limitFixture) {
	slow := ratelimit.Rate{Count: 1, Per: time.Hour}
	f.takes("admin", slow, left(0))
	for i := range 2000 {
		f.take(fmt.Sprint("other", i), slow)
	}
	if n, err := f.limiter.Sweep(f.Context()); n != 0 || err != nil {
		f.Fatalf("swept %d, %v", n, err)
	}
	f.takes("admin", slow, wait(time.Hour))
}

// takeBehind takes where another process has a clock that is an hour ahead.
func takeBehind(f *limitFixture) {
	ahead := f.now.Add(time.Hour)
	other := f.process(func() time.Time { return ahead })
	for range 3 {
		if _, err := other.Take(f.Context(), "a", fivePerMinute); err != nil {
			f.Fatal(err)
		}
	}
	f.takes("a", fivePerMinute, wait(12*time.Second))
}

func remember(f *limitFixture) {
	other := f.process(func() time.Time { return f.now })
	remembers := func(l *ratelimit.Shared, key string, want bool) {
		f.Helper()
		if got, err := l.Remembers(f.Context(), key); got != want || err != nil {
			f.Errorf("%q is remembered: %v, %v, want %v", key, got, err, want)
		}
	}
	remembers(f.limiter, "a", false)
	for range 2 {
		if err := f.limiter.Remember(f.Context(), "a", ratelimit.MaxPer); err != nil {
			f.Fatal(err)
		}
	}
	f.takes("b", fivePerMinute, left(4))
	f.now = f.now.Add(ratelimit.MaxPer - 1)
	if _, err := f.limiter.Sweep(f.Context()); err != nil {
		f.Fatal(err)
	}
	remembers(other, "a", true)
	remembers(other, "b", false)
	f.now = f.now.Add(1)
	remembers(other, "a", false)
}

func takeInvalid(f *limitFixture) {
	for _, r := range []ratelimit.Rate{{}, {Count: 5}, {Per: time.Minute}, {Count: -1, Per: time.Minute}, {Count: 1, Per: -time.Minute},
		{Count: 100, Per: 99}, {Count: 1, Per: ratelimit.MaxPer + 1}} {
		if d, err := f.limiter.Take(f.Context(), "a", r); err == nil || d.Allowed {
			f.Errorf("%+v: %+v, %v, want an error", r, d, err)
		}
	}
}

// sweeps reports an error unless exactly so many are swept.
func (f *limitFixture) sweeps(now time.Time, limit, want int) {
	f.Helper()
	if n, err := f.Store.DeleteFull(f.Context(), now, limit); n != want || err != nil {
		f.Errorf("swept %d, %v; want %d", n, err, want)
	}
}

func sweepFull(f *limitFixture) {
	for i := range 5 {
		f.take(fmt.Sprint(i), fivePerMinute)
	}
	f.now = f.now.Add(30 * time.Second)
	f.takes("live", fivePerMinute, left(4), left(3))
	f.sweeps(f.now, 10, 0) // a row is kept for as long as a bucket can take to be full
	f.now = f.now.Add(30 * time.Second)
	for _, want := range []int{2, 2, 1, 0} {
		f.sweeps(f.now, 2, want)
	}
	f.takes("0", fivePerMinute, left(4))
	f.now = f.now.Add(-36 * time.Second) // a sweep by a clock that is set back
	f.sweeps(f.now, 10, 0)
}

func raceSweepTake(f *limitFixture) {
	for i := range 10 {
		f.take(fmt.Sprint("over", i), ratelimit.Rate{Count: 1, Per: time.Microsecond})
	}
	f.now = f.now.Add(time.Minute)
	var allowed atomic.Int64
	for i, err := range f.race(func(i int) error {
		if i%2 == 0 {
			_, err := f.Store.DeleteFull(f.Context(), f.now, 1)
			return err
		}
		d, err := f.limiter.Take(f.Context(), "over1", fivePerMinute)
		if err == nil && d.Allowed {
			allowed.Add(1)
		}
		return err
	}) {
		if err != nil {
			f.Fatalf("caller %d: %v", i, err)
		}
	}
	if allowed.Load() != 5 {
		f.Errorf("%d takes, want 5", allowed.Load())
	}
	f.sweeps(f.now, width, 0)
}

func takeCancelled(f *limitFixture) {
	ctx, cancel := context.WithCancel(f.Context())
	cancel()
	if d, err := f.limiter.Take(ctx, "a", fivePerMinute); err == nil || d.Allowed {
		f.Errorf("%+v, %v, want an error", d, err)
	}
	if _, err := f.Store.DeleteFull(ctx, f.now, 1); err == nil {
		f.Error("a sweep that was cancelled is no error")
	}
	if _, err := f.limiter.Remembers(ctx, "a"); err == nil {
		f.Error("what could not be recalled is no error")
	}
	if err := f.limiter.Remember(ctx, "a", time.Hour); err == nil {
		f.Error("what could not be remembered is no error")
	}
	if err := f.Store.Advance(ctx, sha256.Sum256([]byte("a")), time.Second); err == nil {
		f.Error("takes that could not be given back are no error")
	}
}
