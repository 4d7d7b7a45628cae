package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/audit/audittest"
)

// A Ledger is the layer over a database as [Changes] sees it, with transactions of the type
// T and a table of things in which a name is once.
type Ledger[T any] struct {
	KeepEvents func(insert func(ctx context.Context, tx T, events []audit.Event) error)
	InTx       func(ctx context.Context, do func(tx T) error) error
	Exec       func(ctx context.Context, name string) (int64, error) // adds a thing or fails
	Insert     func(ctx context.Context, name string) (int64, error)
	InsertID   func(ctx context.Context, name string) (int64, error)
	Add        func(ctx context.Context, tx T, name string) error // adds a thing in a transaction
	Fail       func(ctx context.Context, tx T) error              // runs what the database refuses
	Kill       func(ctx context.Context, tx T) error              // cuts the connection of a transaction; nil where there is none
	Names      func() []string                                    // of things
	Again      error                                              // by which the database takes back what may be done again; nil for none
}

// Changes runs what a layer over a database owes to the changes that events tell of (see
// [audit.Do]), on the Ledger that open returns, which has to be empty each time.
func Changes[T any](t *testing.T, open func(t *testing.T) Ledger[T]) {
	cases := map[string]func(*changeFixture[T]){
		"LOG-04 a change and its event are kept together":            keepTogether[T],
		"LOG-04 what had no effect has no event":                     keepNoEffect[T],
		"LOG-04 what is undone has no event":                         keepUndone[T],
		"LOG-04 a change without its event, and that is known":       keepWithout[T],
		"LOG-04 no change without its event where that is required":  keepRequired[T],
		"LOG-04 an event that has to wait does not keep its change":  keepWaiting[T],
		"F-16 what is done again leaves one event":                   keepAgain[T],
		"LOG-01 an event has the id that the database gave":          keepID[T],
		"LOG-01 one change of several has the events":                keepFirst[T],
		"LOG-04 what nobody tells of is as it was before":            keepNothing[T],
		"LOG-04 a layer that keeps no events leaves them to a queue": keepElsewhere[T],
	}
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		t.Run(name, func(t *testing.T) {
			f := &changeFixture[T]{T: t, Ledger: open(t)}
			f.insert = func(ctx context.Context, tx T, events []audit.Event) error {
				for _, e := range events {
					if err := f.Add(ctx, tx, string(e.Type)+" of "+e.Target); err != nil {
						return err
					}
				}
				return nil
			}
			f.keep(f.insert)
			cases[name](f)
		})
	}
}

type changeFixture[T any] struct {
	*testing.T
	Ledger[T]
	insert func(ctx context.Context, tx T, events []audit.Event) error
	events audittest.Recorder
}

func (f *changeFixture[T]) keep(insert func(ctx context.Context, tx T, events []audit.Event) error) {
	f.KeepEvents(insert)
}

func about(target string) audit.Event {
	return audit.Event{Type: "e", Outcome: audit.Success, Target: target, Time: start}
}

// do makes a change that is told of, with a recorder that may lose events.
func (f *changeFixture[T]) do(write func(ctx context.Context) error, events ...audit.Event) error {
	return audit.Do(f.Context(), &f.events, write, events...)
}

func (f *changeFixture[T]) has(names ...string) {
	f.Helper()
	got := f.Names()
	slices.Sort(got)
	slices.Sort(names)
	if !slices.Equal(got, names) {
		f.Errorf("there are %q, want %q", got, names)
	}
}

// verbs are the ways to add a thing.
func (f *changeFixture[T]) verbs() map[string]func(ctx context.Context, name string) error {
	return map[string]func(ctx context.Context, name string) error{
		"Exec":     func(ctx context.Context, name string) error { return one(f.Exec(ctx, name)) },
		"Insert":   func(ctx context.Context, name string) error { return one(f.Insert(ctx, name)) },
		"InsertID": func(ctx context.Context, name string) error { _, err := f.InsertID(ctx, name); return err },
		"InTx": func(ctx context.Context, name string) error {
			return f.InTx(ctx, func(tx T) error { return f.Add(ctx, tx, name) })
		},
	}
}

func one(n int64, err error) error {
	if err == nil && n != 1 {
		return fmt.Errorf("%d rows", n)
	}
	return err
}

func keepTogether[T any](f *changeFixture[T]) {
	var want []string
	for name, add := range f.verbs() {
		if err := f.do(func(ctx context.Context) error {
			err := add(ctx, name)
			if audit.ChangeOf(ctx) != nil {
				f.Errorf("%s: the event is not kept", name)
			}
			return err
		}, about(name), audit.Event{Type: "second", Target: name, Time: start}); err != nil {
			f.Errorf("%s: %v", name, err)
		}
		want = append(want, name, "e of "+name, "second of "+name)
	}
	f.has(want...)
	if n := len(f.events.Events()); n != 2*len(f.verbs()) {
		f.Errorf("%d events go to other sinks", n)
	}
}

func keepNoEffect[T any](f *changeFixture[T]) {
	for name, add := range f.verbs() {
		if err := add(f.Context(), name); err != nil {
			f.Fatal(err)
		}
	}
	f.keep(func(context.Context, T, []audit.Event) error {
		f.Error("an event of what was there already")
		return nil
	})
	_ = f.do(func(ctx context.Context) error {
		n, err := f.Insert(ctx, "Exec")
		if n != 0 || err != nil || audit.ChangeOf(ctx) == nil {
			f.Errorf("%d, %v", n, err)
		}
		return err
	}, about("x"))
	_ = f.do(func(ctx context.Context) error {
		if _, err := f.InsertID(ctx, "Exec"); !errors.Is(err, sql.ErrNoRows) || audit.ChangeOf(ctx) == nil {
			f.Errorf("err = %v", err)
		}
		return nil
	}, about("y"))
	f.has("Exec", "Insert", "InsertID", "InTx")
}

func keepUndone[T any](f *changeFixture[T]) {
	undone := errors.New("undone")
	for name, do := range map[string]func(ctx context.Context, tx T) error{
		"by its own will": func(ctx context.Context, tx T) error { return errors.Join(f.Add(ctx, tx, "a"), undone) },
		"by the database": func(ctx context.Context, tx T) error { return errors.Join(f.Add(ctx, tx, "a"), f.Ledger.Fail(ctx, tx)) },
	} {
		err := f.do(func(ctx context.Context) error { return f.InTx(ctx, func(tx T) error { return do(ctx, tx) }) }, about("a"))
		if err == nil {
			f.Errorf("%s: done", name)
		}
	}
	// The event is written, and then its change comes to nothing.
	for name, add := range f.verbs() {
		ctx, cancel := context.WithCancel(f.Context())
		f.keep(func(_ context.Context, tx T, events []audit.Event) error {
			defer cancel()
			return f.insert(f.Context(), tx, events)
		})
		err := audit.Do(ctx, &f.events, func(ctx context.Context) error { return add(ctx, "b") }, about("b"))
		if err == nil {
			f.Errorf("%s: made in a context that had ended", name)
		}
	}
	for _, name := range []string{"Exec", "InTx"} { // few, or the layer takes the database for away
		if f.Kill == nil {
			break
		}
		f.keep(func(ctx context.Context, tx T, events []audit.Event) error {
			return errors.Join(f.insert(ctx, tx, events), f.Kill(ctx, tx))
		})
		if err := f.do(func(ctx context.Context) error { return f.verbs()[name](ctx, "c") }, about("c")); err == nil {
			f.Errorf("%s: made by a connection that was cut", name)
		}
	}
	f.has()
	if n := len(f.events.Events()); n != 0 {
		f.Errorf("%d events of what was not done", n)
	}
}

func keepWithout[T any](f *changeFixture[T]) {
	f.keep(func(ctx context.Context, tx T, events []audit.Event) error {
		return errors.Join(f.insert(ctx, tx, events), f.Ledger.Fail(ctx, tx))
	})
	var want []string
	for name, add := range f.verbs() {
		if err := f.do(func(ctx context.Context) error {
			err := add(ctx, name)
			if audit.ChangeOf(ctx) == nil {
				f.Errorf("%s: the event is said to be kept", name)
			}
			return err
		}, about(name)); err != nil {
			f.Errorf("%s: %v", name, err)
		}
		want = append(want, name)
	}
	f.has(want...)
	if n := len(f.events.Events()); n != len(want) {
		f.Errorf("%d events are recorded, want %d", n, len(want))
	}
}

func keepRequired[T any](f *changeFixture[T]) {
	q := audit.NewQueue(audit.QueueConfig{Required: true})
	f.Cleanup(func() { _ = q.Close(context.Background()) })
	broken := errors.New("broken")
	for what, insert := range map[string]func(ctx context.Context, tx T, events []audit.Event) error{
		"the database refuses": func(ctx context.Context, tx T, _ []audit.Event) error {
			return errors.Join(broken, f.Ledger.Fail(ctx, tx))
		},
		"a row is there before": func(context.Context, T, []audit.Event) error { return broken },
	} {
		f.keep(insert)
		for name, add := range f.verbs() {
			if err := audit.Do(f.Context(), q, func(ctx context.Context) error { return add(ctx, name) }, about(name)); !errors.Is(err, broken) {
				f.Errorf("%s, %s: %v", what, name, err)
			}
		}
	}
	f.has()
	f.keep(f.insert)
	if err := audit.Do(f.Context(), q, func(ctx context.Context) error { return one(f.Exec(ctx, "a")) }, about("a")); err != nil {
		f.Error(err)
	}
	f.has("a", "e of a")
}

func keepWaiting[T any](f *changeFixture[T]) {
	f.keep(func(ctx context.Context, _ T, _ []audit.Event) error {
		<-ctx.Done()
		return ctx.Err()
	})
	ctx, cancel := context.WithTimeout(f.Context(), 2*time.Second)
	defer cancel()
	if err := audit.Do(ctx, &f.events, func(ctx context.Context) error { return one(f.Exec(ctx, "a")) }, about("a")); err != nil {
		f.Error(err)
	}
	f.has("a")
}

func keepAgain[T any](f *changeFixture[T]) {
	if f.Again == nil {
		f.Log("the database takes nothing back")
		return
	}
	want := []string{}
	for name, add := range f.verbs() {
		tries := 0
		f.keep(func(ctx context.Context, tx T, events []audit.Event) error {
			err := f.insert(ctx, tx, events)
			if tries++; tries < 3 {
				return errors.Join(err, f.Again)
			}
			return err
		})
		if err := f.do(func(ctx context.Context) error { return add(ctx, name) }, about(name)); err != nil || tries != 3 {
			f.Errorf("%s: %v after %d tries", name, err, tries)
		}
		want = append(want, name, "e of "+name)
	}
	f.has(want...)
}

func keepID[T any](f *changeFixture[T]) {
	tries := 0
	f.keep(func(ctx context.Context, tx T, events []audit.Event) error {
		err := f.insert(ctx, tx, events)
		if tries++; tries == 1 && f.Again != nil {
			return errors.Join(err, f.Again) // the next try has another id
		}
		return err
	})
	var id int64
	if err := f.do(func(ctx context.Context) (err error) {
		id, err = f.InsertID(ctx, "a")
		return err
	}, about(audit.ItsID)); err != nil {
		f.Fatal(err)
	}
	f.has("a", fmt.Sprintf("e of %d", id))
	if e := f.events.Events(); len(e) != 1 || e[0].Target != fmt.Sprint(id) {
		f.Errorf("%+v", e)
	}
}

func keepFirst[T any](f *changeFixture[T]) {
	if err := f.do(func(ctx context.Context) error {
		if n, err := f.Insert(ctx, "a"); n != 1 || err != nil {
			return errors.Join(err, fmt.Errorf("%d rows", n))
		}
		return one(f.Insert(ctx, "b"))
	}, about("a")); err != nil {
		f.Fatal(err)
	}
	f.has("a", "b", "e of a")
}

func keepNothing[T any](f *changeFixture[T]) {
	f.keep(func(context.Context, T, []audit.Event) error {
		f.Error("an event of nothing")
		return nil
	})
	var want []string
	for name, add := range f.verbs() {
		if err := add(f.Context(), name); err != nil {
			f.Errorf("%s: %v", name, err)
		}
		if err := f.do(func(ctx context.Context) error { return add(ctx, name+" again") }); err != nil {
			f.Errorf("%s: %v", name, err)
		}
		want = append(want, name, name+" again")
	}
	f.has(want...)
}

func keepElsewhere[T any](f *changeFixture[T]) {
	f.keep(nil)
	if err := f.do(func(ctx context.Context) error { return one(f.Exec(ctx, "a")) }, about("a")); err != nil {
		f.Fatal(err)
	}
	f.has("a")
	if n := len(f.events.Events()); n != 1 {
		f.Errorf("%d events", n)
	}
}

// BenchmarkChanges measures what the event of a change costs, which is kept together with
// it: the two take turns, so that what else the machine does burdens both alike, and what
// counts is the ratio of their medians. A change is a statement that adds a row.
func BenchmarkChanges[T any](b *testing.B, l Ledger[T]) {
	l.KeepEvents(func(ctx context.Context, tx T, events []audit.Event) error {
		return l.Add(ctx, tx, "event "+events[0].Target)
	})
	n := 0
	add := func(ctx context.Context) error {
		n++
		return one(l.Exec(ctx, fmt.Sprint(n)))
	}
	variants := []func() error{
		func() error { return add(b.Context()) },
		func() error { return audit.Do(b.Context(), audit.Discard(), add, about(fmt.Sprint(n))) },
	}
	times := make([][]time.Duration, len(variants))
	for b.Loop() {
		for i, once := range variants {
			begin := time.Now()
			if err := once(); err != nil {
				b.Fatal(err)
			}
			times[i] = append(times[i], time.Since(begin))
		}
	}
	for _, t := range times {
		slices.Sort(t)
	}
	bare, kept := times[0][len(times[0])/2], times[1][len(times[1])/2]
	b.ReportMetric(0, "ns/op") // of no meaning here
	b.ReportMetric(float64(bare), "ns/change")
	b.ReportMetric(float64(kept), "ns/change+event")
	b.ReportMetric(float64(kept)/float64(bare), "x-change")
}
