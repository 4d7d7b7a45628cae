package apikey_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/authgen-go/authgen/runtime/apikey"
)

func minute(c *config) { c.MaxStaleness = time.Minute }

func TestKeptKeysAreReadOnceAWhile(t *testing.T) {
	b := newBench(t, minute)
	_, key := b.issue(b.ada, read)
	b.store.forget()
	for range 100 {
		b.must(b.check(key))
		b.must(b.checkFrom("192.0.2.77:1", key))
	}
	b.clock.advance(time.Minute - time.Microsecond)
	b.store.down()
	b.must(b.check(key)) // nor does it need the store
	b.clock.advance(time.Microsecond)
	b.is("a minute later", b.check(key), errDown)
	b.store.up()
	b.must(b.check(key))
	if n := b.store.count("Find"); n != 3 {
		t.Errorf("read %d times, want 3", n)
	}
}

func TestNothingIsKeptByDefault(t *testing.T) {
	b := newBench(t)
	_, key := b.issue(b.ada)
	b.store.forget()
	for range 5 {
		b.must(b.check(key))
	}
	if n := b.store.count("Find"); n != 5 {
		t.Errorf("read %d times, want 5", n)
	}
}

// What becomes of the owner is seen after MaxStaleness, or at once when told.
func TestKeptOwners(t *testing.T) {
	b := newBench(t, minute)
	_, key := b.issue(b.ada, read, write)
	demote := func(roles ...role) { b.must(b.users.SetRoles(t.Context(), b.ada.ID, roles)) }
	want := func(scopes ...scope) {
		t.Helper()
		if got := b.used(key).Scopes; !slices.Equal(got, scopes) {
			t.Errorf("scopes %q, want %q", got, scopes)
		}
	}
	want(read, write)
	demote("member")
	want(read, write)
	b.clock.advance(time.Minute)
	want(read)
	demote("admin")
	want(read)
	b.Forget(b.ada.ID)
	want(read, write)
	b.must(b.users.SetDisabled(t.Context(), b.ada.ID, true))
	want(read, write)
	b.Forget(b.ada.ID + 1) // somebody else
	want(read, write)
	b.Forget(b.ada.ID)
	b.is("disabled", b.check(key), apikey.ErrInvalidKey)
}

// A clock that is set back by an hour does not keep a key for an hour.
func TestF21_KeptKeysAndAClockSetBack(t *testing.T) {
	b := newBench(t, minute)
	_, key := b.issue(b.ada)
	b.must(b.check(key))
	b.clock.advance(-time.Hour)
	b.store.forget()
	b.must(b.check(key))
	if n := b.store.count("Find"); n != 1 {
		t.Errorf("read %d times, want 1", n)
	}
}

// Unknown keys are not kept: a key works the moment it is made, and inventions fill
// nothing.
func TestUnknownKeysAreNotKept(t *testing.T) {
	b := newBench(t, minute)
	key, hash := apikey.Forge("sk_live")
	b.is("unknown", b.check(key), apikey.ErrInvalidKey)
	now := b.clock.now()
	b.must(b.store.storage.Create(t.Context(), record{
		Key:  row{ID: "made elsewhere", OwnerID: b.ada.ID, CreatedAt: now, ExpiresAt: now.Add(time.Hour)},
		Hash: hash,
	}, 1))
	b.must(b.check(key))
}

// Of many requests for a key that is not kept one reads, and the others wait for it.
func TestKeptKeysAreReadByOneRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, func(c *config) { minute(c); c.Now = time.Now })
		_, key := b.issue(b.ada)
		b.must(b.check(key)) // proves it, so that requests do not wait in line
		time.Sleep(time.Minute)
		b.store.hook(func(context.Context, string) error { time.Sleep(time.Second); return nil })
		b.store.forget()
		var wg sync.WaitGroup
		for range 100 {
			wg.Go(func() {
				if err := b.check(key); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := b.store.count("Find"); n != 1 {
			t.Errorf("read %d times, want 1", n)
		}
		b.store.up()
		b.must(b.Close(t.Context()))
	})
}

// A read that began before a revocation, and ends after it, is not kept, and nobody
// who comes after the revocation gets what it brought.
func TestAPI07_RevocationOvertakesAReadThatHasBegun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, func(c *config) { minute(c); c.Now = time.Now })
		b.store.storage = slow{b.store.storage}
		k, key := b.issue(b.ada)
		b.must(b.check(key))
		time.Sleep(time.Minute)
		early := make(chan error, 1)
		go func() { early <- b.check(key) }()
		synctest.Wait()
		b.must(b.Revoke(t.Context(), b.ada.ID, k.ID))
		b.is("after the revocation", b.check(key), apikey.ErrInvalidKey)
		b.must(<-early) // it came before
		b.is("after the read", b.check(key), apikey.ErrInvalidKey)
		b.must(b.Close(t.Context()))
	})
}

// slow answers with what it knew a second ago.
type slow struct{ storage }

func (s slow) Find(ctx context.Context, hash apikey.Hash) (record, user, error) {
	r, u, err := s.storage.Find(ctx, hash)
	time.Sleep(time.Second)
	return r, u, err
}
