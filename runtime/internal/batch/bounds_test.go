package batch_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/authgen-go/authgen/runtime/internal/batch"
)

func TestFullQueueDropsNewKeysAndCounts(t *testing.T) {
	s := &store{fail: errors.New("store down")}
	q := batch.New(batch.Config[string, int]{Flush: s.flush, Interval: time.Hour, Capacity: 100})
	taken := 0
	for i := range 1000 {
		if q.Put(fmt.Sprint(i), i) {
			taken++
		}
	}
	if taken != 100 || q.Dropped() != 900 {
		t.Fatalf("took %d and dropped %d of 1000, want 100 and 900", taken, q.Dropped())
	}
	if !q.Put("7", 70) {
		t.Fatal("a key that is held must still be updated")
	}
	_ = q.Flush(t.Context()) // fails: what is held stays held, and no room appears
	if q.Put("new", 1) {
		t.Fatal("a failed flush made room")
	}
	q.Delete("7")
	if !q.Put("new", 1) {
		t.Fatal("a deleted key must make room")
	}
	s.set(func(s *store) { s.fail = nil })
	if err := q.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i := range 100 {
		if !q.Put(fmt.Sprint("again", i), i) {
			t.Fatalf("after a flush key %d of 100 was dropped", i)
		}
	}
	closeQueue(t, q)
}

func TestHalfFullQueueDoesNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &store{}
		q := batch.New(batch.Config[string, int]{Flush: s.flush, Interval: time.Hour, Capacity: 10})
		for i := range 4 {
			q.Put(fmt.Sprint(i), i)
		}
		synctest.Wait()
		wantCalls(t, s)
		q.Put("4", 4)
		synctest.Wait()
		wantCalls(t, s, map[string]int{"0": 0, "1": 1, "2": 2, "3": 3, "4": 4})
		closeQueue(t, q)
	})
}

func TestCloseWritesWhatIsHeld(t *testing.T) {
	s := &store{}
	q := batch.New(batch.Config[string, int]{Flush: s.flush, Interval: time.Hour})
	q.Put("a", 1)
	closeQueue(t, q)
	closeQueue(t, q)
	wantCalls(t, s, map[string]int{"a": 1})
	if q.Put("a", 2) || q.Dropped() != 1 {
		t.Fatalf("a closed queue took a value or did not count it (dropped %d)", q.Dropped())
	}
	if err := q.Flush(t.Context()); err != nil {
		t.Fatalf("Flush of a closed queue: %v", err)
	}
	wantCalls(t, s, map[string]int{"a": 1})
}

func TestCloseGivesUpAtTheDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &store{gate: make(chan struct{})} // answers to its context only
		q := batch.New(batch.Config[string, int]{Name: "visits", Flush: s.flush, Interval: time.Hour, Timeout: time.Hour})
		q.Put("a", 1)
		q.Put("b", 1)
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		err := q.Close(ctx)
		if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "2 values lost") {
			t.Fatalf("Close = %v, want its deadline and two lost values", err)
		}
		if d := time.Since(start); d != 3*time.Second {
			t.Fatalf("Close took %v, want 3s", d)
		}
		if q.Dropped() != 2 {
			t.Fatalf("Dropped = %d, want 2", q.Dropped())
		}
		// The write was told to stop: the goroutine is gone, or the bubble would not end.
	})
}

func TestCloseReportsAFailedWrite(t *testing.T) {
	broken := errors.New("disk full")
	s := &store{fail: broken}
	q := batch.New(batch.Config[string, int]{Flush: s.flush, Interval: time.Hour, Logger: slog.New(slog.DiscardHandler)})
	q.Put("a", 1)
	if err := q.Close(t.Context()); !errors.Is(err, broken) {
		t.Fatalf("Close = %v, want the store's error", err)
	}
	if err := q.Close(t.Context()); !errors.Is(err, broken) || q.Dropped() != 1 {
		t.Fatalf("second Close = %v with %d dropped, want the same error and 1", err, q.Dropped())
	}
	if q.Put("a", 2) || q.Dropped() != 2 {
		t.Fatal("a closed queue took a value for a key that it still holds")
	}
}

func TestLogIsToldOncePerChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		s := &store{fail: errors.New("disk full")}
		q := batch.New(batch.Config[string, int]{Name: "visits", Flush: s.flush, Interval: time.Hour, Capacity: 1,
			Logger: slog.New(slog.NewTextHandler(&out, nil))})
		q.Put("a", 1)
		for range 5 {
			q.Put("b", 1) // dropped
			_ = q.Flush(t.Context())
		}
		s.set(func(s *store) { s.fail = nil })
		for range 5 {
			q.Put("a", 1)
			time.Sleep(9 * time.Second)
			_ = q.Flush(t.Context())
		}
		closeQueue(t, q)
		var got []string
		for line := range strings.Lines(out.String()) {
			got = append(got, strings.TrimSpace(line[strings.Index(line, "level="):]))
		}
		want := []string{
			`level=ERROR msg="background writes are dropped, the queue is full" queue=visits dropped=1`,
			`level=ERROR msg="background writes fail and are retried" queue=visits error="disk full"`,
			`level=INFO msg="background writes work again" queue=visits`,
			`level=INFO msg="background writes are no longer dropped" queue=visits dropped=5`,
		}
		if !slices.Equal(got, want) {
			t.Fatalf("log:\n%s", strings.Join(got, "\n"))
		}
	})
}

// Whatever fails and whoever races, a value that was taken is written exactly once.
func TestNothingIsLostOrDoubledUnderLoad(t *testing.T) {
	const writers, puts, keys = 8, 2000, 50
	var mu sync.Mutex
	written := make(map[int]int)
	coin := rand.New(rand.NewPCG(1, 2))
	q := batch.New(batch.Config[int, int]{
		Interval: time.Millisecond, Merge: sum, Logger: slog.New(slog.DiscardHandler),
		Flush: func(_ context.Context, values map[int]int) error {
			mu.Lock()
			defer mu.Unlock()
			if coin.IntN(3) == 0 {
				return errors.New("serialisation failure")
			}
			for k, v := range values {
				written[k] += v
			}
			return nil
		}})
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range puts {
				if !q.Put((w+i)%keys, 1) {
					t.Error("dropped")
				}
				q.Get(i % keys)
			}
		})
	}
	wg.Wait()
	for q.Flush(t.Context()) != nil {
	}
	if err := q.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, n := range written {
		total += n
	}
	if total != writers*puts {
		t.Fatalf("wrote %d of %d", total, writers*puts)
	}
}

func TestQueueWithoutFlushPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Fatal("New without Flush must panic")
		}
	}()
	batch.New(batch.Config[string, int]{})
}
