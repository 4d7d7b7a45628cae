package batch_test

import (
	"context"
	"errors"
	"maps"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/authgen-go/authgen/runtime/internal/batch"
)

func sum(older, newer int) int { return older + newer }

// A store records what is flushed into it and can be told to fail, to panic or
// to wait.
type store struct {
	mu    sync.Mutex
	calls []map[string]int
	fail  error
	panik bool
	gate  chan struct{} // when set, a flush waits for it or for its context
}

func (s *store) flush(ctx context.Context, values map[string]int) error {
	s.mu.Lock()
	s.calls = append(s.calls, maps.Clone(values))
	fail, panik, gate := s.fail, s.panik, s.gate
	s.mu.Unlock()
	if panik {
		panic("no such table")
	}
	if gate != nil {
		select {
		case <-gate:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return fail
}

func (s *store) set(change func(*store)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(s)
}

func (s *store) seen() []map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]map[string]int(nil), s.calls...)
}

func wantCalls(t *testing.T, s *store, want ...map[string]int) {
	t.Helper()
	got := s.seen()
	if len(got) != len(want) {
		t.Fatalf("flushes = %v, want %v", got, want)
	}
	for i := range want {
		if !maps.Equal(got[i], want[i]) {
			t.Fatalf("flush %d = %v, want %v", i, got[i], want[i])
		}
	}
}

func wantValue(t *testing.T, q *batch.Queue[string, int], key string, want int, held bool) {
	t.Helper()
	if got, ok := q.Get(key); got != want || ok != held {
		t.Fatalf("Get(%q) = %d, %v, want %d, %v", key, got, ok, want, held)
	}
}

func closeQueue(t *testing.T, q *batch.Queue[string, int]) {
	t.Helper()
	if err := q.Close(t.Context()); err != nil {
		t.Fatalf("Close: %v", err)
	}
}

func TestOneWritePerKeyAndInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &store{}
		q := batch.New(batch.Config[string, int]{Flush: s.flush, Interval: time.Minute})
		for i := range 1000 {
			q.Put("a", i)
		}
		q.Put("b", 7)
		wantValue(t, q, "a", 999, true)

		time.Sleep(59 * time.Second)
		synctest.Wait()
		wantCalls(t, s)

		time.Sleep(time.Second)
		synctest.Wait()
		wantCalls(t, s, map[string]int{"a": 999, "b": 7})
		wantValue(t, q, "a", 0, false)

		time.Sleep(10 * time.Minute)
		synctest.Wait()
		wantCalls(t, s, map[string]int{"a": 999, "b": 7}) // nothing waits, nothing is called
		closeQueue(t, q)
	})
}

func TestMergeDecidesWhatWaits(t *testing.T) {
	s := &store{}
	q := batch.New(batch.Config[string, int]{Flush: s.flush, Interval: time.Hour, Merge: func(a, b int) int { return max(a, b) }})
	for _, v := range []int{3, 9, 4} {
		q.Put("a", v)
	}
	wantValue(t, q, "a", 9, true)
	closeQueue(t, q)
	wantCalls(t, s, map[string]int{"a": 9})
}

func TestGetSeesWhatIsInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &store{gate: make(chan struct{})}
		q := batch.New(batch.Config[string, int]{Flush: s.flush, Interval: time.Second, Merge: sum, Timeout: time.Hour})
		q.Put("a", 5)
		time.Sleep(time.Second)
		synctest.Wait()
		wantCalls(t, s, map[string]int{"a": 5})
		wantValue(t, q, "a", 5, true)

		q.Put("a", 1)
		wantValue(t, q, "a", 6, true)

		close(s.gate)
		synctest.Wait()
		wantValue(t, q, "a", 1, true) // 5 is written, 1 is not

		closeQueue(t, q)
		wantCalls(t, s, map[string]int{"a": 5}, map[string]int{"a": 1})
		wantValue(t, q, "a", 0, false)
	})
}

func TestFailedFlushIsRetriedWithWhatCameSince(t *testing.T) {
	for name, breakage := range map[string]func(*store){
		"error": func(s *store) { s.fail = errors.New("disk full") },
		"panic": func(s *store) { s.panik = true },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &store{}
				breakage(s)
				q := batch.New(batch.Config[string, int]{Flush: s.flush, Interval: time.Second, Merge: sum})
				q.Put("a", 1)
				q.Put("b", 10)
				time.Sleep(time.Second)
				synctest.Wait()
				wantValue(t, q, "a", 1, true)

				q.Put("a", 2)
				s.set(func(s *store) { s.fail, s.panik = nil, false })
				time.Sleep(time.Second)
				synctest.Wait()
				wantCalls(t, s, map[string]int{"a": 1, "b": 10}, map[string]int{"a": 3, "b": 10})
				closeQueue(t, q)
				if q.Dropped() != 0 {
					t.Fatalf("Dropped = %d, want 0", q.Dropped())
				}
			})
		})
	}
}

func TestFailedFlushMergesWhatWasPutMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &store{gate: make(chan struct{}), fail: errors.New("disk full")}
		// The merge is not commutative, so that a swap of old and new shows.
		q := batch.New(batch.Config[string, int]{Flush: s.flush, Capacity: 2, Interval: time.Second, Timeout: time.Hour,
			Merge: func(older, newer int) int { return older*10 + newer }})
		q.Put("a", 1)
		time.Sleep(time.Second)
		synctest.Wait()
		q.Put("a", 2)
		close(s.gate)
		synctest.Wait()
		wantValue(t, q, "a", 12, true)
		// The two became one: there is room for another key again.
		if !q.Put("b", 3) {
			t.Fatal("a queue of two refused its second key")
		}
		s.set(func(s *store) { s.fail = nil })
		closeQueue(t, q)
	})
}

func TestDeletedKeyIsNotWrittenAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &store{gate: make(chan struct{}), fail: errors.New("gone")}
		q := batch.New(batch.Config[string, int]{Flush: s.flush, Interval: time.Second, Timeout: time.Hour})
		q.Put("waits", 1)
		q.Delete("waits")
		q.Put("flies", 1)
		time.Sleep(time.Second)
		synctest.Wait()
		q.Put("flies", 2)
		q.Delete("flies")
		wantValue(t, q, "flies", 0, false)
		close(s.gate)
		synctest.Wait()
		wantValue(t, q, "flies", 0, false)
		closeQueue(t, q)
		wantCalls(t, s, map[string]int{"flies": 1})
	})
}

func TestFlushWritesBeforeItReturns(t *testing.T) {
	s := &store{}
	q := batch.New(batch.Config[string, int]{Flush: s.flush, Interval: time.Hour})
	defer closeQueue(t, q)
	q.Put("a", 1)
	if err := q.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantCalls(t, s, map[string]int{"a": 1})

	broken := errors.New("disk full")
	s.set(func(s *store) { s.fail = broken })
	q.Put("a", 2)
	if err := q.Flush(t.Context()); !errors.Is(err, broken) {
		t.Fatalf("Flush = %v, want the store's error", err)
	}
	wantValue(t, q, "a", 2, true)
	s.set(func(s *store) { s.fail = nil })
}

func TestFlushIsBoundInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &store{gate: make(chan struct{})}
		q := batch.New(batch.Config[string, int]{Flush: s.flush, Interval: time.Hour, Timeout: 10 * time.Second})
		q.Put("a", 1)
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := q.Flush(ctx); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Second {
			t.Fatalf("Flush = %v after %v, want its deadline after 1s", err, time.Since(start))
		}
		time.Sleep(9 * time.Second) // the write itself ends by the queue's own Timeout
		synctest.Wait()
		close(s.gate)
		closeQueue(t, q)
		wantCalls(t, s, map[string]int{"a": 1}, map[string]int{"a": 1})
	})
}
