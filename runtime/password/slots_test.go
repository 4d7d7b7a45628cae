package password

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/authgen-go/authgen/runtime/authn"
)

// A blocker stands in for Argon2id: each call waits until it is let go.
type blocker struct {
	running, most atomic.Int64
	let           chan struct{}
}

func (b *blocker) kdf(_, _ []byte, _ Params, keyLen uint32) []byte {
	now := b.running.Add(1)
	for most := b.most.Load(); now > most && !b.most.CompareAndSwap(most, now); most = b.most.Load() {
	}
	<-b.let
	b.running.Add(-1)
	return make([]byte, keyLen)
}

// newBlockedHasher must be called inside a synctest bubble, where the channel
// belongs.
func newBlockedHasher(t *testing.T, cfg HasherConfig) (*Hasher, *blocker) {
	t.Helper()
	h, err := NewHasher(cfg)
	if err != nil {
		t.Fatal(err)
	}
	b := &blocker{let: make(chan struct{})}
	h.kdf = b.kdf
	return h, b
}

// SECURITY PWD-12.
func TestPWD12_NoMoreHashesThanSlotsAndTheRestIsBusy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const slots, logins, wait = 3, 200, 5 * time.Second
		h, b := newBlockedHasher(t, HasherConfig{Slots: slots, Wait: wait})
		var busy, done atomic.Int64
		var all sync.WaitGroup
		start := time.Now()
		for range logins {
			all.Go(func() {
				err := h.VerifyNobody(t.Context(), "password")
				switch {
				case err == nil:
					done.Add(1)
				case errors.Is(err, ErrBusy):
					busy.Add(1)
					if waited := time.Since(start); waited != wait {
						t.Errorf("busy after %v, want %v", waited, wait)
					}
				default:
					t.Errorf("unexpected error: %v", err)
				}
			})
		}
		synctest.Wait()
		if got := b.running.Load(); got != slots {
			t.Fatalf("%d hashes run at once, want %d", got, slots)
		}
		time.Sleep(wait + 1) // the bubble's clock
		synctest.Wait()
		if got := busy.Load(); got != logins-slots {
			t.Errorf("%d are busy, want %d", got, logins-slots)
		}
		close(b.let)
		all.Wait()
		if done.Load() != slots || h.Runs() != slots || b.most.Load() != slots {
			t.Errorf("%d done, %d runs, at most %d at once; want %d each", done.Load(), h.Runs(), b.most.Load(), slots)
		}
	})
}

// SECURITY PWD-12.
func TestPWD12_AFreedSlotGoesToOneWhoWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, b := newBlockedHasher(t, HasherConfig{Slots: 1, Wait: time.Minute})
		var all sync.WaitGroup
		for range 5 {
			all.Go(func() {
				if err := h.VerifyNobody(t.Context(), "password"); err != nil {
					t.Error(err)
				}
			})
		}
		for range 5 {
			time.Sleep(time.Second)
			b.let <- struct{}{}
		}
		all.Wait()
		if b.most.Load() != 1 || h.Runs() != 5 {
			t.Errorf("at most %d at once, %d runs; want 1 and 5", b.most.Load(), h.Runs())
		}
	})
}

// SECURITY PWD-12.
func TestPWD12_TheContextFreesAWaiterButNotASlot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, b := newBlockedHasher(t, HasherConfig{Slots: 1, Wait: time.Minute})
		ctx, cancel := context.WithCancel(t.Context())
		running, waiting := make(chan error, 1), make(chan error, 1)
		go func() { running <- h.VerifyNobody(ctx, "password") }()
		synctest.Wait()
		go func() { waiting <- h.VerifyNobody(ctx, "password") }()
		synctest.Wait()
		cancel()
		if err := <-waiting; !errors.Is(err, context.Canceled) {
			t.Errorf("the waiter got %v", err)
		}
		synctest.Wait()
		if len(running) != 0 || len(h.slots.taken) != 1 {
			t.Error("cancelling freed the slot of a hash that is being computed")
		}
		close(b.let)
		if err := <-running; err != nil {
			t.Errorf("the running one got %v", err)
		}
		if len(h.slots.taken) != 0 {
			t.Error("the slot was not freed")
		}
	})
}

// SECURITY PWD-12.
func TestPWD12_ADeadlineBeforeWaitIsTheContextsError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, b := newBlockedHasher(t, HasherConfig{Slots: 1, Wait: time.Minute})
		defer close(b.let)
		go func() { _ = h.VerifyNobody(context.Background(), "password") }()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := h.Hash(ctx, "password"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}

func TestAnEndedContextHashesNothing(t *testing.T) {
	h, err := NewHasher(HasherConfig{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.Hash(ctx, "password"); !errors.Is(err, context.Canceled) {
		t.Errorf("Hash: %v", err)
	}
	if h.Runs() != 0 {
		t.Error("a hash was computed for nobody")
	}
}

func TestAPanicFreesTheSlot(t *testing.T) {
	h, err := NewHasher(HasherConfig{Slots: 1})
	if err != nil {
		t.Fatal(err)
	}
	h.kdf = func([]byte, []byte, Params, uint32) []byte { panic("out of memory") }
	func() {
		defer func() { _ = recover() }()
		_, _ = h.Hash(t.Context(), "password")
	}()
	if len(h.slots.taken) != 0 {
		t.Error("the slot is still taken")
	}
}

// SECURITY PWD-12.
func TestPWD12_BusyIsA503WithRetryAfter(t *testing.T) {
	var p *authn.Problem
	if !errors.As(error(ErrBusy), &p) || p.Code.Status() != http.StatusServiceUnavailable || p.RetryAfter <= 0 {
		t.Errorf("ErrBusy = %+v", p)
	}
	if !errors.Is(ErrBusy.WithCause(context.Canceled), ErrBusy) {
		t.Error("what is derived from ErrBusy is not ErrBusy")
	}
}
