package revocation_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/revocation"
)

// A listBench is a list and its clock.
type listBench struct {
	*testing.T
	*revocation.Memory
	clock *clock
}

func newList(t *testing.T) *listBench {
	c := &clock{}
	c.nanos.Store(start.UnixNano())
	return &listBench{T: t, Memory: revocation.NewMemory(c.now), clock: c}
}

func (b *listBench) revoke(id string, life time.Duration) {
	b.Helper()
	if err := b.Revoke(b.Context(), id, b.clock.now().Add(life)); err != nil {
		b.Fatal(err)
	}
}

func (b *listBench) want(id string, want bool) {
	b.Helper()
	if got, err := b.Revoked(b.Context(), id, b.clock.now()); got != want || err != nil {
		b.Errorf("token %s: revoked %v, %v; want %v", id, got, err, want)
	}
}

// SECURITY REV-04.
func TestREV04_TheMemoryKeepsEntriesUntilTheirEnd(t *testing.T) {
	b := newList(t)
	b.revoke("short", time.Minute)
	b.revoke("long", time.Hour)
	b.revoke("longer and shorter", time.Hour)
	b.revoke("longer and shorter", time.Minute)
	b.revoke("shorter and longer", time.Minute)
	b.revoke("shorter and longer", time.Hour)
	b.clock.advance(time.Minute - 1)
	b.revoke("other", time.Second) // sweeps
	b.want("short", true)
	b.clock.advance(1)
	b.revoke("another", time.Hour)
	b.want("short", false) // nobody accepts it any more
	b.want("long", true)
	b.want("longer and shorter", true)
	b.want("shorter and longer", true)
	b.want("none", false)
	b.clock.advance(time.Hour)
	b.revoke("last", time.Second)
	for _, id := range []string{"short", "long", "longer and shorter", "shorter and longer", "other", "another"} {
		b.want(id, false)
	}
	b.want("last", true)
}

// Whatever comes, nothing that is listed is driven out; what finds no room is told so.
// SECURITY REV-04.
func TestREV04_AFullMemoryRefuses(t *testing.T) {
	c := &clock{}
	c.nanos.Store(start.UnixNano())
	const room = 1000
	b := &listBench{T: t, Memory: revocation.NewMemoryOf(c.now, room), clock: c}
	life := func(i int) time.Duration { return time.Duration(1+i*37%room) * time.Second }
	for i := range room {
		b.revoke(fmt.Sprint(i), life(i))
	}
	for range 3 {
		err := b.Revoke(t.Context(), "one too many", c.now().Add(24*time.Hour))
		if !errors.Is(err, revocation.ErrFull) || errors.As(err, new(*authn.Problem)) {
			t.Errorf("a full list: %v", err)
		}
	}
	b.want("one too many", false)
	b.revoke("7", 48*time.Hour) // one that is there has room
	for i := range room {
		b.want(fmt.Sprint(i), true)
	}
	c.advance(time.Second) // one has ended
	b.revoke("one too many", time.Hour)
	b.want("one too many", true)
	if err := b.Revoke(t.Context(), "two too many", c.now().Add(time.Hour)); !errors.Is(err, revocation.ErrFull) {
		t.Errorf("a full list: %v", err)
	}
	c.advance(room * time.Second)
	b.revoke("after", time.Second)
	for i := range room {
		b.want(fmt.Sprint(i), i == 7)
	}
}

// What this list listed before the process began is forgotten: tokens of that time
// are refused, to the second in which they say that they were made.
func TestAMemoryRefusesWhatIsOlderThanItself(t *testing.T) {
	b := newList(t)
	second := start.Truncate(time.Second)
	for issued, want := range map[time.Time]bool{
		{}:                          true, // does not say
		second.Add(-time.Second):    true,
		second.Add(-1):              true,
		second:                      false,
		start:                       false,
		start.Add(time.Hour):        false,
		second.Add(-24 * time.Hour): true,
	} {
		if got, err := b.Revoked(t.Context(), "any", issued); got != want || err != nil {
			t.Errorf("made at %v: revoked %v, %v; want %v", issued, got, err, want)
		}
	}
}

// The checker asks the list, and a list that cannot tell is no verdict.
func TestAListThatCannotTellIsNoVerdict(t *testing.T) {
	b := newBench(t, func(c *config) { c.List = brokenList{revocation.NewMemory(c.Now)} })
	good := b.token(b.ada)
	for what, err := range map[string]error{"Check": b.check(good), "Revoke": b.Revoke(t.Context(), good)} {
		b.is(what, err, errDown)
		if errors.As(err, new(*authn.Problem)) {
			t.Errorf("%s: a verdict: %v", what, err)
		}
	}
	if n := b.store.count("Revoke"); n != 0 {
		t.Error("the storage's list was used")
	}
}

func TestAMemoryIsSafeForMany(t *testing.T) {
	b := newList(t)
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 500 {
				id := fmt.Sprint(i % 100)
				if err := b.Revoke(t.Context(), id, start.Add(time.Duration(1+(i+g)%50)*time.Second)); err != nil {
					t.Error(err)
				}
				if got, err := b.Revoked(t.Context(), id, start); !got || err != nil {
					t.Errorf("token %s: %v, %v", id, got, err)
				}
			}
		})
	}
	wg.Wait()
	b.clock.advance(time.Minute)
	b.revoke(strings.Repeat("x", 10), time.Second)
	for i := range 100 {
		b.want(fmt.Sprint(i), false)
	}
}

// A brokenList never answers.
type brokenList struct{ revocation.List }

func (brokenList) Revoke(context.Context, string, time.Time) error { return errDown }

func (brokenList) Revoked(context.Context, string, time.Time) (bool, error) { return false, errDown }
