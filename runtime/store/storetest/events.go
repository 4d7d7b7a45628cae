package storetest

import (
	"context"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/audit/audittest"
)

// Events runs the contract of [audit.Store] on the storage that open returns, which has to be
// empty each time, with what reads its events in the order in which they were added.
func Events(t *testing.T, open func(t *testing.T) (audit.Store, func() []audit.Event)) {
	cases := map[string]func(*eventFixture){
		"LOG-01 events are kept":                                  keepEvents,
		"LOG-03 whatever a text is it is one event":               keepNaughty,
		"LOG-04 a batch is kept as a whole":                       keepWhole,
		"STO-05 what is old is swept, in batches":                 sweepEvents,
		"LOG-04 a storage that is there says so":                  pingEvents,
		"events of many processes do not get in each other's way": raceEvents,
	}
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		t.Run(name, func(t *testing.T) {
			store, read := open(t)
			cases[name](&eventFixture{fixture: &fixture[int64, string]{T: t}, Store: store, read: read})
		})
	}
}

// An eventFixture is a case in progress. Its fixture has no users.
type eventFixture struct {
	*fixture[int64, string]
	Store audit.Store
	read  func() []audit.Event
}

func event(at time.Time) audit.Event {
	return audit.Event{
		Time: canonical(at), Type: audit.Login, Outcome: audit.Denied, Reason: "wrong-password", Actor: "1", Target: "2", Strategy: "password",
		Request: audit.Request{ID: "request", Addr: netip.MustParseAddr("2001:db8::1")},
	}
}

func (f *eventFixture) adds(events ...audit.Event) {
	f.Helper()
	if err := f.Store.Append(f.Context(), events); err != nil {
		f.Fatal(err)
	}
}

func (f *eventFixture) has(want int) {
	f.Helper()
	if n := len(f.read()); n != want {
		f.Errorf("there are %d events, want %d", n, want)
	}
}

func (f *eventFixture) sweeps(before time.Time, limit, want int) {
	f.Helper()
	if n, err := f.Store.DeleteBefore(f.Context(), before, limit); n != want || err != nil {
		f.Errorf("swept %d, %v; want %d", n, err, want)
	}
}

// holds fails the test unless the storage gives back events as they were added.
func (f *eventFixture) holds(want []audit.Event) {
	f.Helper()
	got := f.read()
	if len(got) != len(want) {
		f.Fatalf("there are %d events, want %d", len(got), len(want))
	}
	for i, e := range want {
		if got[i] != e {
			f.Errorf("event %d is\n%+q, want\n%+q", i, got[i], e)
		}
	}
}

func keepEvents(f *eventFixture) {
	other := event(start.Add(time.Microsecond))
	other.Type, other.Outcome, other.Reason, other.Actor, other.Target, other.Strategy = "type", "outcome", "reason", "actor", "target", "strategy"
	least := audit.Event{Time: canonical(start), Type: audit.Login, Outcome: audit.Success}
	f.adds(event(start))
	f.adds(other, event(start), least)
	f.adds()
	f.holds([]audit.Event{event(start), other, event(start), least})
}

// keepNaughty writes as a server does, through a [audit.Table], and expects back what any sink
// is given.
func keepNaughty(f *eventFixture) {
	given := new(givenEvents)
	for _, store := range []audit.Store{given, f.Store} {
		table, err := audit.NewTable(audit.TableConfig{Store: store, SweepInterval: -1})
		if err != nil {
			f.Fatal(err)
		}
		defer table.Close()
		for _, text := range audittest.Naughty(f) {
			e := event(start)
			e.Type, e.Outcome, e.Reason, e.Actor, e.Target, e.Strategy, e.Request.ID = audit.Type(text), audit.Outcome(text), text, text, text, text, text
			if err := table.Write(f.Context(), []audit.Event{e}); err != nil {
				f.Fatalf("%+q: %v", text, err)
			}
		}
	}
	f.holds(given.events)
}

// givenEvents keeps what it is given.
type givenEvents struct {
	audit.Store
	events []audit.Event
}

func (s *givenEvents) Append(_ context.Context, events []audit.Event) error {
	s.events = append(s.events, events...)
	return nil
}

// keepWhole adds more events than a sink is given at once.
func keepWhole(f *eventFixture) {
	events := make([]audit.Event, 2*audit.DefaultCapacity)
	for i := range events {
		events[i] = event(start)
		events[i].Actor = fmt.Sprint(i)
	}
	f.adds(events...)
	f.has(len(events))
}

func sweepEvents(f *eventFixture) {
	now := canonical(start)
	for i := range 5 {
		f.adds(event(now.Add(-time.Duration(i+1) * time.Hour)))
	}
	f.adds(event(now), event(now.Add(time.Microsecond)))
	for _, want := range []int{2, 2, 1, 0} {
		f.sweeps(now, 2, want)
	}
	f.has(2)
	f.sweeps(now.Add(time.Microsecond), width, 1)
	f.has(1)
}

func pingEvents(f *eventFixture) {
	f.adds(event(start))
	if err := f.Store.Ping(f.Context()); err != nil {
		f.Error(err)
	}
	f.has(1)
}

func raceEvents(f *eventFixture) {
	for i, err := range f.race(func(int) error { return f.Store.Append(f.Context(), []audit.Event{event(start), event(start)}) }) {
		if err != nil {
			f.Fatalf("caller %d: %v", i, err)
		}
	}
	f.has(2 * width)
}
