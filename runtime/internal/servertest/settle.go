package servertest

import (
	"runtime"
	"testing"
	"time"
)

// Settles waits until something is so, and fails the test if it is not within 20 s.
func Settles(t testing.TB, what string, so func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !so(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not so after 20 s: %s", what)
		}
	}
}

// Goroutines returns a func that waits until there are no more goroutines than now, and
// a few.
func Goroutines(t testing.TB) func() {
	before := runtime.NumGoroutine()
	return func() {
		t.Helper()
		Settles(t, "goroutines have ended", func() bool { return runtime.NumGoroutine() <= before+2 })
	}
}
