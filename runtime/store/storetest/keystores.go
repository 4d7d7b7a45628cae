package storetest

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/account"
	"github.com/authgen-go/authgen/runtime/apikey"
)

// KeyStores is what the suite [APIKeys] runs on, under the rules of [Stores].
type KeyStores[ID comparable, R, S ~string] struct {
	// Stores has the Users that keys belong to; Sessions are not needed.
	Stores[ID, R]
	// Keys keeps the keys of Users.
	Keys apikey.Storage[ID, S, account.User[ID, R]]
	// Scopes are at least two, without repeats, sorted. They need not be those of the
	// application: a storage takes any.
	Scopes []S
}

// APIKeys runs the contract of [apikey.Storage] on the storage that open returns,
// together with that of the users it belongs to.
func APIKeys[ID comparable, R, S ~string](t *testing.T, open func(t *testing.T) KeyStores[ID, R, S]) {
	cases := map[string]func(*keyFixture[ID, R, S]){
		"absent keys are ErrNotFound":                     absentKeys[ID, R, S],
		"a key comes back as it was stored":               createKey[ID, R, S],
		"a hash or id is never stored twice":              duplicateKey[ID, R, S],
		"STO-03 what is not stored is not found":          nearKeys[ID, R, S],
		"STO-03 text is data":                             hostileKey[ID, R, S],
		"API-05 a disabled owner is seen at once":         keyDisabled[ID, R, S],
		"API-05 changed roles of the owner are seen":      keyRoles[ID, R, S],
		"API-05 keys go with their owner":                 keyCascade[ID, R, S],
		"API-07 active keys are limited":                  limitKeys[ID, R, S],
		"API-07 of many creations few succeed":            raceLimit[ID, R, S],
		"API-07 rotation replaces a key":                  rotateKey[ID, R, S],
		"API-07 an overlap never makes a key live longer": rotateEnd[ID, R, S],
		"API-07 of many rotations one succeeds":           raceRotateKey[ID, R, S],
		"API-07 rotation and creation keep the limit":     raceRotateCreate[ID, R, S],
		"API-07 rotation yields to revocation":            raceRotateRevoke[ID, R, S],
		"API-07 a touch moves last used forward only":     touchKey[ID, R, S],
		"API-07 the latest of many touches stays":         raceTouchKey[ID, R, S],
		"many keys are touched at once":                   touchKeys[ID, R, S],
		"API-04 an owner revokes own keys only":           revokeKey[ID, R, S],
		"API-07 of many revocations one succeeds":         raceRevoke[ID, R, S],
		"API-07 who holds a key can end it":               revokeByHash[ID, R, S],
		"API-07 all keys of an owner end":                 revokeAll[ID, R, S],
		"a list has all keys of the owner, newest first":  listKeys[ID, R, S],
		"keys that expire come in order, page by page":    expiringKeys[ID, R, S],
		"STO-05 expired keys are swept":                   sweepKeys[ID, R, S],
	}
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		t.Run(name, func(t *testing.T) {
			stores := open(t)
			cases[name](&keyFixture[ID, R, S]{
				fixture: &fixture[ID, R]{T: t, Stores: stores.Stores},
				Keys:    stores.Keys, Scopes: stores.Scopes,
			})
		})
	}
}

// A keyFixture is a case in progress.
type keyFixture[ID comparable, R, S ~string] struct {
	*fixture[ID, R]
	Keys   apikey.Storage[ID, S, account.User[ID, R]]
	Scopes []S
}

func noKey(err error) bool   { return errors.Is(err, apikey.ErrNotFound) }
func tooMany(err error) bool { return errors.Is(err, apikey.ErrTooMany) }

func keyHash(name string) apikey.Hash { return sha256.Sum256([]byte(name)) }

// life is how long the keys of a case live.
const life = 24 * time.Hour

// key makes a record whose id and hash come from name, not yet stored.
func (f *keyFixture[ID, R, S]) key(owner ID, name string) apikey.Record[ID, S] {
	return apikey.Record[ID, S]{
		Key: apikey.Key[ID, S]{
			ID: name, OwnerID: owner, Name: "name of " + name, Scopes: f.Scopes, Last4: "wxyz",
			CreatedAt: start, ExpiresAt: start.Add(life),
		},
		Hash: keyHash(name),
	}
}

// give stores a key whose id and hash come from name.
func (f *keyFixture[ID, R, S]) give(owner ID, name string) {
	f.Helper()
	f.must(f.Keys.Create(f.Context(), f.key(owner, name), width))
}

// rotated is the successor of a key at a time, not yet stored.
func (f *keyFixture[ID, R, S]) rotated(name string, at time.Time) apikey.Record[ID, S] {
	var nobody ID
	r := f.key(nobody, name)
	r.Name, r.Scopes, r.Last4 = "", nil, "abcd"
	r.CreatedAt, r.ExpiresAt = at, at.Add(life)
	return r
}

// there reads a key back.
func (f *keyFixture[ID, R, S]) there(name string) apikey.Key[ID, S] {
	f.Helper()
	r, _, err := f.Keys.Find(f.Context(), keyHash(name))
	if err != nil {
		f.Fatalf("find key %s: %v", name, err)
	}
	if r.Hash != keyHash(name) {
		f.Fatalf("key %s came back with another hash", name)
	}
	return r.Key
}

// lost ends the case unless every one of the keys is unknown.
func (f *keyFixture[ID, R, S]) lost(names ...string) {
	f.Helper()
	for _, name := range names {
		if _, _, err := f.Keys.Find(f.Context(), keyHash(name)); !noKey(err) {
			f.Fatalf("find key %s: %v, want ErrNotFound", name, err)
		}
	}
}

// same reports an error unless got is want in the form that a storage gives back.
func (f *keyFixture[ID, R, S]) same(got, want apikey.Key[ID, S]) {
	f.Helper()
	if diff := sameKey(got, want); diff != "" {
		f.Error(diff)
	}
}

func sameKey[ID comparable, S ~string](got, want apikey.Key[ID, S]) string {
	for _, at := range []time.Time{got.CreatedAt, got.ExpiresAt, got.RotatedAt, got.LastUsedAt} {
		if at.Location() != time.UTC {
			return fmt.Sprintf("%v is not in UTC", at)
		}
	}
	times := func(k apikey.Key[ID, S]) [4]time.Time {
		return [4]time.Time{canonical(k.CreatedAt), canonical(k.ExpiresAt), canonical(k.RotatedAt), canonical(k.LastUsedAt)}
	}
	texts := func(k apikey.Key[ID, S]) [3]string { return [3]string{k.ID, k.Name, k.Last4} }
	if got.OwnerID != want.OwnerID || texts(got) != texts(want) || !slices.Equal(got.Scopes, want.Scopes) ||
		times(got) != times(want) || got.LastUsedAddr != want.LastUsedAddr {
		return fmt.Sprintf("got key %+v, want %+v", got, want)
	}
	if got.CreatedAt != canonical(got.CreatedAt) {
		return fmt.Sprintf("%v is finer than microseconds", got.CreatedAt)
	}
	return ""
}

var addr = netip.MustParseAddr("2001:db8::7")
