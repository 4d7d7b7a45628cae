package storetest

import (
	"fmt"
	"time"

	"github.com/authgen-go/authgen/runtime/refresh"
)

func endFamily[ID comparable, R ~string](f *tokenFixture[ID, R]) {
	u := f.user("ada@example.com")
	f.begin(u.ID, "a")
	f.begin(u.ID, "b")
	for range 2 {
		f.must(f.Families.End(f.Context(), familyID("a")))
		f.ended("a")
	}
	if err := f.Families.Advance(f.Context(), familyID("a"), 1, start); !noFamily(err) {
		f.Errorf("advance what has ended: %v, want ErrNotFound", err)
	}
	if err := f.Families.Adopt(f.Context(), u.ID, familyID("a"), 2); !noFamily(err) {
		f.Errorf("adopt what has ended: %v, want ErrNotFound", err)
	}
	f.ended("a")
	f.alive("b")
}

func endFamilyByID[ID comparable, R ~string](f *tokenFixture[ID, R]) {
	u, other := f.user("ada@example.com"), f.user("bob@example.com")
	f.begin(u.ID, "a1")
	f.begin(u.ID, "a2")
	f.begin(other.ID, "b")
	if err := f.Families.EndByID(f.Context(), u.ID, familyID("b")); !noFamily(err) {
		f.Errorf("a foreign family: %v, want ErrNotFound", err)
	}
	f.alive("b")
	f.must(f.Families.EndByID(f.Context(), u.ID, familyID("a1")))
	if err := f.Families.EndByID(f.Context(), u.ID, familyID("a1")); !noFamily(err) {
		f.Errorf("again: %v, want ErrNotFound", err)
	}
	f.ended("a1")
	f.alive("a2")
	f.alive("b")
}

func raceEndByID[ID comparable, R ~string](f *tokenFixture[ID, R]) {
	u := f.user("ada@example.com")
	f.rounds(func(round int) {
		name := fmt.Sprint("family", round)
		f.begin(u.ID, name)
		f.winner(f.race(func(int) error { return f.Families.EndByID(f.Context(), u.ID, familyID(name)) }), noFamily)
		f.ended(name)
	})
}

func endFamiliesByUser[ID comparable, R ~string](f *tokenFixture[ID, R]) {
	u, other := f.user("ada@example.com"), f.user("bob@example.com")
	for _, name := range []string{"a1", "a2", "a3"} {
		f.begin(u.ID, name)
	}
	f.begin(other.ID, "b")
	if n, err := f.Families.EndByUser(f.Context(), u.ID, familyID("a2")); n != 2 || err != nil {
		f.Errorf("all but a2: %d, %v; want 2", n, err)
	}
	f.ended("a1", "a3")
	f.alive("a2")
	// An exception that is somebody else's saves nothing and costs nothing.
	if n, err := f.Families.EndByUser(f.Context(), u.ID, familyID("b")); n != 1 || err != nil {
		f.Errorf("all but a foreign one: %d, %v; want 1", n, err)
	}
	f.alive("b")
	if n, err := f.Families.EndByUser(f.Context(), other.ID, refresh.ID{}); n != 1 || err != nil {
		f.Errorf("all: %d, %v; want 1", n, err)
	}
	f.ended("a1", "a2", "a3", "b")
}

func sweepFamilies[ID comparable, R ~string](f *tokenFixture[ID, R]) {
	u := f.user("ada@example.com")
	expired, idleSince := canonical(start.Add(24*time.Hour)), canonical(start.Add(12*time.Hour))
	add := func(name string, expires, used time.Time) {
		family := f.family(u.ID, name)
		family.ExpiresAt, family.LastUsedAt = expires, used
		f.must(f.Families.Create(f.Context(), family))
	}
	for i := range 5 {
		add(fmt.Sprint("expired", i), expired, expired) // at that very moment
		add(fmt.Sprint("idle", i), expired.Add(time.Hour), idleSince)
	}
	add("live", expired.Add(time.Microsecond), idleSince.Add(time.Microsecond))
	for _, want := range []int{4, 4, 2, 0} {
		if n, err := f.Families.DeleteExpired(f.Context(), expired, idleSince, 4); n != want || err != nil {
			f.Errorf("swept %d, %v; want %d", n, err, want)
		}
	}
	for i := range 5 {
		f.ended(fmt.Sprint("expired", i), fmt.Sprint("idle", i))
	}
	f.alive("live")
}
