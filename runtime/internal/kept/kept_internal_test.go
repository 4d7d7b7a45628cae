package kept

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

var start = time.Unix(1_000_000, 0)

func never(t *testing.T) func(*int) error {
	return func(*int) error {
		t.Helper()
		t.Error("read again, though somebody else has just done so")
		return nil
	}
}

// Memory is bounded: what finds no room takes that of another, if possible of one
// whose time is over.
func TestACacheIsBounded(t *testing.T) {
	c := New[int, int](time.Minute)
	now := start
	keep := func(i int) {
		got, err := c.Find(t.Context(), i, now, func(v *int) error { *v = -i; return nil })
		if err != nil || *got != -i || c.Get(i, now) != got {
			t.Fatalf("value %d: %v, %v, kept %v", i, got, err, c.Get(i, now))
		}
	}
	const capacity = shards * perShard
	for i := range 3 * capacity {
		keep(i)
	}
	total := 0
	for i := range c.shards {
		total += len(c.shards[i].entries)
		if n := len(c.shards[i].entries); n > perShard || len(c.shards[i].flights) != 0 {
			t.Errorf("shard %d keeps %d values", i, n)
		}
	}
	if total != capacity {
		t.Errorf("%d values are kept, want %d", total, capacity)
	}
	now = now.Add(time.Minute) // all are stale: the new one drives out none that is fresh
	for i := range capacity / 16 {
		keep(3*capacity + i)
	}
	for i := 3 * capacity; i < 3*capacity+capacity/16; i++ {
		if got, err := c.Find(t.Context(), i, now, never(t)); err != nil || *got != -i {
			t.Fatalf("found %v, %v", got, err)
		}
		if c.Get(i, now) == nil {
			t.Fatal("a fresh value was driven out by another, though there were stale ones")
		}
	}
}

// What is kept is used for less than the staleness after it was read, to the
// nanosecond, and not at all when the clock was set back.
// SECURITY F-21.
func TestF21_FreshIsWhatWasReadAMomentAgo(t *testing.T) {
	c := New[string, int](time.Minute)
	if _, err := c.Find(t.Context(), "a", start, func(v *int) error { *v = 1; return nil }); err != nil {
		t.Fatal(err)
	}
	for after, fresh := range map[time.Duration]bool{
		0: true, time.Minute - 1: true, time.Minute: false, time.Hour: false,
		1 - time.Second: true, -time.Second: false, -time.Hour: false,
	} {
		if got := c.Get("a", start.Add(after)) != nil; got != fresh {
			t.Errorf("after %v: %v, want %v", after, got, fresh)
		}
	}
	if c.Get("b", start) != nil {
		t.Error("another key has a value")
	}
}

// An error and a panic are kept for nobody who comes later.
func TestOnlyWhatWasFoundIsKept(t *testing.T) {
	c := New[string, int](time.Minute)
	down := errors.New("down")
	if got, err := c.Find(t.Context(), "a", start, func(v *int) error { *v = 1; return down }); got != nil || !errors.Is(err, down) {
		t.Errorf("got %v, %v", got, err)
	}
	func() {
		defer func() { _ = recover() }()
		_, _ = c.Find(t.Context(), "a", start, func(*int) error { panic("storage") })
	}()
	if c.Get("a", start) != nil {
		t.Error("something is kept")
	}
	if got, err := c.Find(t.Context(), "a", start, func(v *int) error { *v = 2; return nil }); err != nil || *got != 2 {
		t.Errorf("got %v, %v", got, err)
	}
}

// Many wait for one read. Who gives up waiting does not end it for the others, and
// what was called off meanwhile is not kept.
func TestManyWaitForOneRead(t *testing.T) {
	for name, forget := range map[string]bool{"kept": false, "called off": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := New[string, int](time.Minute)
				reads := 0
				read := func(v *int) error {
					reads++
					time.Sleep(time.Second)
					*v = 7
					return nil
				}
				results := make(chan error, 10)
				for range 10 {
					go func() {
						_, err := c.Find(context.Background(), "a", start, read)
						results <- err
					}()
				}
				synctest.Wait()
				gone, cancel := context.WithCancel(t.Context())
				cancel()
				if _, err := c.Find(gone, "a", start, never(t)); !errors.Is(err, context.Canceled) {
					t.Errorf("who gave up: %v", err)
				}
				if forget {
					c.Forget(func(string, *int) bool { return false })
				}
				for range 10 {
					if err := <-results; err != nil {
						t.Error(err)
					}
				}
				if reads != 1 {
					t.Errorf("read %d times", reads)
				}
				if kept := c.Get("a", start) != nil; kept == forget {
					t.Errorf("kept %v", kept)
				}
			})
		})
	}
}

func TestForgetDropsWhatMatches(t *testing.T) {
	c := New[int, int](time.Minute)
	for i := range 1000 {
		if _, err := c.Find(t.Context(), i, start, func(v *int) error { *v = i % 10; return nil }); err != nil {
			t.Fatal(err)
		}
	}
	c.Forget(func(key int, v *int) bool { return key == 5 || *v == 7 })
	for i := range 1000 {
		if kept := c.Get(i, start) != nil; kept == (i == 5 || i%10 == 7) {
			t.Errorf("%d: kept %v", i, kept)
		}
	}
	var none *Cache[int, int]
	none.Forget(func(int, *int) bool { return true })
}
