package storetest

import (
	"fmt"
	"slices"
	"time"

	"github.com/authgen-go/authgen/runtime/session"
)

func rotate[ID comparable, R ~string](f *fixture[ID, R]) {
	u := f.user("ada@example.com")
	f.signIn(u.ID, "old")
	f.signIn(u.ID, "bystander")
	at := start.Add(10 * time.Minute)
	f.must(f.Sessions.Rotate(f.Context(), hashOf("old"), hashOf("new"), 2, at))
	f.gone("old")
	want := f.session(u.ID, "old") // its name, creation and absolute end stay
	want.UserVersion, want.AuthenticatedAt, want.LastSeenAt = 2, at, at
	if diff := sameSession(forRequest(f.found("new")), forRequest(want)); diff != "" {
		f.Error(diff)
	}
	if diff := sameSession(forRequest(f.found("bystander")), forRequest(f.session(u.ID, "bystander"))); diff != "" {
		f.Error(diff)
	}
	// Activity that is known already is not taken back.
	seen := start.Add(20 * time.Minute)
	f.must(f.Sessions.Touch(f.Context(), []session.Touch{{Hash: hashOf("new"), SeenAt: seen}}))
	f.must(f.Sessions.Rotate(f.Context(), hashOf("new"), hashOf("newer"), 3, at))
	if got := f.found("newer").LastSeenAt; !got.Equal(canonical(seen)) {
		f.Errorf("last seen %v, want %v", got, canonical(seen))
	}
	// The session is still listed and ended by its name.
	if got := f.names(u.ID); !slices.Equal(got, []string{"bystander", "old"}) {
		f.Errorf("listed %q, want bystander and old", got)
	}
	f.must(f.Sessions.DeleteByID(f.Context(), u.ID, "old"))
	f.gone("newer")
}

func raceRotate[ID comparable, R ~string](f *fixture[ID, R]) {
	u := f.user("ada@example.com")
	f.rounds(func(round int) {
		old := fmt.Sprint("old", round)
		f.signIn(u.ID, old)
		token := func(i int) string { return fmt.Sprint("new", round, "-", i) }
		won := f.winner(f.race(func(i int) error {
			return f.Sessions.Rotate(f.Context(), hashOf(old), hashOf(token(i)), int64(i), start)
		}), noSession)
		f.gone(old)
		for i := range width {
			if i != won {
				f.gone(token(i))
			}
		}
		if got := f.found(token(won)).UserVersion; got != int64(won) {
			f.Errorf("version %d, want that of the winner, %d", got, won)
		}
	})
}

func touch[ID comparable, R ~string](f *fixture[ID, R]) {
	u := f.user("ada@example.com")
	f.signIn(u.ID, "a")
	f.signIn(u.ID, "b")
	for _, step := range []struct{ to, want time.Duration }{
		{time.Minute, time.Minute}, {30 * time.Second, time.Minute}, {-time.Hour, time.Minute},
		{time.Minute + time.Microsecond, time.Minute + time.Microsecond},
	} {
		f.must(f.Sessions.Touch(f.Context(), []session.Touch{
			{Hash: hashOf("none"), SeenAt: start.Add(time.Hour)},
			{Hash: hashOf("a"), SeenAt: start.Add(step.to)},
		}))
		want := f.session(u.ID, "a") // nothing but last seen changes
		want.LastSeenAt = start.Add(step.want)
		if diff := sameSession(forRequest(f.found("a")), forRequest(want)); diff != "" {
			f.Errorf("touched to %v: %s", step.to, diff)
		}
	}
	if diff := sameSession(forRequest(f.found("b")), forRequest(f.session(u.ID, "b"))); diff != "" {
		f.Error(diff)
	}
	f.gone("none") // a touch does not bring a session back
}

func raceTouch[ID comparable, R ~string](f *fixture[ID, R]) {
	u := f.user("ada@example.com")
	f.signIn(u.ID, "a")
	for i, err := range f.race(func(i int) error {
		seen := start.Add(time.Duration(i*37%width) * time.Second) // each once, in no order
		return f.Sessions.Touch(f.Context(), []session.Touch{{Hash: hashOf("a"), SeenAt: seen}})
	}) {
		if err != nil {
			f.Errorf("caller %d: %v", i, err)
		}
	}
	if got, want := f.found("a").LastSeenAt, canonical(start.Add((width-1)*time.Second)); !got.Equal(want) {
		f.Errorf("last seen %v, want %v", got, want)
	}
}

func touchMany[ID comparable, R ~string](f *fixture[ID, R]) {
	u := f.user("ada@example.com")
	const n = 500
	seen := start.Add(time.Minute)
	touches := make([]session.Touch, n)
	for i := range touches {
		name := fmt.Sprint("session", i)
		f.signIn(u.ID, name)
		touches[i] = session.Touch{Hash: hashOf(name), SeenAt: seen}
	}
	f.must(f.Sessions.Touch(f.Context(), touches))
	list, err := f.Sessions.List(f.Context(), u.ID)
	if err != nil || len(list) != n {
		f.Fatalf("%d sessions, %v; want %d", len(list), err, n)
	}
	for _, s := range list {
		if !s.LastSeenAt.Equal(canonical(seen)) {
			f.Fatalf("session %s was last seen at %v, want %v", s.ID, s.LastSeenAt, canonical(seen))
		}
	}
}
