package apikey_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/apikey"
	"github.com/authgen-go/authgen/runtime/ratelimit"
)

func hours(n float64) *time.Duration {
	d := time.Duration(n * float64(time.Hour))
	return &d
}

func TestAPI07_Rotation(t *testing.T) {
	for name, c := range map[string]struct {
		overlap *time.Duration
		lives   time.Duration
	}{
		"as configured": {nil, 24 * time.Hour}, "the same": {hours(24), 24 * time.Hour}, "shorter": {hours(0.5), 30 * time.Minute}, "at once": {hours(0), 0},
	} {
		for kept, staleness := range map[string]time.Duration{"asked": 0, "kept": 5 * time.Minute} {
			t.Run(name+" "+kept, func(t *testing.T) {
				b := newBench(t, func(c *config) { c.MaxStaleness = staleness })
				old, oldKey := b.issue(b.ada, read, write)
				b.clock.advance(10 * day)
				b.must(b.check(oldKey))
				b.audit.Reset()
				k, key, err := b.Rotate(t.Context(), b.ada.ID, old.ID, c.overlap)
				b.must(err)
				now := b.clock.now().UTC().Truncate(time.Microsecond)
				if k.ID == old.ID || key == oldKey || k.Name != old.Name || !slices.Equal(k.Scopes, old.Scopes) || k.OwnerID != old.OwnerID ||
					!k.CreatedAt.Equal(now) || !k.ExpiresAt.Equal(now.Add(90*day)) || k.Retiring() || k.Last4 != key[len(key)-4:] {
					t.Errorf("new key %+v", k)
				}
				b.saw("api_key.rotated success  1001>"+old.ID, "api_key.created success  1001>"+k.ID)
				b.must(b.check(key))
				if c.lives > 0 {
					b.clock.advance(c.lives - time.Microsecond)
					got := b.used(oldKey)
					if !got.Retiring() || !got.ExpiresAt.Equal(now.Add(c.lives)) || !got.RotatedAt.Equal(now) {
						t.Errorf("old key %+v", got)
					}
					b.clock.advance(time.Microsecond)
				}
				b.is("the old key", b.check(oldKey), apikey.ErrInvalidKey)
				b.must(b.check(key))
			})
		}
	}
}

func TestAPI07_RotationThatIsRefused(t *testing.T) {
	b := newBench(t)
	k, key := b.issue(b.ada)
	bob := b.user("bob@example.com", "member")
	rotate := func(owner user, id string, overlap *time.Duration) error {
		_, text, err := b.Rotate(t.Context(), owner.ID, id, overlap)
		if (err == nil) != (text != "") {
			t.Errorf("key %q with %v", text, err)
		}
		return err
	}
	b.store.forget()
	b.is("longer than rotated keys live", rotate(b.ada, k.ID, hours(24.001)), apikey.ErrInvalidOverlap)
	b.is("a negative overlap", rotate(b.ada, k.ID, hours(-1)), apikey.ErrInvalidOverlap)
	b.is("no id", rotate(b.ada, "x' OR 1=1 --", nil), apikey.ErrNoSuchKey)
	if calls := b.store.calls(); len(calls) != 0 {
		t.Errorf("the store was asked %v", calls)
	}
	b.audit.Reset()
	b.is("somebody else's", rotate(bob, k.ID, nil), apikey.ErrNoSuchKey) // API-04
	b.saw("api_key.rotated denied not-found 1002>" + k.ID)
	b.store.down()
	b.is("store down", rotate(b.ada, k.ID, nil), errDown)
	b.saw("api_key.rotated failed store-unavailable 1001>" + k.ID)
	b.store.up()
	if got := b.used(key); got.Retiring() || !got.ExpiresAt.Equal(k.ExpiresAt) {
		t.Errorf("the key is %+v now", got)
	}
	b.must(rotate(b.ada, k.ID, nil))
	b.is("again", rotate(b.ada, k.ID, nil), apikey.ErrNoSuchKey)

	late, _, err := b.Create(t.Context(), bob.ID, bob, newKey{Name: "k", ExpiresIn: time.Hour})
	b.must(err)
	b.clock.advance(time.Hour)
	b.is("expired", rotate(bob, late.ID, nil), apikey.ErrNoSuchKey)
}

func TestAPI07_WithoutOverlapRotationEndsAtOnce(t *testing.T) {
	b := newBench(t, func(c *config) { c.RotationOverlap = -1 })
	k, key := b.issue(b.ada)
	_, _, err := b.Rotate(t.Context(), b.ada.ID, k.ID, hours(1))
	b.is("an overlap", err, apikey.ErrInvalidOverlap)
	_, _, err = b.Rotate(t.Context(), b.ada.ID, k.ID, nil)
	b.must(err)
	b.is("the old key", b.check(key), apikey.ErrInvalidKey)
}

// An owner with as many keys as there may be can rotate each, and a retiring key
// makes no room for another.
func TestAPI07_RotationAtTheLimit(t *testing.T) {
	b := newBench(t)
	first, _ := b.issue(b.ada)
	second, _ := b.issue(b.ada)
	for _, k := range []row{first, second} {
		_, _, err := b.Rotate(t.Context(), b.ada.ID, k.ID, nil)
		b.must(err)
	}
	_, _, err := b.Create(t.Context(), b.ada.ID, b.ada, newKey{Name: "third"})
	b.is("a third", err, apikey.ErrTooMany)
	list, err := b.List(t.Context(), b.ada.ID)
	if err != nil || len(list) != 4 {
		t.Errorf("%d keys, %v; want 2 and 2 that retire", len(list), err)
	}
}

func TestAPI07_OfManyRotationsOneSucceeds(t *testing.T) {
	b := newBench(t)
	k, key := b.issue(b.ada)
	var won atomic.Int64
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(func() {
			switch _, next, err := b.Rotate(context.Background(), b.ada.ID, k.ID, nil); {
			case err == nil:
				won.Add(1)
				b.is("the new key", b.check(next), nil)
			case !errors.Is(err, apikey.ErrNoSuchKey):
				t.Error(err)
			}
		})
	}
	wg.Wait()
	b.must(b.check(key))
	if list, err := b.List(t.Context(), b.ada.ID); err != nil || won.Load() != 1 || len(list) != 2 {
		t.Errorf("%d won, %d keys, %v; want 1 and 2", won.Load(), len(list), err)
	}
}

// Clients use the old and the new key all the time: not one request is refused until
// the overlap ends, and every one with the old key from then on.
func TestAPI07_RotationUnderLoad(t *testing.T) {
	for name, staleness := range map[string]time.Duration{"asked": 0, "kept": time.Minute} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, func(c *config) {
				c.MaxStaleness = staleness
				// The clock jumps while requests are between two looks at it.
				c.RateLimit = ratelimit.Rate{Count: 1 << 30, Per: ratelimit.MaxPer}
			})
			old, oldKey := b.issue(b.ada, read)
			newKey := atomic.Pointer[string]{}
			l := &load{bench: b, keys: func() (string, string) {
				if next := newKey.Load(); next != nil {
					return oldKey, *next
				}
				return oldKey, oldKey
			}}
			l.start(8)
			step := func(d time.Duration) {
				for range 20 {
					l.turn()
					b.clock.advance(d / 20)
				}
			}
			step(time.Hour)
			_, key, err := b.Rotate(t.Context(), b.ada.ID, old.ID, nil)
			b.must(err)
			newKey.Store(&key)
			step(24*time.Hour - time.Second)
			l.pause()
			if good, bad := l.counts(); bad != 0 || good < 300 {
				t.Errorf("%d let through, %d refused before the overlap ended", good, bad)
			}
			b.clock.advance(time.Second)
			before, _ := l.counts()
			l.resume()
			for range 5 {
				l.turn()
			}
			l.stop()
			good, bad := l.counts()
			if newGood := good - before; bad == 0 || newGood == 0 || l.oldGood.Load() != 0 || l.newBad.Load() != 0 {
				t.Errorf("afterwards: old key %d let through, %d refused; new key %d let through, %d refused",
					l.oldGood.Load(), bad, newGood, l.newBad.Load())
			}
		})
	}
}

// A load sends requests with two keys from several addresses.
type load struct {
	*bench
	keys            func() (old, next string)
	gate            sync.RWMutex
	quit            chan struct{}
	wg              sync.WaitGroup
	turns           atomic.Int64
	good, bad       atomic.Int64
	after           atomic.Bool
	oldGood, newBad atomic.Int64
}

func (l *load) start(clients int) {
	l.quit = make(chan struct{})
	for i := range clients {
		l.wg.Go(func() {
			addr := fmt.Sprintf("192.0.2.%d:1", i)
			for {
				select {
				case <-l.quit:
					return
				default:
					l.once(addr)
				}
			}
		})
	}
}

func (l *load) once(addr string) {
	l.gate.RLock()
	defer l.gate.RUnlock()
	old, next := l.keys()
	for _, key := range []string{old, next} {
		err := l.checkFrom(addr, key)
		switch {
		case err == nil:
			l.good.Add(1)
			if l.after.Load() && key == old {
				l.oldGood.Add(1)
			}
		case errors.Is(err, apikey.ErrInvalidKey) || limited(err):
			l.bad.Add(1)
			if key != old {
				if !limited(err) { // an address with failures of its own may have to wait
					l.newBad.Add(1)
				}
			}
		default:
			l.Error(err)
		}
	}
	l.turns.Add(1)
}

// turn waits until every client may have had one.
func (l *load) turn() {
	for until := l.turns.Load() + 8; l.turns.Load() < until; {
		time.Sleep(50 * time.Microsecond)
	}
}

func (l *load) pause()  { l.gate.Lock() }
func (l *load) resume() { l.after.Store(true); l.gate.Unlock() }
func (l *load) stop()   { close(l.quit); l.wg.Wait() }

func (l *load) counts() (good, bad int64) { return l.good.Load(), l.bad.Load() }
