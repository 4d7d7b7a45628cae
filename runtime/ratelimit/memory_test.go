package ratelimit_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/authgen-go/authgen/runtime/internal/servertest"
	"github.com/authgen-go/authgen/runtime/ratelimit"
)

var fivePerMinute = ratelimit.Rate{Count: 5, Per: time.Minute}

// A wall is a clock that is set by hand, without a monotonic reading.
type wall struct {
	mu  sync.Mutex
	now time.Time
}

func newWall() *wall { return &wall{now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)} }

func (w *wall) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *wall) add(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
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

func refused(wait time.Duration) ratelimit.Decision {
	return ratelimit.Decision{RetryAfter: wait}
}

func TestTakesComeBackOneByOne(t *testing.T) {
	w := newWall()
	m := ratelimit.NewMemory(ratelimit.MemoryConfig{Now: w.Now})
	steps := []struct {
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
	}
	for i, s := range steps {
		w.add(s.after)
		if got := take(t, m, "a", fivePerMinute); got != s.want {
			t.Fatalf("step %d: %+v, want %+v", i, got, s.want)
		}
	}
	if got := take(t, m, "b", fivePerMinute); got != allowed(4) {
		t.Fatalf("another key: %+v", got)
	}
}

func TestUnevenRateNeverAllowsMore(t *testing.T) {
	w := newWall()
	m := ratelimit.NewMemory(ratelimit.MemoryConfig{Now: w.Now})
	rate := ratelimit.Rate{Count: 7, Per: time.Minute} // 60 s do not divide by 7
	n := 0
	for range 600 {
		for take(t, m, "a", rate).Allowed {
			n++
		}
		w.add(100 * time.Millisecond)
	}
	if n != 7+6 { // the burst, and what comes back within just less than a minute
		t.Fatalf("%d takes in a minute, want 13", n)
	}
}

// SECURITY RL-04.
func TestRL04_ParallelTakesNeverExceedTheLimit(t *testing.T) {
	m := ratelimit.NewMemory(ratelimit.MemoryConfig{})
	for round := range servertest.Rounds(t, 20) {
		var n atomic.Int64
		var wg sync.WaitGroup
		start := make(chan struct{})
		for range 500 {
			wg.Go(func() {
				<-start
				if take(t, m, fmt.Sprint("admin", round), ratelimit.Rate{Count: 5, Per: time.Hour}).Allowed {
					n.Add(1)
				}
			})
		}
		close(start)
		wg.Wait()
		if n.Load() != 5 {
			t.Fatalf("round %d: %d of 500 parallel takes allowed, want 5", round, n.Load())
		}
	}
}

// SECURITY F-21.
func TestF21_WallClockJumps(t *testing.T) {
	w := newWall()
	m := ratelimit.NewMemory(ratelimit.MemoryConfig{Now: w.Now})
	for range 5 {
		take(t, m, "a", fivePerMinute)
	}
	w.add(4 * time.Second)
	if got := take(t, m, "a", fivePerMinute); got != refused(8*time.Second) {
		t.Fatalf("before the jump: %+v", got)
	}
	for range 3 {
		w.add(-time.Hour)
		if got := take(t, m, "a", fivePerMinute); got != refused(8*time.Second) {
			t.Fatalf("after a jump back: %+v, want the same wait", got)
		}
	}
	w.add(8 * time.Second)
	if got := take(t, m, "a", fivePerMinute); got != allowed(0) {
		t.Fatalf("8s later: %+v", got)
	}
}

// SECURITY F-21.
func TestF21_MonotonicClockIsTheDefault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := ratelimit.NewMemory(ratelimit.MemoryConfig{})
		for range 5 {
			take(t, m, "a", fivePerMinute)
		}
		time.Sleep(11 * time.Second)
		if got := take(t, m, "a", fivePerMinute); got != refused(time.Second) {
			t.Fatalf("after 11s: %+v", got)
		}
		time.Sleep(time.Second)
		if got := take(t, m, "a", fivePerMinute); got != allowed(0) {
			t.Fatalf("after 12s: %+v", got)
		}
	})
}

// SECURITY RL-08.
func TestRL08_InvalidRateIsAnErrorAndNotUnlimited(t *testing.T) {
	m := ratelimit.NewMemory(ratelimit.MemoryConfig{})
	for _, r := range []ratelimit.Rate{{}, {Count: 5}, {Per: time.Minute}, {Count: -1, Per: time.Minute}, {Count: 1, Per: -time.Minute},
		{Count: 100, Per: 99}, {Count: 1, Per: ratelimit.MaxPer + 1}, {Count: 1, Per: 1<<63 - 1}} {
		if d, err := m.Take(t.Context(), "a", r); err == nil || d.Allowed {
			t.Errorf("%+v: %+v, %v, want an error", r, d, err)
		}
	}
}

func TestLargestRateDoesNotOverflow(t *testing.T) {
	m := ratelimit.NewMemory(ratelimit.MemoryConfig{})
	rate := ratelimit.Rate{Count: 3, Per: ratelimit.MaxPer}
	for i := range 3 {
		if got := take(t, m, "a", rate); !got.Allowed || got.Remaining != 2-i {
			t.Fatalf("take %d: %+v", i, got)
		}
	}
	if got := take(t, m, "a", rate); got.Allowed || got.RetryAfter > ratelimit.MaxPer/3+1 {
		t.Fatalf("%+v", got)
	}
}
