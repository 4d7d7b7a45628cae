package storetest

import (
	"fmt"
	"time"

	"github.com/authgen-go/authgen/runtime/apikey"
)

func absentKeys[ID comparable, R, S ~string](f *keyFixture[ID, R, S]) {
	ctx, u := f.Context(), f.user("ada@example.com")
	f.give(u.ID, "other")
	f.lost("none")
	_, rotate := f.Keys.Rotate(ctx, u.ID, "none", f.rotated("new", start), start)
	_, rotateNobody := f.Keys.Rotate(ctx, f.Absent, "other", f.rotated("new", start), start)
	_, byHash := f.Keys.RevokeByHash(ctx, keyHash("none"))
	for name, err := range map[string]error{
		"Create for nobody": f.Keys.Create(ctx, f.key(f.Absent, "x"), 1),
		"Rotate":            rotate,
		"Rotate of nobody":  rotateNobody,
		"Revoke":            f.Keys.Revoke(ctx, u.ID, "none"),
		"Revoke of nobody":  f.Keys.Revoke(ctx, f.Absent, "other"),
		"RevokeByHash":      byHash,
	} {
		if !noKey(err) {
			f.Errorf("%s: %v, want ErrNotFound", name, err)
		}
	}
	f.lost("x", "new")
	for name, err := range map[string]error{
		"Touch":            f.Keys.Touch(ctx, []apikey.Touch{{KeyID: "none", UsedAt: start}}),
		"Touch nothing":    f.Keys.Touch(ctx, nil),
		"RevokeAll":        second(f.Keys.RevokeAll(ctx, f.Absent)),
		"List of nobody":   second(f.Keys.List(ctx, f.Absent)),
		"Expiring nothing": second(f.Keys.Expiring(ctx, apikey.Position{ExpiresAt: start}, start, 10)),
	} {
		if err != nil {
			f.Errorf("%s: %v, want nil", name, err)
		}
	}
	f.same(f.there("other"), f.key(u.ID, "other").Key)
}

func createKey[ID comparable, R, S ~string](f *keyFixture[ID, R, S]) {
	u := f.user("ada@example.com")
	for i, scopes := range [][]S{nil, f.Scopes[:1], f.Scopes} {
		want := f.key(u.ID, fmt.Sprint("key", i))
		want.Scopes = scopes
		f.must(f.Keys.Create(f.Context(), want, width))
		got, owner, err := f.Keys.Find(f.Context(), want.Hash)
		f.must(err)
		f.same(got.Key, want.Key)
		if diff := sameUser(owner, u); diff != "" {
			f.Error(diff)
		}
	}
	// Slices are the caller's own.
	got := f.there("key2")
	got.Scopes[0] = "spoilt"
	f.same(f.there("key2"), f.key(u.ID, "key2").Key)
}

func duplicateKey[ID comparable, R, S ~string](f *keyFixture[ID, R, S]) {
	u, other := f.user("ada@example.com"), f.user("bob@example.com")
	f.give(u.ID, "a")
	f.give(other.ID, "b")
	sameHash, sameID := f.key(u.ID, "c"), f.key(u.ID, "b")
	sameHash.Hash, sameID.Hash = keyHash("b"), keyHash("c")
	takenHash, takenID := f.rotated("d", start), f.rotated("b", start)
	takenHash.Hash, takenID.Hash = keyHash("b"), keyHash("d")
	_, rotateHash := f.Keys.Rotate(f.Context(), u.ID, "a", takenHash, start)
	_, rotateID := f.Keys.Rotate(f.Context(), u.ID, "a", takenID, start)
	for name, err := range map[string]error{
		"same hash": f.Keys.Create(f.Context(), sameHash, width), "same id": f.Keys.Create(f.Context(), sameID, width),
		"rotate to the same hash": rotateHash, "rotate to the same id": rotateID,
	} {
		if err == nil || noKey(err) || tooMany(err) {
			f.Errorf("%s: %v, want an error that is no verdict", name, err)
		}
	}
	f.same(f.there("a"), f.key(u.ID, "a").Key) // a rotation that fails changes nothing
	f.same(f.there("b"), f.key(other.ID, "b").Key)
	f.lost("c", "d")
}

func hostileKey[ID comparable, R, S ~string](f *keyFixture[ID, R, S]) {
	u := f.user("ada@example.com")
	for i, text := range []string{`a'b"c`, "x'); DROP TABLE auth_api_keys; --", "жук 🐞", "?1 :a $2 \\", "%_"} {
		want := f.key(u.ID, fmt.Sprint("key", i))
		want.Name, want.Last4 = text, text
		f.must(f.Keys.Create(f.Context(), want, width))
		f.same(f.there(want.ID), want.Key)
	}
}

func keyDisabled[ID comparable, R, S ~string](f *keyFixture[ID, R, S]) {
	u := f.user("ada@example.com")
	f.give(u.ID, "a")
	f.must(f.Users.SetDisabled(f.Context(), u.ID, true))
	_, owner, err := f.Keys.Find(f.Context(), keyHash("a"))
	switch {
	case noKey(err): // a storage may forget the keys of who is disabled
	case err != nil:
		f.Fatal(err)
	case owner.Active():
		f.Error("the owner is active")
	}
}

func keyRoles[ID comparable, R, S ~string](f *keyFixture[ID, R, S]) {
	u := f.user("ada@example.com")
	f.give(u.ID, "a")
	for _, roles := range [][]R{nil, f.Roles[:1], f.Roles} {
		f.must(f.Users.SetRoles(f.Context(), u.ID, roles))
		_, owner, err := f.Keys.Find(f.Context(), keyHash("a"))
		f.must(err)
		want := u
		want.Roles = roles
		if diff := sameUser(owner, want); diff != "" {
			f.Error(diff)
		}
	}
}

func keyCascade[ID comparable, R, S ~string](f *keyFixture[ID, R, S]) {
	u, other := f.user("ada@example.com"), f.user("bob@example.com")
	f.give(u.ID, "a1")
	f.give(u.ID, "a2")
	f.give(other.ID, "b")
	f.must(f.Users.Delete(f.Context(), u.ID))
	f.lost("a1", "a2")
	list, err := f.Keys.List(f.Context(), u.ID)
	if err != nil || len(list) != 0 {
		f.Errorf("%d keys, %v; want none", len(list), err)
	}
	if _, err := f.Keys.Rotate(f.Context(), u.ID, "a1", f.rotated("new", start), start.Add(time.Hour)); !noKey(err) {
		f.Errorf("rotate: %v, want ErrNotFound", err)
	}
	f.there("b")
}

func touchKey[ID comparable, R, S ~string](f *keyFixture[ID, R, S]) {
	u := f.user("ada@example.com")
	f.give(u.ID, "a")
	f.give(u.ID, "b")
	for i, step := range []struct{ to, want time.Duration }{
		{-time.Hour, -time.Hour}, {time.Minute, time.Minute}, {30 * time.Second, time.Minute},
		{time.Minute, time.Minute}, {time.Minute + time.Microsecond, time.Minute + time.Microsecond},
	} {
		a := addr
		for range i {
			a = a.Next()
		}
		f.must(f.Keys.Touch(f.Context(), []apikey.Touch{
			{KeyID: "none", UsedAt: start.Add(time.Hour), Addr: a},
			{KeyID: "a", UsedAt: start.Add(step.to), Addr: a},
		}))
		want := f.key(u.ID, "a").Key // nothing but the last use changes
		want.LastUsedAt, want.LastUsedAddr = start.Add(step.want), a
		if step.to != step.want || i == 3 {
			want.LastUsedAddr = addr.Next() // and the address with it, or not at all
		}
		f.same(f.there("a"), want)
	}
	f.must(f.Keys.Touch(f.Context(), []apikey.Touch{{KeyID: "a", UsedAt: start.Add(time.Hour)}}))
	if got := f.there("a"); got.LastUsedAddr.IsValid() || got.LastUsedIP() != "" {
		f.Errorf("an address that is not known came back as %v", got.LastUsedAddr)
	}
	f.same(f.there("b"), f.key(u.ID, "b").Key)
	f.lost("none") // a touch does not bring a key back
}

func raceTouchKey[ID comparable, R, S ~string](f *keyFixture[ID, R, S]) {
	u := f.user("ada@example.com")
	f.give(u.ID, "a")
	for i, err := range f.race(func(i int) error {
		used := start.Add(time.Duration(i*37%width) * time.Second) // each once, in no order
		return f.Keys.Touch(f.Context(), []apikey.Touch{{KeyID: "a", UsedAt: used, Addr: addr}})
	}) {
		if err != nil {
			f.Errorf("caller %d: %v", i, err)
		}
	}
	want := f.key(u.ID, "a").Key
	want.LastUsedAt, want.LastUsedAddr = start.Add((width-1)*time.Second), addr
	f.same(f.there("a"), want)
}

func touchKeys[ID comparable, R, S ~string](f *keyFixture[ID, R, S]) {
	u := f.user("ada@example.com")
	const n = 500
	touches := make([]apikey.Touch, n)
	for i := range touches {
		name := fmt.Sprint("key", i)
		f.must(f.Keys.Create(f.Context(), f.key(u.ID, name), n))
		touches[i] = apikey.Touch{KeyID: name, UsedAt: start.Add(time.Minute), Addr: addr}
	}
	f.must(f.Keys.Touch(f.Context(), touches))
	list, err := f.Keys.List(f.Context(), u.ID)
	if err != nil || len(list) != n {
		f.Fatalf("%d keys, %v; want %d", len(list), err, n)
	}
	for _, k := range list {
		if !k.LastUsedAt.Equal(canonical(start.Add(time.Minute))) || k.LastUsedAddr != addr {
			f.Fatalf("key %s was last used at %v from %v", k.ID, k.LastUsedAt, k.LastUsedAddr)
		}
	}
}
