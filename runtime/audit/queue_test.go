package audit_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
)

// A memorySink keeps batches and can be made to fail.
type memorySink struct {
	mu      sync.Mutex
	batches [][]audit.Event
	hook    func(ctx context.Context, events []audit.Event) error
}

func (s *memorySink) Write(ctx context.Context, events []audit.Event) error {
	s.mu.Lock()
	s.batches = append(s.batches, slices.Clone(events))
	hook := s.hook
	s.mu.Unlock()
	if hook != nil {
		return hook(ctx, events)
	}
	return nil
}

func (s *memorySink) events() []audit.Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Concat(s.batches...)
}

func (s *memorySink) sizes() []int {
	s.mu.Lock()
	defer s.mu.Unlock()
	var sizes []int
	for _, b := range s.batches {
		sizes = append(sizes, len(b))
	}
	return sizes
}

func (s *memorySink) setHook(hook func(context.Context, []audit.Event) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hook = hook
}

func numbered(n int) audit.Event {
	return audit.Event{Type: audit.Login, Outcome: audit.Success, Actor: fmt.Sprint(n)}
}

func closeQueue(t *testing.T, q *audit.Queue) {
	t.Helper()
	if err := q.Close(t.Context()); err != nil {
		t.Fatalf("Close: %v", err)
	}
}

// SECURITY LOG-01.
func TestLOG01_RecordCompletesEvents(t *testing.T) {
	sink := &memorySink{}
	local := time.FixedZone("UTC+5", 5*3600)
	q := audit.NewQueue(audit.QueueConfig{Now: func() time.Time { return moment.In(local) }}, sink)
	request := audit.Request{ID: "r1", Addr: netip.MustParseAddr("192.0.2.1")}
	ctx := audit.WithRequest(t.Context(), request)
	earlier := time.Date(2020, 1, 2, 3, 4, 5, 0, local)

	q.Record(ctx, audit.Event{Type: audit.Login, Outcome: audit.Success})
	q.Record(ctx, audit.Event{Type: audit.Login, Outcome: audit.Success, Time: earlier, Request: audit.Request{ID: "own"}})
	q.Record(t.Context(), audit.Event{Type: audit.UserDeleted, Outcome: audit.Success, Actor: "a\nb"})
	q.Record(t.Context(), audit.Event{Type: audit.UserDeleted, Time: time.Now()})
	closeQueue(t, q)

	got := sink.events()
	want := []audit.Event{
		{Type: audit.Login, Outcome: audit.Success, Time: moment, Request: request},
		{Type: audit.Login, Outcome: audit.Success, Time: earlier.UTC(), Request: audit.Request{ID: "own"}},
		{Type: audit.UserDeleted, Outcome: audit.Success, Actor: "a\uFFFDb", Time: moment},
	}
	if !slices.Equal(got[:3], want) {
		t.Fatalf("got  %+v\nwant %+v", got[:3], want)
	}
	if s := got[3].Time.String(); strings.Contains(s, "m=") || !strings.HasSuffix(s, "+0000 UTC") {
		t.Fatalf("time is %s, want UTC without a monotonic reading", s)
	}
}

func TestQueueKeepsTheOrderAndReachesEverySink(t *testing.T) {
	one, two := &memorySink{}, &memorySink{}
	q := audit.NewQueue(audit.QueueConfig{}, one, two)
	for i := range 1000 {
		q.Record(t.Context(), numbered(i))
	}
	if err := q.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, s := range []*memorySink{one, two} {
		events := s.events()
		if len(events) != 1000 {
			t.Fatalf("%d events before Flush returned, want 1000", len(events))
		}
		for i, e := range events {
			if e.Actor != fmt.Sprint(i) {
				t.Fatalf("event %d is %s", i, e.Actor)
			}
		}
	}
	closeQueue(t, q)
}

func TestEventsOfOneWriteShareTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		busy := make(chan struct{})
		sink := &memorySink{hook: func(context.Context, []audit.Event) error { <-busy; return nil }}
		q := audit.NewQueue(audit.QueueConfig{}, sink)
		q.Record(t.Context(), numbered(0))
		synctest.Wait()
		for i := range 100 {
			q.Record(t.Context(), numbered(i))
		}
		close(busy)
		synctest.Wait()
		if got := sink.sizes(); !slices.Equal(got, []int{1, 100}) {
			t.Fatalf("batches of %v, want 1 and 100", got)
		}
		closeQueue(t, q)
	})
}

func TestWaitGathersEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &memorySink{}
		q := audit.NewQueue(audit.QueueConfig{Wait: time.Second, Capacity: 10}, sink)
		for i := range 3 {
			q.Record(t.Context(), numbered(i))
			time.Sleep(300 * time.Millisecond)
		}
		synctest.Wait()
		if got := sink.sizes(); len(got) != 0 {
			t.Fatalf("batches of %v after 0.9s, want none", got)
		}
		time.Sleep(100 * time.Millisecond)
		synctest.Wait()
		if got := sink.sizes(); !slices.Equal(got, []int{3}) {
			t.Fatalf("batches of %v after 1s, want one of 3", got)
		}
		for i := range 5 { // half of the capacity
			q.Record(t.Context(), numbered(i))
		}
		synctest.Wait()
		if got := sink.sizes(); !slices.Equal(got, []int{3, 5}) {
			t.Fatalf("batches of %v, want 3 and, without waiting, 5", got)
		}
		closeQueue(t, q)
	})
}

func TestCloseWritesWhatIsHeldAndThenCounts(t *testing.T) {
	sink := &memorySink{}
	q := audit.NewQueue(audit.QueueConfig{Wait: time.Hour, Logger: slog.New(slog.DiscardHandler)}, sink)
	q.Record(t.Context(), numbered(1))
	closeQueue(t, q)
	q.Record(t.Context(), numbered(2))
	closeQueue(t, q)
	if err := q.Flush(t.Context()); err != nil {
		t.Fatalf("Flush of a closed queue: %v", err)
	}
	if got := sink.events(); len(got) != 1 || q.Lost() != 1 {
		t.Fatalf("%d events written and %d lost, want 1 and 1", len(got), q.Lost())
	}
}

func TestConcurrentRecords(t *testing.T) {
	sink := &memorySink{}
	q := audit.NewQueue(audit.QueueConfig{Capacity: 1 << 20}, sink)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range 500 {
				q.Record(t.Context(), numbered(i))
			}
		})
	}
	wg.Wait()
	closeQueue(t, q)
	if got := len(sink.events()); got != 4000 || q.Lost() != 0 {
		t.Fatalf("%d events and %d lost, want 4000 and 0", got, q.Lost())
	}
}

func TestDiscardTakesEverything(t *testing.T) {
	audit.Discard().Record(t.Context(), numbered(1))
}

func BenchmarkRecord(b *testing.B) {
	q := audit.NewQueue(audit.QueueConfig{Logger: slog.New(slog.DiscardHandler)}, &nullSink{})
	defer func() { _ = q.Close(context.Background()) }()
	ctx := audit.WithRequest(b.Context(), audit.Request{ID: "0197f3d2a7c4", Addr: netip.MustParseAddr("192.0.2.1")})
	e := audit.Event{Type: audit.Login, Outcome: audit.Denied, Reason: "wrong-password", Target: "unknown:0123456789abcdef", Strategy: "session"}
	b.ReportAllocs()
	for b.Loop() {
		q.Record(ctx, e)
	}
}

type nullSink struct{}

func (*nullSink) Write(context.Context, []audit.Event) error { return nil }
