package storetest

import (
	"fmt"
	"slices"
	"time"

	"github.com/authgen-go/authgen/runtime/session"
)

func deleteSession[ID comparable, R ~string](f *fixture[ID, R]) {
	u := f.user("ada@example.com")
	f.signIn(u.ID, "a")
	f.signIn(u.ID, "b")
	f.must(f.Sessions.Delete(f.Context(), hashOf("a")))
	f.must(f.Sessions.Delete(f.Context(), hashOf("a")))
	f.gone("a")
	f.found("b")
}

// names lists the sessions of a user by name.
func (f *fixture[ID, R]) names(user ID) []string {
	f.Helper()
	list, err := f.Sessions.List(f.Context(), user)
	f.must(err)
	names := make([]string, len(list))
	for i, s := range list {
		names[i] = s.ID
	}
	return names
}

func listSessions[ID comparable, R ~string](f *fixture[ID, R]) {
	u, other := f.user("ada@example.com"), f.user("bob@example.com")
	f.signIn(other.ID, "foreign")
	for i, name := range []string{"second", "last", "first", "also second"} {
		s := f.session(u.ID, name)
		s.CreatedAt = start.Add([]time.Duration{2, 1, 3, 2}[i] * time.Hour)
		s.ExpiresAt = start.Add(-time.Hour) // expired ones are listed: the Manager judges
		f.must(f.Sessions.Create(f.Context(), s, hashOf(name)))
	}
	if got, want := f.names(u.ID), []string{"first", "also second", "second", "last"}; !slices.Equal(got, want) {
		f.Errorf("listed %q, want %q", got, want)
	}
	list, err := f.Sessions.List(f.Context(), other.ID)
	if err != nil || len(list) != 1 {
		f.Fatalf("%d sessions, %v; want 1", len(list), err)
	}
	if diff := sameSession(list[0], f.session(other.ID, "foreign")); diff != "" {
		f.Error(diff)
	}
}

func deleteByID[ID comparable, R ~string](f *fixture[ID, R]) {
	u, other := f.user("ada@example.com"), f.user("bob@example.com")
	f.signIn(u.ID, "a1")
	f.signIn(u.ID, "a2")
	f.signIn(other.ID, "b")
	if err := f.Sessions.DeleteByID(f.Context(), u.ID, "b"); !noSession(err) {
		f.Errorf("a foreign session: %v, want ErrNotFound", err)
	}
	f.found("b")
	f.must(f.Sessions.DeleteByID(f.Context(), u.ID, "a1"))
	if err := f.Sessions.DeleteByID(f.Context(), u.ID, "a1"); !noSession(err) {
		f.Errorf("again: %v, want ErrNotFound", err)
	}
	f.gone("a1")
	f.found("a2")
	f.found("b")
}

func deleteByUser[ID comparable, R ~string](f *fixture[ID, R]) {
	u, other := f.user("ada@example.com"), f.user("bob@example.com")
	for _, name := range []string{"a1", "a2", "a3"} {
		f.signIn(u.ID, name)
	}
	f.signIn(other.ID, "b")
	if n, err := f.Sessions.DeleteByUser(f.Context(), u.ID, "a2"); n != 2 || err != nil {
		f.Errorf("all but a2: %d, %v; want 2", n, err)
	}
	if got := f.names(u.ID); !slices.Equal(got, []string{"a2"}) {
		f.Errorf("left %q, want a2", got)
	}
	// An exception that is somebody else's saves nothing and costs nothing.
	if n, err := f.Sessions.DeleteByUser(f.Context(), u.ID, "b"); n != 1 || err != nil {
		f.Errorf("all but a foreign one: %d, %v; want 1", n, err)
	}
	if n, err := f.Sessions.DeleteByUser(f.Context(), other.ID, ""); n != 1 || err != nil {
		f.Errorf("all: %d, %v; want 1", n, err)
	}
	f.gone("a1", "a2", "a3", "b")
}

func deleteExpired[ID comparable, R ~string](f *fixture[ID, R]) {
	u := f.user("ada@example.com")
	now, idleSince := canonical(start.Add(24*time.Hour)), canonical(start.Add(12*time.Hour))
	over := session.Cutoffs{ExpiredAt: now, IdleSince: idleSince, RememberedIdleSince: canonical(start.Add(-24 * time.Hour))}
	add := func(name string, expires, seen time.Time, remembered bool) {
		s := f.session(u.ID, name)
		s.ExpiresAt, s.LastSeenAt, s.Remembered = expires, seen, remembered
		f.must(f.Sessions.Create(f.Context(), s, hashOf(name)))
	}
	for i := range 5 {
		add(fmt.Sprint("expired", i), now, now, i%2 == 0) // at that very moment
		add(fmt.Sprint("idle", i), now.Add(time.Hour), idleSince, false)
	}
	add("idle too", now.Add(time.Hour), over.RememberedIdleSince, true)
	add("live", now.Add(time.Microsecond), idleSince.Add(time.Microsecond), false)
	add("remembered", now.Add(time.Microsecond), over.RememberedIdleSince.Add(time.Microsecond), true)
	for _, want := range []int{4, 4, 3, 0} {
		if n, err := f.Sessions.DeleteExpired(f.Context(), over, 4); n != want || err != nil {
			f.Errorf("swept %d, %v; want %d", n, err, want)
		}
	}
	if got := f.names(u.ID); !slices.Equal(got, []string{"live", "remembered"}) {
		f.Errorf("left %q, want live and remembered", got)
	}
}
