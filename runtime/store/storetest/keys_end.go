package storetest

import (
	"fmt"
	"slices"
	"time"

	"github.com/authgen-go/authgen/runtime/apikey"
)

func revokeKey[ID comparable, R, S ~string](f *keyFixture[ID, R, S]) {
	u, other := f.user("ada@example.com"), f.user("bob@example.com")
	f.give(u.ID, "a1")
	f.give(u.ID, "a2")
	f.give(other.ID, "b")
	if err := f.Keys.Revoke(f.Context(), u.ID, "b"); !noKey(err) {
		f.Errorf("a foreign key: %v, want ErrNotFound", err)
	}
	f.there("b")
	f.must(f.Keys.Revoke(f.Context(), u.ID, "a1"))
	if err := f.Keys.Revoke(f.Context(), u.ID, "a1"); !noKey(err) {
		f.Errorf("again: %v, want ErrNotFound", err)
	}
	f.lost("a1")
	f.there("a2")
	f.there("b")
}

func raceRevoke[ID comparable, R, S ~string](f *keyFixture[ID, R, S]) {
	u := f.user("ada@example.com")
	f.rounds(func(round int) {
		name := fmt.Sprint("key", round)
		f.give(u.ID, name)
		f.winner(f.race(func(i int) error {
			if i%2 == 0 {
				return f.Keys.Revoke(f.Context(), u.ID, name)
			}
			_, err := f.Keys.RevokeByHash(f.Context(), keyHash(name))
			return err
		}), noKey)
		f.lost(name)
	})
}

func revokeByHash[ID comparable, R, S ~string](f *keyFixture[ID, R, S]) {
	u := f.user("ada@example.com")
	f.give(u.ID, "a")
	f.give(u.ID, "b")
	got, err := f.Keys.RevokeByHash(f.Context(), keyHash("a"))
	f.must(err)
	f.same(got, f.key(u.ID, "a").Key)
	f.lost("a")
	f.there("b")
}

func revokeAll[ID comparable, R, S ~string](f *keyFixture[ID, R, S]) {
	u, other := f.user("ada@example.com"), f.user("bob@example.com")
	for _, name := range []string{"a1", "a2", "a3"} {
		f.give(u.ID, name)
	}
	f.give(other.ID, "b")
	_, err := f.Keys.Rotate(f.Context(), u.ID, "a1", f.rotated("a4", start), start.Add(time.Hour))
	f.must(err)
	for _, want := range []int{4, 0} {
		if n, err := f.Keys.RevokeAll(f.Context(), u.ID); n != want || err != nil {
			f.Errorf("revoked %d, %v; want %d", n, err, want)
		}
	}
	f.lost("a1", "a2", "a3", "a4")
	f.there("b")
}

func ids[ID comparable, S ~string](list []apikey.Key[ID, S]) []string {
	names := make([]string, len(list))
	for i, k := range list {
		names[i] = k.ID
	}
	return names
}

func listKeys[ID comparable, R, S ~string](f *keyFixture[ID, R, S]) {
	u, other := f.user("ada@example.com"), f.user("bob@example.com")
	f.give(other.ID, "foreign")
	for i, name := range []string{"second", "last", "first", "also second"} {
		r := f.key(u.ID, name)
		r.CreatedAt = start.Add([]time.Duration{2, 1, 3, 2}[i] * time.Hour)
		r.ExpiresAt = r.CreatedAt.Add(time.Second) // expired ones are listed: the Service judges
		f.must(f.Keys.Create(f.Context(), r, width))
	}
	list, err := f.Keys.List(f.Context(), u.ID)
	f.must(err)
	if got, want := ids(list), []string{"first", "also second", "second", "last"}; !slices.Equal(got, want) {
		f.Errorf("listed %q, want %q", got, want)
	}
	list, err = f.Keys.List(f.Context(), other.ID)
	if err != nil || len(list) != 1 {
		f.Fatalf("%d keys, %v; want 1", len(list), err)
	}
	f.same(list[0], f.key(other.ID, "foreign").Key)
}

func expiringKeys[ID comparable, R, S ~string](f *keyFixture[ID, R, S]) {
	u, other := f.user("ada@example.com"), f.user("bob@example.com")
	add := func(owner ID, name string, end time.Time) {
		r := f.key(owner, name)
		r.ExpiresAt = end
		f.must(f.Keys.Create(f.Context(), r, width))
	}
	from, until := start.Add(time.Hour), start.Add(2*time.Hour)
	add(u.ID, "before", from.Add(-time.Microsecond))
	add(u.ID, "at until", until)
	add(u.ID, "after until", until.Add(time.Microsecond))
	for _, name := range []string{"c", "a", "d", "b"} { // of one time, in the order of their ids
		add(other.ID, name, from)
	}
	add(u.ID, "rotated", from.Add(time.Minute))
	_, err := f.Keys.Rotate(f.Context(), u.ID, "rotated", f.rotated("new", start), from.Add(time.Minute))
	f.must(err)
	after := apikey.Position{ExpiresAt: from}
	for _, want := range [][]string{{"a", "b"}, {"c", "d"}, {"at until"}, {}} {
		page, err := f.Keys.Expiring(f.Context(), after, until, 2)
		f.must(err)
		if got := ids(page); !slices.Equal(got, want) {
			f.Fatalf("after %v: %q, want %q", after, got, want)
		}
		for _, k := range page {
			after = apikey.Position{ExpiresAt: k.ExpiresAt, ID: k.ID}
		}
	}
	page, err := f.Keys.Expiring(f.Context(), apikey.Position{ExpiresAt: from, ID: "b"}, from, 1)
	f.must(err)
	want := f.key(other.ID, "c").Key
	want.ExpiresAt = from
	if len(page) != 1 {
		f.Fatalf("%d keys, want 1", len(page))
	}
	f.same(page[0], want)
}

func sweepKeys[ID comparable, R, S ~string](f *keyFixture[ID, R, S]) {
	u := f.user("ada@example.com")
	now := canonical(start.Add(life))
	for i := range 5 {
		f.give(u.ID, fmt.Sprint("expired", i)) // at that very moment
	}
	r := f.key(u.ID, "live")
	r.ExpiresAt = now.Add(time.Microsecond)
	f.must(f.Keys.Create(f.Context(), r, width))
	for _, want := range []int{4, 1, 0} {
		if n, err := f.Keys.DeleteExpired(f.Context(), now, 4); n != want || err != nil {
			f.Errorf("swept %d, %v; want %d", n, err, want)
		}
	}
	f.there("live")
	f.lost("expired0", "expired1", "expired2", "expired3", "expired4")
}
