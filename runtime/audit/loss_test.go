package audit_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
)

// A syncBuffer is a log that may be read while it is written.
type syncBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

func wantLog(t *testing.T, log *syncBuffer, messages ...string) {
	t.Helper()
	lines := strings.Split(strings.TrimSuffix(log.String(), "\n"), "\n")
	if log.String() == "" {
		lines = nil
	}
	if len(lines) != len(messages) {
		t.Fatalf("log has %d lines, want %d:\n%s", len(lines), len(messages), log)
	}
	for i, m := range messages {
		if !strings.Contains(lines[i], m) {
			t.Fatalf("log line %d is %q, want %q", i, lines[i], m)
		}
	}
}

func wantLost(t *testing.T, q *audit.Queue, want uint64) {
	t.Helper()
	if got := q.Lost(); got != want {
		t.Fatalf("Lost = %d, want %d", got, want)
	}
}

// SECURITY F-29: a sink that hangs fills the queue; requests go on.
// SECURITY LOG-04.
func TestLOG04_FullQueueCountsAndNeverBlocks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log syncBuffer
		hang := make(chan struct{})
		sink := &memorySink{hook: func(context.Context, []audit.Event) error { <-hang; return nil }}
		q := audit.NewQueue(audit.QueueConfig{Capacity: 10, Logger: slog.New(slog.NewTextHandler(&log, nil))}, sink)
		start := time.Now()
		q.Record(t.Context(), numbered(0))
		synctest.Wait() // one event is being written, and counts
		for i := range 1000 {
			q.Record(t.Context(), numbered(i))
		}
		if d := time.Since(start); d != 0 {
			t.Fatalf("Record waited %v", d)
		}
		synctest.Wait()
		wantLost(t, q, 991)
		wantLog(t, &log, `msg="audit events are being lost" reason="the queue is full" lost=`) // even while the sink hangs

		close(hang)
		synctest.Wait()
		for i := range 10 { // all the room is back
			q.Record(t.Context(), numbered(i))
		}
		synctest.Wait()
		wantLost(t, q, 991)
		wantLog(t, &log, "being lost") // too early to say that it is over
		time.Sleep(10 * time.Second)
		q.Record(t.Context(), numbered(0))
		closeQueue(t, q)
		wantLost(t, q, 991)
		wantLog(t, &log, "being lost", `level=WARN msg="audit events are kept again" lost=991`)
		if got := len(sink.events()); got != 21 {
			t.Fatalf("%d events written, want 21", got)
		}
	})
}

// SECURITY LOG-04.
func TestLOG04_BrokenSinkIsCountedAndToldOncePerTransition(t *testing.T) {
	for name, broken := range map[string]func(context.Context, []audit.Event) error{
		"error": func(context.Context, []audit.Event) error { return errors.New("disk\nfull") },
		"panic": func(context.Context, []audit.Event) error { panic("disk\nfull") },
		"partial loss": func(_ context.Context, events []audit.Event) error {
			return fmt.Errorf("written in part: %w", &audit.LossError{Lost: len(events), Err: errors.New("disk\nfull")})
		},
		"nonsense count": func(context.Context, []audit.Event) error {
			return &audit.LossError{Lost: 1 << 30, Err: errors.New("disk\nfull")}
		},
	} {
		t.Run(name, func(t *testing.T) {
			var log syncBuffer
			now := moment
			good, bad := &memorySink{}, &memorySink{hook: broken}
			q := audit.NewQueue(audit.QueueConfig{Logger: slog.New(slog.NewTextHandler(&log, nil)), Wait: time.Hour,
				Now: func() time.Time { return now }}, bad, good)
			for i := range 5 {
				q.Record(t.Context(), numbered(i))
				if err := q.Flush(t.Context()); err == nil {
					t.Fatal("Flush hides that an event was lost")
				}
			}
			wantLost(t, q, 5)
			if got := len(good.events()); got != 5 {
				t.Fatalf("the good sink has %d events, want 5", got)
			}
			bad.setHook(nil)
			for i := range 5 {
				now = now.Add(5 * time.Second)
				q.Record(t.Context(), numbered(i))
				if err := q.Flush(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			bad.setHook(broken)
			q.Record(t.Context(), numbered(9))
			if err := q.Close(t.Context()); err == nil {
				t.Fatal("Close hides that an event was lost")
			}
			wantLost(t, q, 6)
			wantLog(t, &log, `level=ERROR msg="audit events are being lost"`, `level=WARN msg="audit events are kept again" lost=5`, "being lost")
			if strings.Count(log.String(), "disk\uFFFDfull") != 2 {
				t.Fatalf("the reason is missing: %s", log.String())
			}
		})
	}
}

// SECURITY LOG-04.
func TestLOG04_PartialLossCountsWhatWasLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log syncBuffer
		sink := audit.NewLogSink(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelWarn})))
		q := audit.NewQueue(audit.QueueConfig{Wait: time.Second, Logger: slog.New(slog.DiscardHandler)}, sink)
		for range 3 {
			q.Record(t.Context(), audit.Event{Type: audit.Login, Outcome: audit.Success})
			q.Record(t.Context(), audit.Event{Type: audit.Login, Outcome: audit.Denied})
		}
		if err := q.Flush(t.Context()); err == nil {
			t.Fatal("Flush hides that events were lost")
		}
		wantLost(t, q, 3)
		closeQueue(t, q)
	})
}

// SECURITY LOG-04.
func TestLOG04_EventThatTwoSinksLoseIsOneLoss(t *testing.T) {
	down := func(context.Context, []audit.Event) error { return errors.New("down") }
	q := audit.NewQueue(audit.QueueConfig{Logger: slog.New(slog.DiscardHandler)}, &memorySink{hook: down}, &memorySink{hook: down})
	for i := range 3 {
		q.Record(t.Context(), numbered(i))
	}
	_ = q.Flush(t.Context())
	wantLost(t, q, 3)
	closeQueue(t, q)
}

// SECURITY LOG-04.
func TestLOG04_SlowSinkIsBoundInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := &memorySink{hook: func(ctx context.Context, _ []audit.Event) error { <-ctx.Done(); return ctx.Err() }}
		q := audit.NewQueue(audit.QueueConfig{Timeout: 2 * time.Second, Logger: slog.New(slog.DiscardHandler)}, slow)
		q.Record(t.Context(), numbered(1))
		start := time.Now()
		synctest.Wait()
		time.Sleep(2 * time.Second)
		synctest.Wait()
		wantLost(t, q, 1)
		if d := time.Since(start); d != 2*time.Second {
			t.Fatalf("took %v", d)
		}
		closeQueue(t, q)
	})
}

// SECURITY LOG-04.
func TestLOG04_CloseGivesUpAtTheDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := &memorySink{hook: func(ctx context.Context, _ []audit.Event) error { <-ctx.Done(); return ctx.Err() }}
		q := audit.NewQueue(audit.QueueConfig{Timeout: time.Hour, Logger: slog.New(slog.DiscardHandler)}, slow)
		q.Record(t.Context(), numbered(1))
		synctest.Wait()
		q.Record(t.Context(), numbered(2))
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		start := time.Now()
		err := q.Close(ctx)
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 3*time.Second || !strings.Contains(err.Error(), "2 audit events") {
			t.Fatalf("Close = %v after %v, want its deadline, 3s and 2 events", err, time.Since(start))
		}
		synctest.Wait()
		wantLost(t, q, 2) // the sinks' context has ended, so that they end as well
	})
}

// SECURITY LOG-04.
func TestLOG04_LoggerThatPanicsOrHangsHarmsNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hang := make(chan struct{})
		for name, handler := range map[string]slog.Handler{"panics": hookHandler(func() { panic("no") }), "hangs": hookHandler(func() { <-hang })} {
			sink := &memorySink{hook: func(context.Context, []audit.Event) error { return errors.New("down") }}
			q := audit.NewQueue(audit.QueueConfig{Logger: slog.New(handler)}, sink)
			for i := range 10 {
				q.Record(t.Context(), numbered(i))
				synctest.Wait()
			}
			if q.Lost() != 10 {
				t.Errorf("%s: Lost = %d, want 10", name, q.Lost())
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			if err := q.Close(ctx); err != nil {
				t.Errorf("%s: Close: %v", name, err)
			}
		}
		close(hang)
	})
}

// SECURITY LOG-04.
func TestLOG04_LogHearsOfTheLossBeforeItsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log syncBuffer
		slow := slowHandler{slog.NewTextHandler(&log, nil)}
		sink := &memorySink{hook: func(context.Context, []audit.Event) error { return errors.New("down") }}
		q := audit.NewQueue(audit.QueueConfig{Logger: slog.New(slow)}, sink)
		q.Record(t.Context(), numbered(1))
		synctest.Wait()
		sink.setHook(nil)
		time.Sleep(10 * time.Second)
		q.Record(t.Context(), numbered(2))
		synctest.Wait()
		wantLog(t, &log)
		closeQueue(t, q)
		wantLog(t, &log, "being lost", "kept again")
	})
}

// A slowHandler takes a minute for an error.
type slowHandler struct{ slog.Handler }

func (h slowHandler) Handle(ctx context.Context, r slog.Record) error {
	if r.Level == slog.LevelError {
		time.Sleep(time.Minute)
	}
	return h.Handler.Handle(ctx, r)
}

type hookHandler func()

func (h hookHandler) Enabled(context.Context, slog.Level) bool  { return true }
func (h hookHandler) Handle(context.Context, slog.Record) error { h(); return nil }
func (h hookHandler) WithAttrs([]slog.Attr) slog.Handler        { return h }
func (h hookHandler) WithGroup(string) slog.Handler             { return h }
