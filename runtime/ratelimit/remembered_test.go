package ratelimit_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/ratelimit"
)

func remembers(t *testing.T, l ratelimit.Limiter, key string) bool {
	t.Helper()
	known, err := l.Remembers(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	return known
}

func TestMemoryRemembersForAWhile(t *testing.T) {
	w := newWall()
	m := ratelimit.NewMemory(ratelimit.MemoryConfig{Now: w.Now})
	if remembers(t, m, "a") {
		t.Fatal("what nobody has said is remembered")
	}
	if err := m.Remember(t.Context(), "a", time.Hour); err != nil {
		t.Fatal(err)
	}
	if got := take(t, m, "a", fivePerMinute); got != allowed(4) {
		t.Errorf("to remember is a take: %+v", got)
	}
	w.add(time.Hour - 1)
	if !remembers(t, m, "a") || remembers(t, m, "b") {
		t.Error("the wrong one is remembered")
	}
	w.add(1)
	if remembers(t, m, "a") {
		t.Error("it is remembered for too long")
	}
}

// SECURITY RL-05.
func TestRL05_WithoutRoomItForgetsAndTakesNobodyForAnother(t *testing.T) {
	m := ratelimit.NewMemory(ratelimit.MemoryConfig{Now: newWall().Now, Capacity: 10})
	for i := range 1000 {
		if err := m.Remember(t.Context(), fmt.Sprint(i), time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	known := 0
	for i := range 2000 {
		if remembers(t, m, fmt.Sprint(i)) {
			known++
			if i >= 1000 {
				t.Errorf("%d is taken for another", i)
			}
		}
	}
	if known == 0 || known > 10 {
		t.Errorf("%d are remembered, want 10 at most", known)
	}
}
