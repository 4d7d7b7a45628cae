package storetest

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/account"
	"github.com/authgen-go/authgen/runtime/identity"
	"github.com/authgen-go/authgen/runtime/internal/breaker"
	"github.com/authgen-go/authgen/runtime/internal/servertest"
	"github.com/authgen-go/authgen/runtime/session"
)

// Stores is what the suites run on. A suite asks for it once per case; it has to
// be empty each time.
type Stores[ID comparable, R ~string] struct {
	Users account.Storage[ID, R]
	// Sessions keeps the sessions of Users; the suite [Users] does not need it.
	Sessions session.Storage[ID, account.User[ID, R]]
	// Identities keeps the identities of Users; the suites [Users] and [Sessions] do not
	// need it.
	Identities identity.Storage[ID, R]
	// NewID makes a new id, if the application does; nil if the storage assigns them.
	NewID func() ID
	// Absent is an id, not the zero value, that no user ever has.
	Absent ID
	// Undated says that the table of users is the application's, in which there is no time
	// of creation that a storage knows of.
	Undated bool
	// Roles are roles of the application: at least one, without repeats, sorted.
	Roles []R
}

// width is how many callers a case about races has (SECURITY L-08).
const width = 100

// start is the time of a case. It is finer than a microsecond and not in UTC: a
// storage has to make it canonical.
var start = time.Date(2026, 3, 4, 5, 6, 7, 123456789, time.FixedZone("east", 2*60*60))

// canonical is what a storage gives back for t.
func canonical(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// A fixture is a case in progress.
type fixture[ID comparable, R ~string] struct {
	*testing.T
	Stores[ID, R]
}

func suite[ID comparable, R ~string](t *testing.T, open func(*testing.T) Stores[ID, R], cases map[string]func(*fixture[ID, R])) {
	names := make([]string, 0, len(cases))
	for name := range cases {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		t.Run(name, func(t *testing.T) { cases[name](&fixture[ID, R]{T: t, Stores: open(t)}) })
	}
}

// record is a new account, not yet created.
func (f *fixture[ID, R]) record(email string) account.Record[ID, R] {
	r := account.Record[ID, R]{
		User:         account.User[ID, R]{Email: email, Roles: f.Roles, CreatedAt: start},
		PasswordHash: "hash of " + email,
	}
	if f.NewID != nil {
		r.ID = f.NewID()
	}
	return r
}

// user creates an account.
func (f *fixture[ID, R]) user(email string) account.User[ID, R] {
	f.Helper()
	u, err := f.Users.Create(f.Context(), f.record(email))
	if err != nil {
		f.Fatalf("create %s: %v", email, err)
	}
	return u
}

// stored reads an account back.
func (f *fixture[ID, R]) stored(id ID) account.Record[ID, R] {
	f.Helper()
	r, err := f.Users.ByID(f.Context(), id)
	if err != nil {
		f.Fatalf("find account %v: %v", id, err)
	}
	return r
}

// must ends the case unless err is nil.
func (f *fixture[ID, R]) must(err error) {
	f.Helper()
	if err != nil {
		f.Fatal(err)
	}
}

// race calls act from many goroutines at once and returns their errors in order. Whom a
// storage turns away because it has enough to do, and has done nothing for, comes again.
func (f *fixture[ID, R]) race(act func(i int) error) []error {
	errs := make([]error, width)
	gun := make(chan struct{})
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() {
			<-gun
			errs[i] = act(i)
			for errors.Is(errs[i], breaker.ErrBusy) {
				errs[i] = act(i)
			}
		})
	}
	close(gun)
	wg.Wait()
	return errs
}

// rounds runs a race over and over, so that the callers of one meet the traces of the
// last. Each round is about something of its own.
func (f *fixture[ID, R]) rounds(race func(round int)) {
	f.Helper()
	for round := range servertest.Rounds(f, 3) {
		race(round)
		if f.Failed() {
			f.Fatalf("in round %d", round)
		}
	}
}

// winner returns the index of the one nil among errs; all others have to be loss.
func (f *fixture[ID, R]) winner(errs []error, loss func(error) bool) int {
	f.Helper()
	won := -1
	for i, err := range errs {
		switch {
		case err == nil && won >= 0:
			f.Fatalf("callers %d and %d both won", won, i)
		case err == nil:
			won = i
		case !loss(err):
			f.Fatalf("caller %d: %v", i, err)
		}
	}
	if won < 0 {
		f.Fatal("nobody won")
	}
	return won
}

// sameUser reports how two users differ, or "".
func sameUser[ID comparable, R ~string](got, want account.User[ID, R]) string {
	switch {
	case got.ID != want.ID || got.Email != want.Email || got.Disabled != want.Disabled || got.Version != want.Version,
		!slices.Equal(got.Roles, want.Roles),
		!got.CreatedAt.Equal(want.CreatedAt) || got.CreatedAt.Location() != time.UTC:
		return fmt.Sprintf("got user %+v, want %+v", got, want)
	default:
		return ""
	}
}
