package daily_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/internal/daily"
)

func TestFirstOfADay(t *testing.T) {
	var f daily.First
	noon := time.Date(2026, time.December, 1, 12, 0, 0, 0, time.UTC)
	for _, step := range []struct {
		name  string
		after time.Duration
		want  bool
	}{
		{"ann", 0, true},
		{"ann", time.Hour, false},
		{"ben", time.Hour, true},
		{"ann", 12*time.Hour - time.Nanosecond, false},
		{"ann", 12 * time.Hour, true}, // midnight of UTC
		{"ben", 12 * time.Hour, true},
		{"ben", 11 * time.Hour, false}, // a clock that goes back
		{"ann", 13 * time.Hour, false},
	} {
		if got := f.Of(step.name, noon.Add(step.after)); got != step.want {
			t.Errorf("%s after %v: %v", step.name, step.after, got)
		}
	}
}

func TestFirstIsBounded(t *testing.T) {
	var f daily.First
	now := time.Date(2026, time.December, 1, 0, 0, 0, 0, time.UTC)
	firsts := 0
	for i := range 100_000 {
		if f.Of(strconv.Itoa(i), now) {
			firsts++
		}
	}
	if firsts > 1<<16 || firsts < 1<<16-16 {
		t.Errorf("%d names had a first time", firsts)
	}
	if !f.Of("0", now.Add(24*time.Hour)) {
		t.Error("the next day does not begin afresh")
	}
}
