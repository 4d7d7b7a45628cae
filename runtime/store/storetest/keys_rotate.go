package storetest

import (
	"fmt"
	"time"
)

func limitKeys[ID comparable, R, S ~string](f *keyFixture[ID, R, S]) {
	ctx, u, other := f.Context(), f.user("ada@example.com"), f.user("bob@example.com")
	const limit = 2
	create := func(owner ID, name string, at time.Time) error {
		r := f.key(owner, name)
		r.CreatedAt, r.ExpiresAt = at, at.Add(life)
		return f.Keys.Create(ctx, r, limit)
	}
	refused := func(name string, at time.Time) {
		f.Helper()
		if err := create(u.ID, name, at); !tooMany(err) {
			f.Errorf("key %s: %v, want ErrTooMany", name, err)
		}
		f.lost(name)
	}
	f.must(create(u.ID, "a", start))
	f.must(create(u.ID, "b", start.Add(time.Minute)))
	refused("c", start.Add(time.Hour))
	f.must(create(other.ID, "d", start.Add(time.Hour))) // somebody else's do not count

	_, err := f.Keys.Rotate(ctx, u.ID, "a", f.rotated("a2", start.Add(time.Hour)), start.Add(2*time.Hour))
	f.must(err) // rotation is possible at the limit, and leaves the owner at the limit
	refused("c", start.Add(time.Hour))

	f.must(f.Keys.Revoke(ctx, u.ID, "a2"))
	f.must(create(u.ID, "e", start.Add(time.Hour))) // "a" lives still but is retiring
	refused("c", start.Add(time.Hour))

	refused("c", start.Add(time.Minute+life-time.Microsecond))
	f.must(create(u.ID, "c", start.Add(time.Minute+life))) // the moment that "b" ends
}

func raceLimit[ID comparable, R, S ~string](f *keyFixture[ID, R, S]) {
	const limit = 7
	f.rounds(func(round int) {
		u := f.user(fmt.Sprintf("ada%d@example.com", round))
		made := 0
		for i, err := range f.race(func(i int) error {
			return f.Keys.Create(f.Context(), f.key(u.ID, fmt.Sprint("key", round, "-", i)), limit)
		}) {
			switch {
			case err == nil:
				made++
			case !tooMany(err):
				f.Errorf("caller %d: %v", i, err)
			}
		}
		list, err := f.Keys.List(f.Context(), u.ID)
		if made != limit || len(list) != limit || err != nil {
			f.Errorf("%d made, %d listed, %v; want %d", made, len(list), err, limit)
		}
	})
}

func rotateKey[ID comparable, R, S ~string](f *keyFixture[ID, R, S]) {
	u, other := f.user("ada@example.com"), f.user("bob@example.com")
	f.give(u.ID, "old")
	f.give(u.ID, "bystander")
	at, end := start.Add(time.Hour), start.Add(2*time.Hour)
	if _, err := f.Keys.Rotate(f.Context(), other.ID, "old", f.rotated("new", at), end); !noKey(err) {
		f.Errorf("a foreign key: %v, want ErrNotFound", err)
	}
	f.lost("new")
	f.same(f.there("old"), f.key(u.ID, "old").Key)

	got, err := f.Keys.Rotate(f.Context(), u.ID, "old", f.rotated("new", at), end)
	f.must(err)
	want := f.rotated("new", at).Key // with the owner, the name and the scopes of the old one
	want.OwnerID, want.Name, want.Scopes = u.ID, "name of old", f.Scopes
	f.same(got, want)
	f.same(f.there("new"), want)
	old := f.key(u.ID, "old").Key
	old.RotatedAt, old.ExpiresAt = at, end
	f.same(f.there("old"), old)
	f.same(f.there("bystander"), f.key(u.ID, "bystander").Key)

	if _, err := f.Keys.Rotate(f.Context(), u.ID, "old", f.rotated("newer", at), end); !noKey(err) {
		f.Errorf("a retiring key: %v, want ErrNotFound", err)
	}
	f.lost("newer")
	f.same(f.there("old"), old)
}

func rotateEnd[ID comparable, R, S ~string](f *keyFixture[ID, R, S]) {
	u := f.user("ada@example.com")
	for name, end := range map[string]time.Time{"late": start.Add(2 * life), "at once": start.Add(time.Hour)} {
		f.give(u.ID, name)
		_, err := f.Keys.Rotate(f.Context(), u.ID, name, f.rotated(name+" 2", start.Add(time.Hour)), end)
		f.must(err)
	}
	if got := f.there("late").ExpiresAt; !got.Equal(canonical(start.Add(life))) {
		f.Errorf("a rotated key ends at %v, later than it would have", got)
	}
	if got := f.there("at once").ExpiresAt; !got.Equal(canonical(start.Add(time.Hour))) {
		f.Errorf("a key rotated without overlap ends at %v", got)
	}
	f.give(u.ID, "over")
	end := start.Add(life)
	if _, err := f.Keys.Rotate(f.Context(), u.ID, "over", f.rotated("over 2", end), end.Add(time.Hour)); !noKey(err) {
		f.Errorf("rotate an expired key: %v, want ErrNotFound", err)
	}
	f.lost("over 2")
	_, err := f.Keys.Rotate(f.Context(), u.ID, "over", f.rotated("over 2", end.Add(-time.Microsecond)), end)
	f.must(err)
}

func raceRotateKey[ID comparable, R, S ~string](f *keyFixture[ID, R, S]) {
	f.rounds(func(round int) {
		u := f.user(fmt.Sprintf("ada%d@example.com", round))
		old := fmt.Sprint("old", round)
		f.give(u.ID, old)
		name := func(i int) string { return fmt.Sprint("new", round, "-", i) }
		won := f.winner(f.race(func(i int) error {
			_, err := f.Keys.Rotate(f.Context(), u.ID, old, f.rotated(name(i), start), start.Add(time.Hour))
			return err
		}), noKey)
		for i := range width {
			if i != won {
				f.lost(name(i))
			}
		}
		f.there(name(won))
		if !f.there(old).Retiring() {
			f.Error("the old key is not retiring")
		}
	})
}

func raceRotateCreate[ID comparable, R, S ~string](f *keyFixture[ID, R, S]) {
	u := f.user("ada@example.com")
	const limit = 4
	for i := range limit - 1 {
		f.give(u.ID, fmt.Sprint("old", i))
	}
	for i, err := range f.race(func(i int) error {
		if i%2 == 0 {
			return f.Keys.Create(f.Context(), f.key(u.ID, fmt.Sprint("key", i)), limit)
		}
		_, err := f.Keys.Rotate(f.Context(), u.ID, fmt.Sprint("old", i%(limit-1)), f.rotated(fmt.Sprint("new", i), start), start.Add(time.Hour))
		return err
	}) {
		if err != nil && !tooMany(err) && !noKey(err) {
			f.Errorf("caller %d: %v", i, err)
		}
	}
	list, err := f.Keys.List(f.Context(), u.ID)
	f.must(err)
	active := 0
	for _, k := range list {
		if !k.Retiring() {
			active++
		}
	}
	if active != limit || len(list) != 2*limit-1 {
		f.Errorf("%d keys, %d of them active; want %d and %d", len(list), active, 2*limit-1, limit)
	}
}

func raceRotateRevoke[ID comparable, R, S ~string](f *keyFixture[ID, R, S]) {
	u := f.user("ada@example.com")
	f.give(u.ID, "old")
	errs := f.race(func(i int) error {
		if i%2 == 0 {
			return f.Keys.Revoke(f.Context(), u.ID, "old")
		}
		_, err := f.Keys.Rotate(f.Context(), u.ID, "old", f.rotated(fmt.Sprint("new", i), start), start.Add(time.Hour))
		return err
	})
	f.lost("old")
	for i, err := range errs {
		switch name := fmt.Sprint("new", i); {
		case err != nil && !noKey(err):
			f.Errorf("caller %d: %v", i, err)
		case i%2 == 1 && err == nil:
			f.there(name)
		case i%2 == 1:
			f.lost(name)
		}
	}
}
