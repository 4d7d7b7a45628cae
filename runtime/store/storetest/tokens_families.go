package storetest

import (
	"fmt"
	"sync"
	"time"

	"github.com/authgen-go/authgen/runtime/account"
	"github.com/authgen-go/authgen/runtime/refresh"
)

func absentFamilies[ID comparable, R ~string](f *tokenFixture[ID, R]) {
	ctx, u := f.Context(), f.user("ada@example.com")
	f.begin(u.ID, "other")
	f.ended("none")
	for name, err := range map[string]error{
		"Create for nobody": f.Families.Create(ctx, f.family(f.Absent, "x")),
		"Advance":           f.Families.Advance(ctx, familyID("none"), 1, start),
		"Adopt":             f.Families.Adopt(ctx, u.ID, familyID("none"), 2),
		"Adopt of nobody":   f.Families.Adopt(ctx, f.Absent, familyID("other"), 2),
		"EndByID":           f.Families.EndByID(ctx, u.ID, familyID("none")),
		"EndByID of nobody": f.Families.EndByID(ctx, f.Absent, familyID("other")),
	} {
		if !noFamily(err) {
			f.Errorf("%s: %v, want ErrNotFound", name, err)
		}
	}
	f.ended("x", "none")
	for name, err := range map[string]error{
		"End":       f.Families.End(ctx, familyID("none")),
		"EndByUser": second(f.Families.EndByUser(ctx, f.Absent, refresh.ID{})),
	} {
		if err != nil {
			f.Errorf("%s: %v, want nil", name, err)
		}
	}
	f.same(f.alive("other"), f.family(u.ID, "other"))
}

func createFamily[ID comparable, R ~string](f *tokenFixture[ID, R]) {
	u := f.user("ada@example.com")
	want := f.family(u.ID, "a")
	want.UserVersion, want.Counter = 7, 1<<62
	f.must(f.Families.Create(f.Context(), want))
	got, user, err := f.Families.Find(f.Context(), want.ID)
	f.must(err)
	f.same(got, want)
	if diff := sameRights(user, u); diff != "" {
		f.Error(diff)
	}
	// Ids that differ in a letter's case, or in the last bit, are others.
	for i := range 256 {
		family := f.family(u.ID, "")
		family.ID = refresh.ID{15: byte(i)}
		family.UserVersion = int64(i)
		f.must(f.Families.Create(f.Context(), family))
	}
	for i := range 256 {
		if got, _, err := f.Families.Find(f.Context(), refresh.ID{15: byte(i)}); err != nil || got.UserVersion != int64(i) {
			f.Fatalf("family %d: %+v, %v", i, got, err)
		}
	}
}

func duplicateFamily[ID comparable, R ~string](f *tokenFixture[ID, R]) {
	u, other := f.user("ada@example.com"), f.user("bob@example.com")
	f.begin(u.ID, "a")
	if err := f.Families.Create(f.Context(), f.family(other.ID, "a")); err == nil || noFamily(err) {
		f.Errorf("the same id again: %v, want an error that is no verdict", err)
	}
	f.same(f.alive("a"), f.family(u.ID, "a"))
}

func findAccount[ID comparable, R ~string](f *tokenFixture[ID, R]) {
	u := f.user("ada@example.com")
	f.begin(u.ID, "a")
	find := func() account.User[ID, R] {
		f.Helper()
		_, user, err := f.Families.Find(f.Context(), familyID("a"))
		f.must(err)
		return user
	}
	f.must(f.Users.SetRoles(f.Context(), u.ID, f.Roles[:1]))
	want := u
	want.Roles = f.Roles[:1]
	if diff := sameRights(find(), want); diff != "" {
		f.Error(diff)
	}
	version, err := f.Users.ChangePassword(f.Context(), u.ID, f.stored(u.ID).PasswordHash, "new")
	f.must(err)
	if got := find().AuthVersion(); got != version {
		f.Errorf("version %d, want %d", got, version)
	}
	f.must(f.Users.SetDisabled(f.Context(), u.ID, true))
	if find().Active() {
		f.Error("a disabled user is active")
	}
}

func cascadeFamilies[ID comparable, R ~string](f *tokenFixture[ID, R]) {
	u, other := f.user("ada@example.com"), f.user("bob@example.com")
	f.begin(u.ID, "a1")
	f.begin(u.ID, "a2")
	f.begin(other.ID, "b")
	f.must(f.Users.Delete(f.Context(), u.ID))
	f.ended("a1", "a2")
	f.same(f.alive("b"), f.family(other.ID, "b"))
	if err := f.Families.Create(f.Context(), f.family(u.ID, "a3")); !noFamily(err) {
		f.Errorf("a family of who is gone: %v, want ErrNotFound", err)
	}
}

func advanceFamily[ID comparable, R ~string](f *tokenFixture[ID, R]) {
	u := f.user("ada@example.com")
	f.begin(u.ID, "a")
	f.begin(u.ID, "b")
	want := f.family(u.ID, "a")
	// A clock that was set back does not stop anybody.
	for i, after := range []time.Duration{time.Minute, 2 * time.Minute, -time.Hour} {
		at := start.Add(after)
		f.must(f.Families.Advance(f.Context(), familyID("a"), int64(1+i), at))
		want.Counter, want.RotatedAt, want.LastUsedAt = int64(2+i), at, at
		f.same(f.alive("a"), want)
	}
	f.same(f.alive("b"), f.family(u.ID, "b"))
}

func advanceFrom[ID comparable, R ~string](f *tokenFixture[ID, R]) {
	u := f.user("ada@example.com")
	f.begin(u.ID, "a")
	f.must(f.Families.Advance(f.Context(), familyID("a"), 1, start.Add(time.Minute)))
	want := f.alive("a")
	for _, from := range []int64{0, 1, 3, -1, 1 << 62} {
		if err := f.Families.Advance(f.Context(), familyID("a"), from, start.Add(time.Hour)); !noFamily(err) {
			f.Errorf("from %d: %v, want ErrNotFound", from, err)
		}
	}
	f.same(f.alive("a"), want)
}

// The rounds are about one family, which goes on.
func raceAdvance[ID comparable, R ~string](f *tokenFixture[ID, R]) {
	u := f.user("ada@example.com")
	f.begin(u.ID, "a")
	f.rounds(func(round int) {
		won := f.winner(f.race(func(i int) error {
			return f.Families.Advance(f.Context(), familyID("a"), int64(1+round), start.Add(time.Duration(i)*time.Second))
		}), noFamily)
		want := f.family(u.ID, "a")
		want.Counter = int64(2 + round)
		want.RotatedAt = start.Add(time.Duration(won) * time.Second)
		want.LastUsedAt = want.RotatedAt
		f.same(f.alive("a"), want)
	})
}

// A family that ends while others advance it does not come back.
func raceAdvanceEnd[ID comparable, R ~string](f *tokenFixture[ID, R]) {
	u := f.user("ada@example.com")
	for round := range 10 {
		name := fmt.Sprint("family", round)
		f.begin(u.ID, name)
		errs := make([]error, 4)
		gun := make(chan struct{})
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() {
				<-gun
				if i == 0 {
					errs[i] = f.Families.End(f.Context(), familyID(name))
				} else {
					errs[i] = f.Families.Advance(f.Context(), familyID(name), 1, start)
				}
			})
		}
		close(gun)
		wg.Wait()
		f.must(errs[0])
		advanced := 0
		for _, err := range errs[1:] {
			switch {
			case err == nil:
				advanced++
			case !noFamily(err):
				f.Error(err)
			}
		}
		if advanced > 1 {
			f.Errorf("%d advances from one counter", advanced)
		}
		f.ended(name)
	}
}

func adoptFamily[ID comparable, R ~string](f *tokenFixture[ID, R]) {
	u, other := f.user("ada@example.com"), f.user("bob@example.com")
	f.begin(u.ID, "a")
	f.begin(u.ID, "a2")
	f.begin(other.ID, "b")
	if err := f.Families.Adopt(f.Context(), u.ID, familyID("b"), 2); !noFamily(err) {
		f.Errorf("a foreign family: %v, want ErrNotFound", err)
	}
	want := f.family(u.ID, "a")
	want.UserVersion = 2
	for range 2 { // to the version that it has already, too
		f.must(f.Families.Adopt(f.Context(), u.ID, familyID("a"), 2))
		f.same(f.alive("a"), want)
	}
	f.same(f.alive("a2"), f.family(u.ID, "a2"))
	f.same(f.alive("b"), f.family(other.ID, "b"))
}
