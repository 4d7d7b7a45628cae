package apikey_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/authgen-go/authgen/runtime/apikey"
	"github.com/authgen-go/authgen/runtime/ratelimit"
)

// A thousand requests with a key are one row of one write, and that is the latest.
func TestAPI07_LastUseIsWrittenOnceAFlush(t *testing.T) {
	b := newBench(t)
	k, key := b.issue(b.ada)
	other, otherKey := b.issue(b.ada)
	b.store.forget()
	for i := range 900 {
		b.clock.advance(time.Second)
		b.must(b.checkFrom(fmt.Sprintf("192.0.2.%d:1", i%250), key))
	}
	b.must(b.checkFrom("[2001:db8::1]:1", otherKey))
	if n := b.store.count("Touch"); n != 0 {
		t.Errorf("%d writes on the path of requests", n)
	}
	b.must(b.Flush(t.Context()))
	b.must(b.Flush(t.Context())) // nothing is left for another
	if n := b.store.count("Touch"); n != 1 || len(b.store.touched[0]) != 2 {
		t.Fatalf("%d writes: %v", n, b.store.touched)
	}
	now := b.clock.now().UTC().Truncate(time.Microsecond)
	list, err := b.store.storage.List(t.Context(), b.ada.ID)
	b.must(err)
	for _, got := range list {
		if want := map[string]string{k.ID: "192.0.2.149", other.ID: "2001:db8::1"}[got.ID]; !got.LastUsedAt.Equal(now) || got.LastUsedIP() != want {
			t.Errorf("last used %v from %s, want %v from %s", got.LastUsedAt, got.LastUsedIP(), now, want)
		}
	}
}

// A write that hangs delays no request and loses nothing.
func TestAPI07_StalledWriteDelaysNoRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, func(c *config) { c.Now = time.Now })
		k, key := b.issue(b.ada)
		b.store.hook(func(ctx context.Context, method string) error {
			if method == "Touch" {
				<-ctx.Done()
			}
			return ctx.Err()
		})
		begin := time.Now()
		b.must(b.check(key))
		time.Sleep(31 * time.Second) // the write has begun and hangs
		synctest.Wait()
		for range 100 {
			b.must(b.check(key))
		}
		if d := time.Since(begin); d != 31*time.Second {
			t.Errorf("requests took %v", d-31*time.Second)
		}
		latest := time.Now()
		time.Sleep(time.Minute)
		b.store.up()
		time.Sleep(31 * time.Second)
		synctest.Wait()
		if got := stored(b, k.ID); !got.LastUsedAt.Equal(latest) {
			t.Errorf("last used %v, want %v", got.LastUsedAt, latest)
		}
		b.must(b.Close(t.Context()))
	})
}

func stored(b *bench, id string) row {
	b.Helper()
	list, err := b.store.storage.List(b.Context(), b.ada.ID)
	b.must(err)
	for _, k := range list {
		if k.ID == id {
			return k
		}
	}
	b.Fatalf("no key %s", id)
	return row{}
}

func TestAPI07_CloseWritesWhatWaits(t *testing.T) {
	b := newBench(t)
	k, key := b.issue(b.ada)
	b.must(b.check(key))
	b.must(b.Close(t.Context()))
	if got := stored(b, k.ID); got.LastUsedAt.IsZero() {
		t.Error("the last use is lost")
	}
	if b.Dropped() != 0 {
		t.Errorf("%d dropped", b.Dropped())
	}
}

func TestAPI07_WhatIsLostIsCounted(t *testing.T) {
	b := newBench(t)
	_, key := b.issue(b.ada)
	b.must(b.check(key))
	b.store.down("Touch")
	b.is("Close", b.Close(t.Context()), errDown)
	if b.Dropped() != 1 {
		t.Errorf("%d dropped, want 1", b.Dropped())
	}
	b.must(b.check(key)) // still answered, but not remembered
	if b.Dropped() != 2 {
		t.Errorf("%d dropped, want 2", b.Dropped())
	}
	b.closed = true
}

// Lists know what is not written yet, and never go back.
func TestListsHaveTheLatestUse(t *testing.T) {
	b := newBench(t)
	k, key := b.issue(b.ada)
	b.must(b.check(key))
	b.clock.advance(time.Minute)
	b.must(b.checkFrom("192.0.2.200:1", key))
	now := b.clock.now().UTC().Truncate(time.Microsecond)
	list, err := b.List(t.Context(), b.ada.ID)
	if err != nil || len(list) != 1 || !list[0].LastUsedAt.Equal(now) || list[0].LastUsedIP() != "192.0.2.200" {
		t.Errorf("listed %+v, %v", list, err)
	}
	later := now.Add(time.Hour) // written by another process
	b.must(b.store.storage.Touch(t.Context(), []apikey.Touch{{KeyID: k.ID, UsedAt: later}}))
	list, err = b.List(t.Context(), b.ada.ID)
	if err != nil || !list[0].LastUsedAt.Equal(later) {
		t.Errorf("listed %+v, %v", list, err)
	}
}

// What waits to be written of a key that is revoked is forgotten.
func TestRevokedKeysAreNotTouched(t *testing.T) {
	b := newBench(t)
	k, key := b.issue(b.ada)
	b.must(b.check(key))
	b.must(b.Revoke(t.Context(), b.ada.ID, k.ID))
	b.must(b.Flush(t.Context()))
	if n := b.store.count("Touch"); n != 0 {
		t.Errorf("%d writes", n)
	}
}

// A clock that is set back does not make the last use earlier.
func TestF21_LastUseDoesNotGoBack(t *testing.T) {
	b := newBench(t)
	k, key := b.issue(b.ada)
	b.must(b.check(key))
	at := b.clock.now()
	b.clock.advance(-time.Hour)
	b.must(b.checkFrom("192.0.2.200:1", key))
	b.must(b.Flush(t.Context()))
	if got := stored(b, k.ID); !got.LastUsedAt.Equal(at.Truncate(time.Microsecond)) || got.LastUsedIP() != "192.0.2.7" {
		t.Errorf("last used %v from %s", got.LastUsedAt, got.LastUsedIP())
	}
}

// A refused request is no use of a key.
func TestRefusedRequestsAreNoUse(t *testing.T) {
	b := newBench(t, func(c *config) { c.RateLimit = ratelimit.Rate{Count: 1, Per: time.Hour} })
	_, key := b.issue(b.ada)
	b.must(b.check(key))
	b.must(b.Flush(t.Context()))
	b.store.forget()
	b.is("over the limit", b.check(key), apikey.ErrOverLimit)
	b.must(b.users.SetDisabled(t.Context(), b.ada.ID, true))
	b.is("disabled", b.check(key), apikey.ErrInvalidKey)
	b.must(b.Flush(t.Context()))
	if n := b.store.count("Touch"); n != 0 {
		t.Errorf("%d writes", n)
	}
}

func TestListLeavesOutWhatHasExpired(t *testing.T) {
	b := newBench(t)
	k, _, err := b.Create(t.Context(), b.ada.ID, b.ada, newKey{Name: "short", ExpiresIn: time.Hour})
	b.must(err)
	long, _ := b.issue(b.ada)
	b.clock.advance(time.Hour - time.Microsecond)
	if list, err := b.List(t.Context(), b.ada.ID); err != nil || len(list) != 2 {
		t.Errorf("%d keys, %v", len(list), err)
	}
	b.clock.advance(time.Microsecond)
	if list, err := b.List(t.Context(), b.ada.ID); err != nil || len(list) != 1 || list[0].ID != long.ID {
		t.Errorf("listed %+v, %v, with %s", list, err, k.ID)
	}
	b.store.down()
	_, err = b.List(t.Context(), b.ada.ID)
	b.is("store down", err, errDown)
}

func TestAPI07_ExpiringWithin(t *testing.T) {
	b := newBench(t, func(c *config) { c.MaxActive = 2000 })
	make := func(life time.Duration) row {
		k, _, err := b.Create(t.Context(), b.ada.ID, b.ada, newKey{Name: "k", ExpiresIn: life})
		b.must(err)
		return k
	}
	past := make(time.Hour)
	for i := range 1234 { // three pages, with many of one time
		make(2*time.Hour + time.Duration(i/700)*time.Minute)
	}
	rotated := make(3 * time.Hour)
	_, _, err := b.Rotate(t.Context(), b.ada.ID, rotated.ID, hours(3))
	b.must(err)
	last, beyond := make(day+time.Hour), make(day+time.Hour+time.Microsecond)
	b.clock.advance(time.Hour) // past ends now
	seen := map[string]bool{}
	var end time.Time
	for k, err := range b.ExpiringWithin(t.Context(), day) {
		b.must(err)
		if seen[k.ID] || k.ExpiresAt.Before(end) {
			t.Fatalf("%s comes twice or out of order", k.ID)
		}
		seen[k.ID], end = true, k.ExpiresAt
	}
	if len(seen) != 1235 || seen[past.ID] || seen[rotated.ID] || !seen[last.ID] || seen[beyond.ID] {
		t.Errorf("%d keys; past %v, rotated %v, last %v, beyond %v", len(seen), seen[past.ID], seen[rotated.ID], seen[last.ID], seen[beyond.ID])
	}
	b.store.forget()
	for range b.ExpiringWithin(t.Context(), day) {
		break
	}
	if n := b.store.count("Expiring"); n != 1 {
		t.Errorf("%d pages read for one key", n)
	}
	b.store.down()
	n := 0
	for k, err := range b.ExpiringWithin(t.Context(), day) {
		n++
		if !errors.Is(err, errDown) || k.ID != "" {
			t.Errorf("%+v, %v", k, err)
		}
	}
	if n != 1 {
		t.Errorf("%d errors, want 1", n)
	}
}

func TestSTO05_ExpiredKeysAreSwept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, func(c *config) { c.Now = time.Now; c.MaxActive = 3000; c.SweepInterval = 10 * time.Minute })
		for range 2500 {
			_, _, err := b.Create(t.Context(), b.ada.ID, b.ada, newKey{Name: "k", ExpiresIn: time.Hour})
			b.must(err)
		}
		k, _ := b.issue(b.ada)
		time.Sleep(72 * time.Minute)
		synctest.Wait()
		list, err := b.store.storage.List(t.Context(), b.ada.ID)
		if err != nil || len(list) != 1 || list[0].ID != k.ID {
			t.Errorf("%d keys left, %v", len(list), err)
		}
		b.store.down("DeleteExpired")
		time.Sleep(time.Hour)
		b.store.up()
		time.Sleep(time.Hour)
		synctest.Wait()
		for text, want := range map[string]int{"cannot be removed": 1, "is removed again": 1, `swept="API keys"`: 2} {
			if n := strings.Count(b.log.String(), text); n != want {
				t.Errorf("%q is logged %d times, want %d in\n%s", text, n, want, b.log)
			}
		}
		b.must(b.Close(t.Context()))
	})
}

// Everything at once; run with -race.
func TestServiceConcurrently(t *testing.T) {
	b := newBench(t, func(c *config) { c.MaxStaleness = time.Minute; c.MaxActive = 100 })
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			addr := fmt.Sprintf("192.0.2.%d:1", i)
			for range 20 {
				k, key := b.issue(b.ada, read)
				check := func(want error) {
					if err := b.checkFrom(addr, key); !errors.Is(err, want) && !limited(err) {
						t.Errorf("%v, want %v", err, want)
					}
				}
				check(nil)
				_, next, err := b.Rotate(t.Context(), b.ada.ID, k.ID, nil)
				b.must(err)
				check(nil)
				_, err = b.List(t.Context(), b.ada.ID)
				b.must(err)
				b.must(b.Revoke(t.Context(), b.ada.ID, k.ID))
				check(apikey.ErrInvalidKey)
				_, _, err = b.Authenticate(requestFrom(b, addr, next), http.Header{})
				if err != nil && !limited(err) {
					t.Error(err)
				}
				b.must(b.RevokeLeaked(t.Context(), next))
				b.Forget(b.ada.ID)
				b.must(b.Flush(t.Context()))
			}
		})
	}
	wg.Wait()
}
