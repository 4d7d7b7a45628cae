package storetest

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/authgen-go/authgen/runtime/account"
	"github.com/authgen-go/authgen/runtime/identity"
)

// Identities runs the contract of [identity.Storage] on the storage that open returns.
func Identities[ID comparable, R ~string](t *testing.T, open func(t *testing.T) Stores[ID, R]) {
	suite(t, open, map[string]func(*fixture[ID, R]){
		"absent identities are ErrNotFound":                             absentIdentities[ID, R],
		"OAC-06 an identity is found by provider and subject alone":     findIdentity[ID, R],
		"an account and its identity are made both or neither":          createWithIdentity[ID, R],
		"of many who make the same login an account one succeeds":       raceIdentity[ID, R],
		"a user has one identity of a provider, and it is nobody's":     linkTwice[ID, R],
		"OAC-07 an address links only where both sides are verified":    linkVerified[ID, R],
		"the last way in stays":                                         unlink[ID, R],
		"a user who is deleted takes the identities along":              cascadeIdentities[ID, R],
		"what is kept for an identity comes back, and can be forgotten": identityTokens[ID, R],
		"STO-03 what is not stored is not found":                        nearIdentities[ID, R],
		"STO-03 text is data":                                           hostileIdentity[ID, R],
	})
}

func noIdentity(err error) bool    { return errors.Is(err, identity.ErrNotFound) }
func identityTaken(err error) bool { return errors.Is(err, identity.ErrTaken) }

func (f *fixture[ID, R]) identity(user ID, provider, subject, email string) identity.Identity[ID] {
	return identity.Identity[ID]{Provider: provider, Subject: subject, UserID: user, Email: email, CreatedAt: start}
}

// known makes a user without a password who has an identity with that address.
func (f *fixture[ID, R]) known(provider, subject, email string) account.User[ID, R] {
	f.Helper()
	r := f.record(email)
	r.PasswordHash = ""
	var nobody ID
	u, err := f.Identities.Create(f.Context(), r, f.identity(nobody, provider, subject, email))
	f.must(err)
	return u
}

func absentIdentities[ID comparable, R ~string](f *fixture[ID, R]) {
	ctx := f.Context()
	u := f.known("acme", "1", "ada@example.com")
	_, find := f.Identities.Find(ctx, "acme", "2")
	_, other := f.Identities.Find(ctx, "other", "1")
	_, verified := f.Identities.LinkVerified(ctx, f.identity(u.ID, "other", "2", "nobody@example.com"))
	_, _, tokens := f.Identities.Tokens(ctx, u.ID, "other")
	for name, err := range map[string]error{
		"Find": find, "Find elsewhere": other, "LinkVerified": verified, "Tokens": tokens,
		"Link":      f.Identities.Link(ctx, f.identity(f.Absent, "other", "2", "")),
		"Unlink":    f.Identities.Unlink(ctx, u.ID, "other"),
		"SetTokens": f.Identities.SetTokens(ctx, "acme", "2", []byte("x")),
	} {
		if !noIdentity(err) {
			f.Errorf("%s: %v, want ErrNotFound", name, err)
		}
	}
	if list, err := f.Identities.List(ctx, f.Absent); len(list) != 0 || err != nil {
		f.Errorf("List: %v, %v", list, err)
	}
}

func findIdentity[ID comparable, R ~string](f *fixture[ID, R]) {
	u := f.known("acme", "1", "ada@example.com")
	got, err := f.Identities.Find(f.Context(), "acme", "1")
	f.must(err)
	if diff := sameRights(got, u); diff != "" {
		f.Error(diff)
	}
	f.must(f.Users.SetDisabled(f.Context(), u.ID, true))
	if got, err = f.Identities.Find(f.Context(), "acme", "1"); err != nil || got.Active() || got.Version != 2 {
		f.Errorf("disabled: %+v, %v", got, err)
	}
	list, err := f.Identities.List(f.Context(), u.ID)
	f.must(err)
	want := f.identity(u.ID, "acme", "1", "ada@example.com")
	want.CreatedAt = canonical(start)
	if len(list) != 1 || list[0] != want {
		f.Errorf("listed %+v, want %+v", list, want)
	}
}

func createWithIdentity[ID comparable, R ~string](f *fixture[ID, R]) {
	ada := f.known("acme", "1", "ada@example.com")
	if stored := f.stored(ada.ID); stored.PasswordHash != "" || stored.Version != 1 {
		f.Errorf("stored %+v", stored.User)
	}
	var nobody ID
	// The identity is taken: no account may be left of the attempt.
	if _, err := f.Identities.Create(f.Context(), f.record("bob@example.com"), f.identity(nobody, "acme", "1", "bob@example.com")); !identityTaken(err) {
		f.Errorf("a taken identity: %v, want ErrTaken", err)
	}
	if _, err := f.Users.ByEmail(f.Context(), "bob@example.com"); !notFound(err) {
		f.Errorf("an account was left behind: %v", err)
	}
	// The address is taken: no identity may be left of it.
	if _, err := f.Identities.Create(f.Context(), f.record("ada@example.com"), f.identity(nobody, "acme", "2", "ada@example.com")); !taken(err) {
		f.Errorf("a taken address: %v, want ErrEmailTaken", err)
	}
	if _, err := f.Identities.Find(f.Context(), "acme", "2"); !noIdentity(err) {
		f.Errorf("an identity was left behind: %v", err)
	}
}

func raceIdentity[ID comparable, R ~string](f *fixture[ID, R]) {
	var nobody ID
	f.rounds(func(round int) {
		subject, email := fmt.Sprint(round), fmt.Sprintf("ada%d@example.com", round)
		f.winner(f.race(func(int) error {
			_, err := f.Identities.Create(f.Context(), f.record(email), f.identity(nobody, "acme", subject, email))
			return err
		}), func(err error) bool { return taken(err) || identityTaken(err) })
		u := f.user(fmt.Sprintf("bob%d@example.com", round))
		f.winner(f.race(func(i int) error {
			return f.Identities.Link(f.Context(), f.identity(u.ID, "other", fmt.Sprint(round, "-", i), ""))
		}), identityTaken)
	})
}

func linkTwice[ID comparable, R ~string](f *fixture[ID, R]) {
	ctx := f.Context()
	ada, bob := f.known("acme", "1", "ada@example.com"), f.user("bob@example.com")
	for name, i := range map[string]identity.Identity[ID]{
		"hers again":            f.identity(ada.ID, "acme", "1", ""),
		"another of hers":       f.identity(ada.ID, "acme", "2", ""),
		"hers, for somebody":    f.identity(bob.ID, "acme", "1", ""),
		"hers, by their e-mail": f.identity(ada.ID, "acme", "3", "ada@example.com"),
	} {
		err := f.Identities.Link(ctx, i)
		if i.Email != "" {
			_, err = f.Identities.LinkVerified(ctx, i)
		}
		if !identityTaken(err) {
			f.Errorf("%s: %v, want ErrTaken", name, err)
		}
	}
	f.must(f.Identities.Link(ctx, f.identity(bob.ID, "acme", "2", "")))
	f.must(f.Identities.Link(ctx, f.identity(bob.ID, "other", "1", "")))
	if got, err := f.Identities.Find(ctx, "other", "1"); err != nil || got.ID != bob.ID {
		f.Errorf("found %v, %v; want bob", got.ID, err)
	}
}

func linkVerified[ID comparable, R ~string](f *fixture[ID, R]) {
	ctx := f.Context()
	// Whoever registered with a password may have used somebody else's address.
	f.user("ada@example.com")
	if _, err := f.Identities.LinkVerified(ctx, f.identity(f.Absent, "acme", "1", "ada@example.com")); !noIdentity(err) {
		f.Errorf("an address that nobody verified: %v, want ErrNotFound", err)
	}
	// One whose provider verified another address.
	bob := f.user("bob@example.com")
	f.must(f.Identities.Link(ctx, f.identity(bob.ID, "acme", "2", "bob@elsewhere.example")))
	f.must(f.Identities.Link(ctx, f.identity(bob.ID, "third", "2", "")))
	if _, err := f.Identities.LinkVerified(ctx, f.identity(f.Absent, "other", "2", "bob@example.com")); !noIdentity(err) {
		f.Errorf("an address that another one verified: %v, want ErrNotFound", err)
	}

	eve := f.known("acme", "3", "eve@example.com")
	got, err := f.Identities.LinkVerified(ctx, f.identity(f.Absent, "other", "3", "eve@example.com"))
	if err != nil || got.ID != eve.ID {
		f.Fatalf("linked to %v, %v; want %v", got.ID, err, eve.ID)
	}
	if diff := sameRights(got, eve); diff != "" {
		f.Error(diff)
	}
	if got, err := f.Identities.Find(ctx, "other", "3"); err != nil || got.ID != eve.ID {
		f.Errorf("found %v, %v; want eve", got.ID, err)
	}
	f.must(f.Users.SetDisabled(ctx, eve.ID, true))
	if got, err := f.Identities.LinkVerified(ctx, f.identity(f.Absent, "third", "3", "eve@example.com")); err != nil || got.Active() {
		f.Errorf("disabled: %+v, %v; want her, disabled", got, err)
	}
}

func unlink[ID comparable, R ~string](f *fixture[ID, R]) {
	ctx := f.Context()
	ada, bob := f.known("acme", "1", "ada@example.com"), f.user("bob@example.com")
	last := func(err error) bool { return errors.Is(err, identity.ErrLastWayIn) }
	if err := f.Identities.Unlink(ctx, ada.ID, "acme"); !last(err) {
		f.Errorf("her only one: %v, want ErrLastWayIn", err)
	}
	f.must(f.Identities.Link(ctx, f.identity(ada.ID, "other", "1", "")))
	f.must(f.Identities.Unlink(ctx, ada.ID, "acme"))
	if err := f.Identities.Unlink(ctx, ada.ID, "other"); !last(err) {
		f.Errorf("her other one: %v, want ErrLastWayIn", err)
	}
	if _, err := f.Identities.Find(ctx, "acme", "1"); !noIdentity(err) {
		f.Errorf("after unlinking: %v, want ErrNotFound", err)
	}
	f.must(f.Identities.Link(ctx, f.identity(bob.ID, "acme", "1", "")))
	f.must(f.Identities.Unlink(ctx, bob.ID, "acme")) // he has a password
	if err := f.Identities.Unlink(ctx, bob.ID, "acme"); !noIdentity(err) {
		f.Errorf("again: %v, want ErrNotFound", err)
	}
	if err := f.Identities.Unlink(ctx, bob.ID, "other"); !noIdentity(err) {
		f.Errorf("somebody else's: %v, want ErrNotFound", err)
	}
}

func cascadeIdentities[ID comparable, R ~string](f *fixture[ID, R]) {
	u := f.known("acme", "1", "ada@example.com")
	f.must(f.Users.Delete(f.Context(), u.ID))
	if _, err := f.Identities.Find(f.Context(), "acme", "1"); !noIdentity(err) {
		f.Errorf("find: %v, want ErrNotFound", err)
	}
	again := f.known("acme", "1", "ada@example.com")
	if got, err := f.Identities.Find(f.Context(), "acme", "1"); err != nil || got.ID != again.ID {
		f.Errorf("a new account of the same login: %v, %v", got.ID, err)
	}
}

func identityTokens[ID comparable, R ~string](f *fixture[ID, R]) {
	ctx := f.Context()
	u := f.known("acme", "1", "ada@example.com")
	for _, want := range [][]byte{nil, {0, 1, 2, 255}, []byte("other"), nil} {
		f.must(f.Identities.SetTokens(ctx, "acme", "1", want))
		subject, got, err := f.Identities.Tokens(ctx, u.ID, "acme")
		if subject != "1" || !slices.Equal(got, want) || err != nil {
			f.Errorf("kept %q of %q, %v; want %q", got, subject, err, want)
		}
	}
}

func hostileIdentity[ID comparable, R ~string](f *fixture[ID, R]) {
	subject := "'; DROP TABLE users; --\x7f\" \\ é 100%_"
	u := f.known("acme", subject, "ada@example.com")
	got, err := f.Identities.Find(f.Context(), "acme", subject)
	if err != nil || got.ID != u.ID {
		f.Errorf("found %v, %v", got.ID, err)
	}
	if _, err := f.Identities.Find(f.Context(), "acme", "%"); !noIdentity(err) {
		f.Errorf("a pattern: %v, want ErrNotFound", err)
	}
}
