package ratelimit_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/authgen-go/authgen/runtime/ratelimit"
)

// perPart is a tenth of a million names, or less where that would take its time.
func perPart() int {
	if raceDetector {
		return 10_000
	}
	return 100_000
}

// SECURITY RL-05.
func TestRL05_FloodOfNamesNeverFreesAThrottledOne(t *testing.T) {
	for _, when := range []string{"throttled before the flood", "throttled during the flood"} {
		t.Run(when, func(t *testing.T) {
			w := newWall()
			m := ratelimit.NewMemory(ratelimit.MemoryConfig{Now: w.Now, Capacity: 1 << 12})
			flood := func(from, to int) {
				for i := from; i < to; i++ {
					take(t, m, strconv.Itoa(i), fivePerMinute)
				}
			}
			if when == "throttled during the flood" {
				flood(1_000_000, 1_050_000)
			}
			n := 0
			for range 50 {
				if take(t, m, "admin", fivePerMinute).Allowed {
					n++
				}
			}
			if n > 5 {
				t.Fatalf("admin was allowed %d takes, want at most 5", n)
			}
			wait := take(t, m, "admin", fivePerMinute).RetryAfter

			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			for part := range 10 {
				flood(part*perPart(), (part+1)*perPart())
				if got := take(t, m, "admin", fivePerMinute); got.Allowed || got.RetryAfter < wait {
					t.Fatalf("after %d other names: %+v, want refused for at least %v", (part+1)*perPart(), got, wait)
				}
			}
			runtime.GC()
			runtime.ReadMemStats(&after)
			if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 64<<10 {
				t.Fatalf("%d names took %d bytes, want no more than the coarse buckets", 10*perPart(), grown)
			} else {
				t.Logf("%d names took %d bytes", 10*perPart(), grown)
			}
			runtime.KeepAlive(m)
		})
	}
}

// SECURITY RL-05.
func TestRL05_NamesBeyondCapacityAreStillLimited(t *testing.T) {
	m := ratelimit.NewMemory(ratelimit.MemoryConfig{Capacity: 1, Now: newWall().Now})
	total := 0
	for i := range 100_000 {
		if take(t, m, fmt.Sprint(i), fivePerMinute).Allowed {
			total++
		}
	}
	if bound := 5 * (15 + 1024); total > bound {
		t.Fatalf("%d takes allowed, want at most %d", total, bound)
	}
	if got := take(t, m, "an innocent", fivePerMinute); got.Allowed {
		t.Fatal("a new name got a bucket of its own while there was none")
	}
}

func TestRoomComesBackWithTime(t *testing.T) {
	w := newWall()
	m := ratelimit.NewMemory(ratelimit.MemoryConfig{Capacity: 6000, Now: w.Now})
	for i := range 50_000 {
		take(t, m, fmt.Sprint(i), fivePerMinute)
	}
	w.add(time.Minute)
	for i := range 1500 { // more than the coarse buckets could tell apart
		key := fmt.Sprint("new", i)
		for left := range 5 {
			if got := take(t, m, key, fivePerMinute); got != allowed(4-left) {
				t.Fatalf("%s, take %d: %+v", key, left, got)
			}
		}
	}
}

func TestOverflowOfOneRateDoesNotThrottleAnother(t *testing.T) {
	m := ratelimit.NewMemory(ratelimit.MemoryConfig{Capacity: 1, Now: newWall().Now})
	slow := ratelimit.Rate{Count: 10, Per: time.Hour}
	for i := range 100_000 {
		take(t, m, fmt.Sprint("register", i), slow)
	}
	if got := take(t, m, "login", fivePerMinute); got != allowed(4) {
		t.Fatalf("%+v, want a full bucket", got)
	}
}

func TestRatesBeyondTheBoundShareBuckets(t *testing.T) {
	m := ratelimit.NewMemory(ratelimit.MemoryConfig{Capacity: 1, Now: newWall().Now})
	for i := range 100 {
		take(t, m, fmt.Sprint("filler", i), ratelimit.Rate{Count: 1, Per: 24 * time.Hour})
	}
	n := 0
	for i := range 2000 {
		if take(t, m, "admin", ratelimit.Rate{Count: 1, Per: time.Hour + time.Duration(i)}).Allowed {
			n++
		}
	}
	if n > 64+1 {
		t.Fatalf("2000 rates gave one key %d takes, want at most 65", n)
	}
}

// exact is the same limit without any bound on memory: per key the moment at which
// its bucket is full.
type exact map[string]time.Duration

func (e exact) take(key string, now time.Duration, r ratelimit.Rate) ratelimit.Decision {
	each := (r.Per + time.Duration(r.Count) - 1) / time.Duration(r.Count)
	due := max(e[key], now)
	if wait := due + each - now - each*time.Duration(r.Count); wait > 0 {
		return refused(wait)
	}
	e[key] = due + each
	return allowed(int((each*time.Duration(r.Count) - (due + each - now)) / each))
}

func (e exact) full(key string, now time.Duration) bool { return e[key] <= now }

func TestMemoryWithRoomIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, now, model := newWall(), time.Duration(0), exact{}
		m := ratelimit.NewMemory(ratelimit.MemoryConfig{Now: w.Now})
		rate := ratelimit.Rate{Count: rapid.IntRange(1, 9).Draw(t, "count"), Per: time.Duration(rapid.IntRange(9, 100).Draw(t, "per"))}
		for range rapid.IntRange(1, 200).Draw(t, "steps") {
			d := time.Duration(rapid.IntRange(0, 30).Draw(t, "pass"))
			w.add(d)
			now += d
			key := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "key")
			got, err := m.Take(t.Context(), key, rate)
			if want := model.take(key, now, rate); err != nil || got != want {
				t.Fatalf("%s at %v: %+v, %v, want %+v", key, now, got, err, want)
			}
		}
	})
}

// With any load and any time that passes, no key gets more than its exact limit:
// what the Memory allows, the model of what it allowed so far must allow too.
// SECURITY RL-05.
func TestRL05_MemoryWithoutRoomIsNeverLooser(t *testing.T) {
	seeds := uint64(30)
	if raceDetector {
		seeds = 5
	}
	for seed := range seeds {
		r := rand.New(rand.NewPCG(seed, 7))
		w, now, model := newWall(), time.Duration(0), exact{}
		m := ratelimit.NewMemory(ratelimit.MemoryConfig{Now: w.Now, Capacity: 1 + r.IntN(60)})
		rates := []ratelimit.Rate{{Count: 1 + r.IntN(5), Per: time.Second}, {Count: 1 + r.IntN(5), Per: time.Minute}}
		keys, shared := 20+r.IntN(3000), 0
		for range 20_000 {
			d := time.Duration(r.Int64N(int64(20 * time.Millisecond)))
			if r.IntN(2000) == 0 {
				d = time.Duration(r.Int64N(int64(2 * time.Minute)))
			}
			w.add(d)
			now += d
			n := r.IntN(keys)
			key, rate := fmt.Sprint(n), rates[n%2]
			got := take(t, m, key, rate)
			if !got.Allowed {
				if model.full(key, now) {
					shared++
				}
				continue
			}
			if want := model.take(key, now, rate); !want.Allowed {
				t.Fatalf("seed %d: %s was freed %v early", seed, key, want.RetryAfter)
			}
		}
		if seed == 0 && shared == 0 {
			t.Fatal("no name was limited by its neighbours: the test does not reach the overflow")
		}
	}
}
