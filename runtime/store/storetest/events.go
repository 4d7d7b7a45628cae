package storetest

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
)

// Events runs the contract of [audit.Store] on the storage that open returns, which has to be
// empty each time, with what counts its events.
func Events(t *testing.T, open func(t *testing.T) (audit.Store, func() int)) {
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
			store, count := open(t)
			cases[name](&eventFixture{fixture: &fixture[int64, string]{T: t}, Store: store, count: count})
		})
	}
}

// An eventFixture is a case in progress. Its fixture has no users.
type eventFixture struct {
	*fixture[int64, string]
	Store audit.Store
	count func() int
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
	if n := f.count(); n != want {
		f.Errorf("there are %d events, want %d", n, want)
	}
}

func (f *eventFixture) sweeps(before time.Time, limit, want int) {
	f.Helper()
	if n, err := f.Store.DeleteBefore(f.Context(), before, limit); n != want || err != nil {
		f.Errorf("swept %d, %v; want %d", n, err, want)
	}
}

func keepEvents(f *eventFixture) {
	f.adds(event(start))
	f.adds(event(start), event(start), audit.Event{Time: canonical(start), Type: audit.Login, Outcome: audit.Success})
	f.adds()
	f.has(4)
}

func keepNaughty(f *eventFixture) {
	texts := []string{"'; DROP TABLE auth_events; --", `"`, `\`, "%_", "\ufffd", "\u202e", "ﷺ", strings.Repeat("x", audit.MaxField), strings.Repeat("ﷺ", audit.MaxField/3)}
	for _, text := range texts {
		e := event(start)
		e.Type, e.Outcome, e.Reason, e.Actor, e.Target, e.Strategy, e.Request.ID = audit.Type(text), audit.Outcome(text), text, text, text, text, text
		f.adds(e)
	}
	f.has(len(texts))
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
