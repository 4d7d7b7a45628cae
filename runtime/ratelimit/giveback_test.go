package ratelimit_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/ratelimit"
)

func giveBack(t testing.TB, l ratelimit.Limiter, key string, rate ratelimit.Rate, n int) {
	t.Helper()
	if err := l.GiveBack(t.Context(), key, rate, n); err != nil {
		t.Fatal(err)
	}
}

func TestTakesAreGivenBack(t *testing.T) {
	w := newWall()
	m := ratelimit.NewMemory(ratelimit.MemoryConfig{Now: w.Now})
	for range 5 {
		take(t, m, "a", fivePerMinute)
	}
	for _, n := range []int{0, -1} {
		giveBack(t, m, "a", fivePerMinute, n)
	}
	giveBack(t, m, "b", fivePerMinute, 5)
	if got := take(t, m, "a", fivePerMinute); got != refused(12*time.Second) {
		t.Fatalf("%+v", got)
	}
	giveBack(t, m, "a", fivePerMinute, 2)
	for i := range 2 {
		if got := take(t, m, "a", fivePerMinute); got != allowed(1-i) {
			t.Fatalf("take %d: %+v", i, got)
		}
	}
	// More than there is room for is not kept for later.
	giveBack(t, m, "a", fivePerMinute, 1<<30)
	giveBack(t, m, "a", fivePerMinute, 1<<30)
	for i := range 5 {
		if got := take(t, m, "a", fivePerMinute); got != allowed(4-i) {
			t.Fatalf("take %d: %+v", i, got)
		}
	}
	if got := take(t, m, "a", fivePerMinute); got != refused(12*time.Second) {
		t.Fatalf("%+v", got)
	}
	if err := m.GiveBack(t.Context(), "a", ratelimit.Rate{}, 1); err == nil {
		t.Error("an invalid rate is no error")
	}
}

// What a name beyond the capacity gives back would be others'. SECURITY RL-05.
func TestRL05_SharedBucketsAreNotGivenBack(t *testing.T) {
	m := ratelimit.NewMemory(ratelimit.MemoryConfig{Capacity: 1, Now: newWall().Now})
	for i := range 100_000 {
		take(t, m, fmt.Sprint(i), fivePerMinute)
	}
	before := take(t, m, "admin", fivePerMinute)
	for i := range 100_000 {
		giveBack(t, m, fmt.Sprint("other", i), fivePerMinute, 5)
	}
	if got := take(t, m, "admin", fivePerMinute); before.Allowed || got != before {
		t.Fatalf("%+v, then %+v", before, got)
	}
}
