package audit_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"github.com/authgen-go/authgen/runtime/audit"
)

var errSink = errors.New("disk full")

// SECURITY LOG-04.
func TestLOG04_AReceiptKnowsWhatBecameOfItsEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &memorySink{}
		q := audit.NewQueue(audit.QueueConfig{}, sink)
		ctx, r := audit.WithReceipt(t.Context())
		if err := r.Wait(ctx); err != nil {
			t.Fatalf("without an event: %v", err)
		}
		for i := range 3 {
			q.Record(ctx, numbered(i))
		}
		if err := r.Wait(ctx); err != nil || len(sink.events()) != 3 {
			t.Fatalf("%v, with %d events kept", err, len(sink.events()))
		}
		q.Record(t.Context(), numbered(4)) // somebody else's
		sink.setHook(func(context.Context, []audit.Event) error { return errSink })
		q.Record(ctx, numbered(5))
		synctest.Wait() // it is lost before anybody waits
		q.Record(t.Context(), numbered(6))
		for range 2 {
			if err := r.Wait(ctx); !errors.Is(err, errSink) {
				t.Fatalf("err = %v, want the sink's", err)
			}
		}
		sink.setHook(nil)
		ctx, r = audit.WithReceipt(t.Context())
		q.Record(ctx, numbered(7))
		if err := r.Wait(ctx); err != nil {
			t.Fatalf("once the sink is back: %v", err)
		}
		if err := q.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		q.Record(ctx, numbered(8))
		if err := r.Wait(ctx); err == nil {
			t.Fatal("an event that found the queue closed is said to be kept")
		}
	})
}

// SECURITY LOG-04.
func TestLOG04_AReceiptOfAFullQueueSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hold := make(chan struct{})
		sink := &memorySink{hook: func(context.Context, []audit.Event) error { <-hold; return nil }}
		q := audit.NewQueue(audit.QueueConfig{Capacity: 2}, sink)
		if err := q.Ready(t.Context()); err != nil {
			t.Fatal(err)
		}
		ctx, r := audit.WithReceipt(t.Context())
		q.Record(ctx, numbered(1))
		q.Record(t.Context(), numbered(2))
		if err := q.Ready(t.Context()); err == nil {
			t.Fatal("a full queue is ready")
		}
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if err := r.Wait(gone); !errors.Is(err, context.Canceled) {
			t.Fatalf("err = %v, want the context's", err)
		}
		q.Record(ctx, numbered(3))
		close(hold)
		if err := r.Wait(ctx); err == nil {
			t.Fatal("an event that found no room is said to be kept")
		}
		if err := q.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := q.Ready(t.Context()); err == nil {
			t.Fatal("a closed queue is ready")
		}
	})
}

// A pingSink can say whether it is there.
type pingSink struct {
	memorySink
	ping func(context.Context) error
}

func (s *pingSink) Ping(ctx context.Context) error { return s.ping(ctx) }

// SECURITY LOG-04.
func TestLOG04_ReadyAsksTheSinksThatCanTell(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, c := range map[string]struct {
			ping func(context.Context) error
			ok   bool
		}{
			"there":  {func(context.Context) error { return nil }, true},
			"away":   {func(context.Context) error { return errSink }, false},
			"hung":   {func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }, false},
			"broken": {func(context.Context) error { panic("boom") }, false},
		} {
			q := audit.NewQueue(audit.QueueConfig{}, &memorySink{}, &pingSink{ping: c.ping})
			if err := q.Ready(t.Context()); (err == nil) != c.ok {
				t.Errorf("%s: %v", name, err)
			}
			if err := q.Close(t.Context()); err != nil {
				t.Error(err)
			}
		}
	})
}
