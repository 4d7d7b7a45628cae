package storetest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/account"
	"github.com/authgen-go/authgen/runtime/refresh"
	"github.com/authgen-go/authgen/runtime/revocation"
)

// TokenStores is what the suite [Tokens] runs on, under the rules of [Stores].
type TokenStores[ID comparable, R ~string] struct {
	// Stores has the Users that tokens belong to; Sessions are not needed.
	Stores[ID, R]
	// Families keeps the refresh tokens of Users; nil where there are none, and the
	// cases about them are left out.
	Families refresh.Storage[ID, account.User[ID, R]]
	// Revocations knows the Users, the Families, and the access tokens that were revoked.
	Revocations revocation.Store[ID, account.User[ID, R]]
}

// Tokens runs the contracts of [refresh.Storage] and [revocation.Store] on the storage
// that open returns, together with that of the users it belongs to.
func Tokens[ID comparable, R ~string](t *testing.T, open func(t *testing.T) TokenStores[ID, R]) {
	cases := map[string]func(*tokenFixture[ID, R]){
		"absent users are ErrNotFound":                      checkAbsent[ID, R],
		"a user comes back with the state of a token":       checkUser[ID, R],
		"AUT-03 changed roles are seen by the next check":   checkRoles[ID, R],
		"SES-07 what became of a user is seen at once":      checkDisabled[ID, R],
		"REV-03 one token is revoked and no other":          revokeOne[ID, R],
		"STO-03 the id of a token is data":                  revokeHostile[ID, R],
		"REV-04 the later of two ends counts":               revokeLater[ID, R],
		"REV-04 of many ends the latest counts":             raceRevokeToken[ID, R],
		"REV-04 entries end no earlier however many follow": revokeMany[ID, R],
		"STO-05 entries that ended are swept":               sweepRevoked[ID, R],
	}
	if open(t).Families != nil {
		maps.Copy(cases, familyCases[ID, R]())
	}
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		t.Run(name, func(t *testing.T) {
			stores := open(t)
			cases[name](&tokenFixture[ID, R]{
				fixture:  &fixture[ID, R]{T: t, Stores: stores.Stores},
				Families: stores.Families, Revocations: stores.Revocations,
			})
		})
	}
}

func familyCases[ID comparable, R ~string]() map[string]func(*tokenFixture[ID, R]) {
	return map[string]func(*tokenFixture[ID, R]){
		"absent families are ErrNotFound":                       absentFamilies[ID, R],
		"a family comes back as it was stored":                  createFamily[ID, R],
		"an id is never stored twice":                           duplicateFamily[ID, R],
		"REF-08 what became of a user is found with the family": findAccount[ID, R],
		"SES-07 families go with their user":                    cascadeFamilies[ID, R],
		"REF-01 a family advances by one":                       advanceFamily[ID, R],
		"REF-01 a family advances from its counter only":        advanceFrom[ID, R],
		"REF-04 of many advances one succeeds":                  raceAdvance[ID, R],
		"REF-04 many refreshes of one token get one successor":  raceRefresh[ID, R],
		"REF-02 advances yield to the end":                      raceAdvanceEnd[ID, R],
		"SES-08 a family is adopted under another version":      adoptFamily[ID, R],
		"REF-02 a family that ended is gone":                    endFamily[ID, R],
		"a user ends own families only":                         endFamilyByID[ID, R],
		"of many ends one finds the family":                     raceEndByID[ID, R],
		"SES-08 all but one of a user's families end":           endFamiliesByUser[ID, R],
		"STO-05 expired and idle families are swept":            sweepFamilies[ID, R],
		"REV-01 access tokens see their family go":              checkFamily[ID, R],
	}
}

// A tokenFixture is a case in progress.
type tokenFixture[ID comparable, R ~string] struct {
	*fixture[ID, R]
	Families    refresh.Storage[ID, account.User[ID, R]]
	Revocations revocation.Store[ID, account.User[ID, R]]
}

func noFamily(err error) bool { return errors.Is(err, refresh.ErrNotFound) }

// familyID is an id that is named.
func familyID(name string) refresh.ID {
	var id refresh.ID
	copy(id[:], "id of "+name)
	return id
}

// family makes a family whose id comes from name, not yet stored. Its times are all
// different.
func (f *tokenFixture[ID, R]) family(user ID, name string) refresh.Family[ID] {
	return refresh.Family[ID]{
		ID: familyID(name), UserID: user, UserVersion: 1, Counter: 1,
		CreatedAt: start, AuthenticatedAt: start.Add(time.Second), RotatedAt: start.Add(2 * time.Second),
		LastUsedAt: start.Add(3 * time.Second), ExpiresAt: start.Add(time.Hour),
	}
}

// begin stores a family whose id comes from name.
func (f *tokenFixture[ID, R]) begin(user ID, name string) {
	f.Helper()
	f.must(f.Families.Create(f.Context(), f.family(user, name)))
}

// alive reads a family back.
func (f *tokenFixture[ID, R]) alive(name string) refresh.Family[ID] {
	f.Helper()
	family, _, err := f.Families.Find(f.Context(), familyID(name))
	if err != nil {
		f.Fatalf("find family %s: %v", name, err)
	}
	return family
}

// ended ends the case unless every one of the families is unknown.
func (f *tokenFixture[ID, R]) ended(names ...string) {
	f.Helper()
	for _, name := range names {
		if _, _, err := f.Families.Find(f.Context(), familyID(name)); !noFamily(err) {
			f.Fatalf("find family %s: %v, want ErrNotFound", name, err)
		}
	}
}

// same reports an error unless got is want in the form that a storage gives back.
func (f *tokenFixture[ID, R]) same(got, want refresh.Family[ID]) {
	f.Helper()
	if diff := sameFamily(got, want); diff != "" {
		f.Error(diff)
	}
}

func sameFamily[ID comparable](got, want refresh.Family[ID]) string {
	for _, at := range []time.Time{got.CreatedAt, got.AuthenticatedAt, got.RotatedAt, got.LastUsedAt, got.ExpiresAt} {
		if at.Location() != time.UTC {
			return fmt.Sprintf("%v is not in UTC", at)
		}
	}
	want.CreatedAt, want.AuthenticatedAt, want.RotatedAt = canonical(want.CreatedAt), canonical(want.AuthenticatedAt), canonical(want.RotatedAt)
	want.LastUsedAt, want.ExpiresAt = canonical(want.LastUsedAt), canonical(want.ExpiresAt)
	if got != want {
		return fmt.Sprintf("got family %+v, want %+v", got, want)
	}
	return ""
}
