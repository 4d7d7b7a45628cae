package storetest

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/account"
)

// Users runs the contract of [account.Storage] on the storage that open returns.
func Users[ID comparable, R ~string](t *testing.T, open func(t *testing.T) Stores[ID, R]) {
	suite(t, open, map[string]func(*fixture[ID, R]){
		"absent accounts are ErrNotFound":                         absentUsers[ID, R],
		"an account comes back as it was stored":                  createUser[ID, R],
		"the storage assigns ids and never one twice":             assignIDs[ID, R],
		"STO-03 what is not stored is not found":                  nearUsers[ID, R],
		"STO-03 text is data":                                     hostileText[ID, R],
		"PWD-11 of many who register an address one succeeds":     raceCreate[ID, R],
		"an account may have no password and no roles":            bareUser[ID, R],
		"a password change names the old hash":                    changePassword[ID, R],
		"of many password changes one succeeds":                   racePassword[ID, R],
		"PWD-10 an upgrade keeps the version and yields to other": upgradeHash[ID, R],
		"roles are replaced, and slices are not shared":           setRoles[ID, R],
		"SES-07 disabling raises the version, enabling does not":  setDisabled[ID, R],
		"signing out everywhere is never lost":                    signOut[ID, R],
		"deleting frees the address":                              deleteUser[ID, R],
	})
}

func notFound(err error) bool { return errors.Is(err, account.ErrNotFound) }
func taken(err error) bool    { return errors.Is(err, account.ErrEmailTaken) }

func absentUsers[ID comparable, R ~string](f *fixture[ID, R]) {
	ctx := f.Context()
	f.user("somebody@example.com")
	_, byEmail := f.Users.ByEmail(ctx, "nobody@example.com")
	_, byID := f.Users.ByID(ctx, f.Absent)
	_, change := f.Users.ChangePassword(ctx, f.Absent, "", "new")
	for name, err := range map[string]error{
		"ByEmail": byEmail, "ByID": byID, "ChangePassword": change,
		"SetRoles":          f.Users.SetRoles(ctx, f.Absent, f.Roles),
		"SetDisabled true":  f.Users.SetDisabled(ctx, f.Absent, true),
		"SetDisabled false": f.Users.SetDisabled(ctx, f.Absent, false),
		"SignOutEverywhere": f.Users.SignOutEverywhere(ctx, f.Absent),
		"Delete":            f.Users.Delete(ctx, f.Absent),
	} {
		if !notFound(err) {
			f.Errorf("%s: %v, want ErrNotFound", name, err)
		}
	}
	if err := f.Users.UpgradeHash(ctx, f.Absent, "old", "new"); err != nil {
		f.Errorf("UpgradeHash: %v, want nil", err)
	}
}

func createUser[ID comparable, R ~string](f *fixture[ID, R]) {
	r := f.record("ada@example.com")
	r.Disabled, r.Version = true, 9 // a new account is neither
	got, err := f.Users.Create(f.Context(), r)
	f.must(err)
	var none ID
	if got.ID == none || r.ID != none && got.ID != r.ID {
		f.Fatalf("created with id %v, want %v or, if that is zero, a new one", got.ID, r.ID)
	}
	want := account.User[ID, R]{ID: got.ID, Email: "ada@example.com", Roles: f.Roles, Version: 1, CreatedAt: canonical(start)}
	if f.Undated {
		want.CreatedAt = time.Time{}
	}
	byEmail, err := f.Users.ByEmail(f.Context(), "ada@example.com")
	f.must(err)
	byID := f.stored(got.ID)
	for name, u := range map[string]account.User[ID, R]{"Create": got, "ByEmail": byEmail.User, "ByID": byID.User} {
		if diff := sameUser(u, want); diff != "" {
			f.Errorf("%s: %s", name, diff)
		}
	}
	if byEmail.PasswordHash != r.PasswordHash || byID.PasswordHash != r.PasswordHash {
		f.Errorf("hashes %q and %q, want %q", byEmail.PasswordHash, byID.PasswordHash, r.PasswordHash)
	}
	if _, err := f.Users.ByEmail(f.Context(), "ADA@example.com"); !notFound(err) {
		f.Errorf("another spelling: %v, want ErrNotFound: spelling is the caller's business", err)
	}
}

func assignIDs[ID comparable, R ~string](f *fixture[ID, R]) {
	if f.NewID != nil {
		f.Skip("the application makes the ids")
	}
	seen := make(map[ID]bool)
	for i := range 10 {
		u := f.user(fmt.Sprintf("user%d@example.com", i))
		if seen[u.ID] {
			f.Fatalf("id %v was given twice", u.ID)
		}
		seen[u.ID] = true
		// An id that came back would inherit what still speaks of the old one.
		f.must(f.Users.Delete(f.Context(), u.ID))
	}
}

func hostileText[ID comparable, R ~string](f *fixture[ID, R]) {
	for i, text := range []string{`o'brien"@example.com`, "x'; DROP TABLE users; --", "a%_\\@example.com", "жук@пример.рф", "\x01\u2028@x", "?1 :a $2"} {
		r := f.record(text)
		r.PasswordHash = text
		u, err := f.Users.Create(f.Context(), r)
		f.must(err)
		got, err := f.Users.ByEmail(f.Context(), text)
		if err != nil || got.ID != u.ID || got.Email != text || got.PasswordHash != text {
			f.Errorf("%d: %q came back as %q with hash %q, %v", i, text, got.Email, got.PasswordHash, err)
		}
	}
}

func raceCreate[ID comparable, R ~string](f *fixture[ID, R]) {
	f.rounds(func(round int) {
		same := fmt.Sprintf("same%d@example.com", round)
		users := make([]account.User[ID, R], width)
		records := make([]account.Record[ID, R], width)
		for i := range records {
			records[i] = f.record(same)
		}
		won := f.winner(f.race(func(i int) (err error) {
			users[i], err = f.Users.Create(f.Context(), records[i])
			return err
		}), taken)
		got, err := f.Users.ByEmail(f.Context(), same)
		if err != nil || got.ID != users[won].ID {
			f.Errorf("stored is %v, %v; want %v", got.ID, err, users[won].ID)
		}
	})
}

func bareUser[ID comparable, R ~string](f *fixture[ID, R]) {
	r := f.record("bare@example.com")
	r.Roles, r.PasswordHash = nil, ""
	u, err := f.Users.Create(f.Context(), r)
	f.must(err)
	if got := f.stored(u.ID); got.PasswordHash != "" || len(got.Roles) != 0 {
		f.Errorf("hash %q and roles %q, want none", got.PasswordHash, got.Roles)
	}
	if _, err := f.Users.ChangePassword(f.Context(), u.ID, "", "first"); err != nil {
		f.Errorf("set the first password: %v", err)
	}
	if _, err := f.Users.ChangePassword(f.Context(), u.ID, "", "second"); !notFound(err) {
		f.Errorf("set the first password again: %v, want ErrNotFound", err)
	}
	if got := f.stored(u.ID); got.PasswordHash != "first" {
		f.Errorf("hash %q, want first", got.PasswordHash)
	}
}

func changePassword[ID comparable, R ~string](f *fixture[ID, R]) {
	u, other := f.user("ada@example.com"), f.user("bob@example.com")
	old := f.stored(u.ID).PasswordHash
	if _, err := f.Users.ChangePassword(f.Context(), u.ID, "not "+old, "new"); !notFound(err) {
		f.Errorf("another old hash: %v, want ErrNotFound", err)
	}
	version, err := f.Users.ChangePassword(f.Context(), u.ID, old, "new")
	if err != nil || version != 2 {
		f.Errorf("version %d, %v; want 2", version, err)
	}
	if got := f.stored(u.ID); got.PasswordHash != "new" || got.Version != 2 {
		f.Errorf("stored hash %q and version %d, want new and 2", got.PasswordHash, got.Version)
	}
	if got := f.stored(other.ID); got.Version != 1 || got.PasswordHash != "hash of bob@example.com" {
		f.Errorf("somebody else changed too: version %d", got.Version)
	}
}

func racePassword[ID comparable, R ~string](f *fixture[ID, R]) {
	u := f.user("ada@example.com")
	f.rounds(func(round int) {
		old := f.stored(u.ID)
		next := func(i int) string { return fmt.Sprint("new ", round, " ", i) }
		won := f.winner(f.race(func(i int) error {
			_, err := f.Users.ChangePassword(f.Context(), u.ID, old.PasswordHash, next(i))
			return err
		}), notFound)
		if got := f.stored(u.ID); got.PasswordHash != next(won) || got.Version != old.Version+1 {
			f.Errorf("stored hash %q and version %d, want %q and %d", got.PasswordHash, got.Version, next(won), old.Version+1)
		}
	})
}

func upgradeHash[ID comparable, R ~string](f *fixture[ID, R]) {
	u := f.user("ada@example.com")
	f.must(f.Users.UpgradeHash(f.Context(), u.ID, f.stored(u.ID).PasswordHash, "better"))
	f.must(f.Users.UpgradeHash(f.Context(), u.ID, "hash of ada@example.com", "late"))
	if got := f.stored(u.ID); got.PasswordHash != "better" || got.Version != 1 {
		f.Errorf("stored hash %q and version %d, want better and 1", got.PasswordHash, got.Version)
	}
}

func setRoles[ID comparable, R ~string](f *fixture[ID, R]) {
	u := f.user("ada@example.com")
	given := slices.Clone(f.Roles[:1])
	f.must(f.Users.SetRoles(f.Context(), u.ID, given))
	given[0] = "spoilt"
	got := f.stored(u.ID)
	if !slices.Equal(got.Roles, f.Roles[:1]) || got.Version != 1 {
		f.Fatalf("roles %q at version %d, want %q at 1", got.Roles, got.Version, f.Roles[:1])
	}
	got.Roles[0] = "spoilt"
	if got := f.stored(u.ID); !slices.Equal(got.Roles, f.Roles[:1]) {
		f.Errorf("roles %q after the caller changed its copy", got.Roles)
	}
	f.must(f.Users.SetRoles(f.Context(), u.ID, nil))
	if got := f.stored(u.ID); len(got.Roles) != 0 {
		f.Errorf("roles %q, want none", got.Roles)
	}
}

func setDisabled[ID comparable, R ~string](f *fixture[ID, R]) {
	u := f.user("ada@example.com")
	f.must(f.Users.SetDisabled(f.Context(), u.ID, true))
	disabled := f.stored(u.ID)
	if !disabled.Disabled || disabled.Active() || disabled.Version <= u.Version {
		f.Fatalf("disabled %v at version %d, want true at more than %d", disabled.Disabled, disabled.Version, u.Version)
	}
	f.must(f.Users.SetDisabled(f.Context(), u.ID, true))
	if !f.stored(u.ID).Disabled {
		f.Error("disabling twice enables")
	}
	before := f.stored(u.ID).Version
	f.must(f.Users.SetDisabled(f.Context(), u.ID, false))
	f.must(f.Users.SetDisabled(f.Context(), u.ID, false))
	if got := f.stored(u.ID); got.Disabled || got.Version != before {
		f.Errorf("disabled %v at version %d, want false at %d", got.Disabled, got.Version, before)
	}
}

func signOut[ID comparable, R ~string](f *fixture[ID, R]) {
	u := f.user("ada@example.com")
	for i, err := range f.race(func(int) error { return f.Users.SignOutEverywhere(f.Context(), u.ID) }) {
		if err != nil {
			f.Errorf("caller %d: %v", i, err)
		}
	}
	if got := f.stored(u.ID).Version; got != u.Version+width {
		f.Errorf("version %d, want %d", got, u.Version+width)
	}
}

func deleteUser[ID comparable, R ~string](f *fixture[ID, R]) {
	u := f.user("ada@example.com")
	f.must(f.Users.Delete(f.Context(), u.ID))
	if _, err := f.Users.ByID(f.Context(), u.ID); !notFound(err) {
		f.Errorf("find a deleted account: %v, want ErrNotFound", err)
	}
	if err := f.Users.Delete(f.Context(), u.ID); !notFound(err) {
		f.Errorf("delete again: %v, want ErrNotFound", err)
	}
	if again := f.user("ada@example.com"); again.ID == u.ID {
		f.Errorf("the id %v came back", again.ID)
	}
}
