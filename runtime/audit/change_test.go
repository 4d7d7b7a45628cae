package audit_test

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
)

// A ledger is a database: it makes changes, and keeps their events with them if it can.
type ledger struct {
	rows
	made int
	err  error // of the change
}

// write makes a change together with its events, as the layers over databases do.
func (l *ledger) write(ctx context.Context) error {
	if l.err != nil {
		return l.err
	}
	if c := audit.ChangeOf(ctx); c != nil {
		switch err := l.Append(ctx, c.Rows()); {
		case err == nil:
			c.Keep()
		case c.Strict():
			return err
		}
	}
	l.made++
	return nil
}

func types(events []audit.Event) string {
	var b strings.Builder
	for _, e := range events {
		b.WriteString(string(e.Type) + " " + string(e.Outcome) + " " + e.Reason + " " + e.Actor + ">" + e.Target + "\n")
	}
	return b.String()
}

func ledgerQueue(t *testing.T, l *ledger, cfg audit.QueueConfig, others ...audit.Sink) *audit.Queue {
	t.Helper()
	table, err := audit.NewTable(audit.TableConfig{Store: l, SweepInterval: -1})
	if err != nil {
		t.Fatal(err)
	}
	q := audit.NewQueue(cfg, append([]audit.Sink{table}, others...)...)
	t.Cleanup(func() { _ = q.Close(context.Background()); table.Close() })
	return q
}

var registered = audit.Event{Type: audit.UserRegistered, Outcome: audit.Success, Actor: audit.ItsID, Target: audit.ItsID, Time: moment}

// An event that a database keeps with its change goes to the other sinks only, once, the
// same as the row.
// SECURITY LOG-01 and LOG-04.
func TestLOG01_AnEventIsKeptWithItsChangeOnce(t *testing.T) {
	l, log := &ledger{}, &memorySink{}
	q := ledgerQueue(t, l, audit.QueueConfig{}, log)
	ctx := audit.WithRequest(t.Context(), audit.Request{ID: "r1", Addr: netip.MustParseAddr("192.0.2.1")})
	q.Record(ctx, numbered(1))
	err := audit.Do(ctx, q, func(ctx context.Context) error {
		audit.Identify(ctx, 7) // of a try that came to nothing
		audit.Identify(ctx, 8)
		err := l.write(ctx)
		if n := l.count(); n == 0 {
			t.Error("nothing is kept when the change is made")
		}
		return err
	}, registered)
	if err != nil {
		t.Fatal(err)
	}
	q.Record(ctx, numbered(2))
	closeQueue(t, q)
	byActor := func(a, b audit.Event) int { return strings.Compare(a.Actor, b.Actor) }
	events := log.events()
	slices.SortFunc(l.events, byActor)
	slices.SortFunc(events, byActor)
	for i := range events { // the clock of the queue is finer than the table's
		events[i].Time = events[i].Time.Truncate(time.Microsecond)
	}
	if !slices.Equal(l.events, events) || len(events) != 3 || q.Lost() != 0 {
		t.Errorf("%d lost, the table has\n%+v, the log\n%+v", q.Lost(), l.events, events)
	}
	if e := events[2]; e.Actor != "8" || e.Target != "8" || !e.Time.Equal(moment) || e.Request.ID != "r1" {
		t.Errorf("%+v", e)
	}
}

// What only tables would be told costs the queue nothing, and is not lost when that is
// closed.
// SECURITY LOG-04.
func TestLOG04_WhatIsKeptNeedsNoQueue(t *testing.T) {
	l := &ledger{}
	q := ledgerQueue(t, l, audit.QueueConfig{})
	closeQueue(t, q)
	if err := audit.Do(t.Context(), q, l.write, registered); err != nil || l.count() != 1 || q.Lost() != 0 {
		t.Errorf("%v, %d rows, %d lost", err, l.count(), q.Lost())
	}
	l.rows.err = errSink
	if err := audit.Do(t.Context(), q, l.write, registered); err != nil || l.made != 2 || q.Lost() != 1 {
		t.Errorf("%v, %d made, %d lost", err, l.made, q.Lost())
	}
}

// SECURITY LOG-04 and F-29.
func TestLOG04_AChangeByMode(t *testing.T) {
	down := errors.New("database down")
	for name, c := range map[string]struct {
		required bool
		ping     error // of a sink beside the table
		rows     error
		midway   bool // whether the rows break only then
		sink     error
		change   error
		want     error
		made     int
		lost     uint64
		rowsKept int
	}{
		"made":                              {made: 1, rowsKept: 1},
		"the table is broken":               {rows: errSink, made: 1, lost: 1},
		"another sink is broken":            {sink: errSink, made: 1, lost: 1, rowsKept: 1},
		"not made":                          {change: down, want: down},
		"required, made":                    {required: true, made: 1, rowsKept: 1},
		"required, the table is broken":     {required: true, rows: errSink, want: errSink},
		"required, a sink is away":          {required: true, ping: errSink, want: errSink},
		"required, a sink loses it":         {required: true, sink: errSink, made: 1, lost: 1, rowsKept: 1, want: audit.ErrUnrecorded},
		"required, not made":                {required: true, change: down, want: down},
		"required, the table breaks midway": {required: true, rows: errSink, midway: true, want: errSink},
	} {
		t.Run(name, func(t *testing.T) {
			l := &ledger{err: c.change}
			sink := &pingSink{ping: func(context.Context) error { return c.ping }}
			sink.setHook(func(context.Context, []audit.Event) error { return c.sink })
			q := ledgerQueue(t, l, audit.QueueConfig{Required: c.required}, sink)
			if !c.midway {
				l.rows.err = c.rows
			}
			err := audit.Do(t.Context(), q, func(ctx context.Context) error {
				l.rows.err = c.rows
				return l.write(ctx)
			}, registered)
			_ = q.Close(t.Context())
			if !errors.Is(err, c.want) || (err == nil) != (c.want == nil) || l.made != c.made || q.Lost() != c.lost || l.count() != c.rowsKept {
				t.Errorf("%v, %d made, %d lost, %d rows", err, l.made, q.Lost(), l.count())
			}
		})
	}
}

// Who answers a request waits for all of its events: a change in it does not.
// SECURITY LOG-04.
func TestLOG04_AChangeLeavesTheWaitToWhoAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hold := make(chan struct{})
		sink := &memorySink{hook: func(context.Context, []audit.Event) error { <-hold; return nil }}
		q := audit.NewQueue(audit.QueueConfig{Required: true, Capacity: 1}, sink)
		ctx, receipt := audit.WithReceipt(t.Context())
		if err := audit.Do(ctx, q, func(context.Context) error { return nil }, registered); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if err := audit.Do(t.Context(), q, func(context.Context) error { t.Error("made by a full queue"); return nil }, registered); err == nil {
			t.Error("no error of a full queue")
		}
		waited := make(chan error)
		go func() { waited <- receipt.Wait(ctx) }()
		synctest.Wait()
		close(hold)
		if err := <-waited; err != nil {
			t.Error(err)
		}
		closeQueue(t, q)
	})
}

// What is foretold comes true with the change that follows, or not at all.
// SECURITY LOG-01.
func TestLOG01_WhatIsForetoldIsOfTheNextChange(t *testing.T) {
	login := audit.Event{Type: audit.Login, Outcome: audit.Success, Actor: "7", Target: "7", Time: moment}
	issued := audit.Event{Type: audit.TokenIssued, Outcome: audit.Success, Actor: "7", Target: "f", Time: moment}
	down := errors.New("database down")
	l := &ledger{}
	q := ledgerQueue(t, l, audit.QueueConfig{})
	step := func(what, want string, do func(ctx context.Context, hold *audit.Hold)) {
		t.Helper()
		l.events = nil
		ctx, hold := audit.WithHold(t.Context())
		do(ctx, hold)
		if err := q.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := types(l.events); got != want {
			t.Errorf("%s: the table has\n%swant\n%s", what, got, want)
		}
	}
	step("made", "login success  7>7\ntoken.issued success  7>f\n", func(ctx context.Context, hold *audit.Hold) {
		audit.Foretell(ctx, q, login)
		if l.count() != 0 {
			t.Error("recorded before its change")
		}
		if err := audit.Do(ctx, q, l.write, issued); err != nil || l.count() != 2 {
			t.Errorf("%v, %d rows", err, l.count())
		}
		hold.Release(ctx, audit.Failed, "never")
	})
	step("not made", "login failed gone 7>7\n", func(ctx context.Context, hold *audit.Hold) {
		audit.Foretell(ctx, q, login)
		l.err = down
		if err := audit.Do(ctx, q, l.write); !errors.Is(err, down) {
			t.Errorf("err = %v", err)
		}
		l.err = nil
		hold.Release(ctx, audit.Failed, "gone")
	})
	step("made at last", "login success  7>7\n", func(ctx context.Context, hold *audit.Hold) {
		audit.Foretell(ctx, q, login)
		l.err = down
		_ = audit.Do(ctx, q, l.write, issued)
		l.err = nil
		if err := audit.Do(ctx, q, l.write); err != nil {
			t.Error(err)
		}
		hold.Release(ctx, audit.Failed, "never")
	})
	step("nothing to change", "login success  7>7\n", func(ctx context.Context, hold *audit.Hold) {
		audit.Foretell(ctx, q, login)
		hold.Release(ctx, "", "")
	})
	step("nobody holds", "login success  7>7\n", func(context.Context, *audit.Hold) {
		audit.Foretell(t.Context(), q, login)
	})
}
