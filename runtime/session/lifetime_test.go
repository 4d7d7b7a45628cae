package session_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/authgen-go/authgen/runtime/session"
)

func TestSES05_IdleTimeout(t *testing.T) {
	b := newBench(t)
	for name, c := range map[string]struct {
		wait time.Duration
		want error
	}{
		"a second before": {30*time.Minute - time.Second, nil},
		"just before":     {30*time.Minute - time.Microsecond, nil},
		"at":              {30 * time.Minute, session.ErrInvalidSession},
		"a second after":  {30*time.Minute + time.Second, session.ErrInvalidSession},
	} {
		_, token := b.login(b.ada)
		b.clock.advance(c.wait)
		b.is(name, b.check(token), c.want)
	}
}

// Activity counts at once in the process that saw it, whether or not it was
// written meanwhile, and to the microsecond.
func TestSES05_ActivityMovesTheIdleTimeout(t *testing.T) {
	for name, between := range map[string]func(*bench){
		"not written":       func(*bench) {},
		"written":           func(b *bench) { b.must(b.Flush(b.Context())) },
		"cannot be written": func(b *bench) { b.store.down("Touch"); _ = b.Flush(b.Context()) },
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, func(c *config) { c.TTL = 10 * time.Hour })
			_, token := b.login(b.ada)
			for range 5 {
				b.clock.advance(30*time.Minute - time.Second)
				b.must(b.check(token))
				between(b)
			}
			b.clock.advance(30*time.Minute + time.Second)
			b.is("a second late", b.check(token), session.ErrInvalidSession)
		})
	}
}

func TestSES05_ActivityNeverMovesTheAbsoluteEnd(t *testing.T) {
	b := newBench(t)
	s, token := b.login(b.ada)
	minutes := 0
	for ; b.check(token) == nil; minutes++ {
		if minutes > 60 {
			t.Fatal("alive after the absolute end")
		}
		b.clock.advance(time.Minute)
	}
	if minutes != 60 || !s.ExpiresAt.Equal(s.CreatedAt.Add(time.Hour)) {
		t.Errorf("died after %d minutes, want 60; expires %v after %v", minutes, s.ExpiresAt, s.CreatedAt)
	}
}

// However often a session is used, one row is written per interval, and only on
// the background's time.
func TestSES05_TouchesAreBatched(t *testing.T) {
	b := newBench(t)
	_, a := b.login(b.ada)
	_, c := b.login(b.ada)
	b.store.forget()
	for range 50 {
		b.clock.advance(time.Second)
		b.must(b.check(a))
		b.must(b.check(c))
	}
	if calls := b.store.calls(); len(calls) != 100 || slices.ContainsFunc(calls, func(m string) bool { return m != "Find" }) {
		t.Errorf("requests asked %q, want one Find each", calls)
	}
	b.must(b.Flush(t.Context()))
	if len(b.store.touched) != 1 || len(b.store.touched[0]) != 2 {
		t.Fatalf("touched %v, want two rows at once", b.store.touched)
	}
	for _, touch := range b.store.touched[0] {
		if want := b.clock.now().UTC().Truncate(time.Microsecond); touch.SeenAt != want {
			t.Errorf("touched at %v, want %v", touch.SeenAt, want)
		}
	}
	b.must(b.Flush(t.Context()))
	if len(b.store.touched) != 1 {
		t.Errorf("touched again without a request: %v", b.store.touched)
	}
}

// A touch that is written while a request reads the row must not fall between.
func TestSES05_TouchWrittenDuringARequest(t *testing.T) {
	b := newBench(t, func(c *config) { c.TTL = 10 * time.Hour })
	_, token := b.login(b.ada)
	b.clock.advance(29 * time.Minute)
	b.must(b.check(token))
	b.clock.advance(29 * time.Minute)
	b.store.storage = flushing{b.store.storage, b}
	b.must(b.check(token))
}

// flushing writes pending touches between reading a row and returning it.
type flushing struct {
	storage
	b *bench
}

func (s flushing) Find(ctx context.Context, hash session.Hash) (row, user, error) {
	r, u, err := s.storage.Find(ctx, hash)
	s.b.must(s.b.Flush(ctx))
	return r, u, err
}

func TestTouchesAreWrittenInTheBackgroundAndAtClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, func(c *config) { c.Now = time.Now; c.IdleTimeout = 10 * time.Minute })
		_, token := b.login(b.ada)
		time.Sleep(time.Millisecond)
		b.must(b.check(token))
		time.Sleep(31 * time.Second) // the default interval is 30 s
		synctest.Wait()
		if len(b.store.touched) != 1 {
			t.Errorf("%d writes after 31 seconds, want 1", len(b.store.touched))
		}
		b.must(b.check(token))
		b.must(b.Close(t.Context()))
		if len(b.store.touched) != 2 {
			t.Errorf("%d writes after Close, want 2", len(b.store.touched))
		}
	})
}

func TestSTO05_ExpiryIsJudgedOnRead(t *testing.T) {
	b := newBench(t) // its sweeper is off
	_, token := b.login(b.ada)
	b.clock.advance(time.Hour)
	b.is("expired", b.check(token), session.ErrInvalidSession)
	list, err := b.store.storage.List(t.Context(), b.ada.ID)
	if err != nil || len(list) != 1 {
		t.Errorf("%d rows, %v; want the expired one", len(list), err)
	}
	if n, err := b.Sweep(t.Context()); n != 1 || err != nil {
		t.Errorf("swept %d, %v; want 1", n, err)
	}
}

// A disabled user is refused by what the storage says of the user, not only by the
// version that disabling raises.
func TestSES07_DisabledUserOfTheSameVersion(t *testing.T) {
	b := newBench(t)
	_, token := b.login(b.ada)
	b.store.storage = disabling{b.store.storage}
	b.is("disabled", b.check(token), session.ErrInvalidSession)
}

type disabling struct{ storage }

func (s disabling) Find(ctx context.Context, hash session.Hash) (row, user, error) {
	r, u, err := s.storage.Find(ctx, hash)
	u.Disabled = true
	return r, u, err
}

// A session that looks idle may have been used a moment ago, in another process.
func TestSweepSparesWhatMayBeAlive(t *testing.T) {
	b := newBench(t, func(c *config) { c.TTL = 10 * time.Hour })
	_, token := b.login(b.ada)
	b.clock.advance(29 * time.Minute)
	b.must(b.check(token)) // not written
	b.clock.advance(29 * time.Minute)
	if n, err := b.Sweep(t.Context()); n != 0 || err != nil {
		t.Fatalf("swept %d, %v; want none", n, err)
	}
	b.must(b.check(token))
	b.clock.advance(31 * time.Minute)
	if n, err := b.Sweep(t.Context()); n != 1 || err != nil { // idle in the storage since 89 minutes
		t.Errorf("swept %d, %v; want 1", n, err)
	}
}

func TestSTO05_SweepsInTheBackground(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, func(c *config) { c.Now = time.Now; c.SweepInterval = 10 * time.Minute })
		sweeps := times{}
		b.store.hook(func(_ context.Context, method string) error { sweeps.add(method == "DeleteExpired"); return nil })
		time.Sleep(5 * time.Hour)
		synctest.Wait()
		if gaps := sweeps.gaps(); slices.Min(gaps) < 9*time.Minute || slices.Max(gaps) > 11*time.Minute || slices.Min(gaps) == slices.Max(gaps) {
			t.Errorf("swept in turns of %v, want 10 minutes, a tenth more or less, not always the same", gaps)
		}
		b.store.up()
	})
}

// times keeps when something happened.
type times struct{ at []time.Time }

func (s *times) add(it bool) {
	if it {
		s.at = append(s.at, time.Now())
	}
}

func (s *times) gaps() []time.Duration {
	gaps := make([]time.Duration, 0, len(s.at))
	for i := 1; i < len(s.at); i++ {
		if gap := s.at[i].Sub(s.at[i-1]); gap > 0 {
			gaps = append(gaps, gap)
		}
	}
	return gaps
}

func TestSTO05_SweepsThousandsAndSurvivesFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, func(c *config) { c.Now = time.Now; c.SweepInterval = 10 * time.Minute })
		for range 2500 {
			_, _, err := b.Create(t.Context(), b.ada.ID, 1)
			b.must(err)
		}
		time.Sleep(72 * time.Minute) // idle for twice 30 minutes by now
		synctest.Wait()
		list, err := b.store.storage.List(t.Context(), b.ada.ID)
		if err != nil || len(list) != 0 {
			t.Errorf("%d sessions left, %v", len(list), err)
		}
		if n := count(b.store.calls(), "DeleteExpired"); n < 6+2 || n > 8+2 { // one of them had to ask three times
			t.Errorf("%d statements, want one a sweep and two more", n)
		}
		b.store.down("DeleteExpired")
		time.Sleep(time.Hour)
		b.store.hook(func(context.Context, string) error { panic("driver") })
		time.Sleep(time.Hour)
		b.store.up()
		time.Sleep(time.Hour)
		synctest.Wait()
		for text, want := range map[string]int{"what has expired cannot be removed": 1, "what has expired is removed again": 1, "swept=sessions": 2} {
			if n := strings.Count(b.log.String(), text); n != want {
				t.Errorf("%q is logged %d times, want %d", text, n, want)
			}
		}
		b.must(b.Close(t.Context())) // or the bubble would not end
	})
}

func count(calls []string, method string) int {
	n := 0
	for _, c := range calls {
		if c == method {
			n++
		}
	}
	return n
}

func TestSweepReportsFailure(t *testing.T) {
	b := newBench(t)
	b.store.down()
	if _, err := b.Sweep(t.Context()); !errors.Is(err, errDown) {
		t.Errorf("%v, want the store's error", err)
	}
}

func TestSES10_RequireRecent(t *testing.T) {
	b := newBench(t, func(c *config) { c.TTL, c.IdleTimeout = 3*time.Hour, 3*time.Hour })
	s, token := b.login(b.ada)
	recent := func(want error) {
		t.Helper()
		found, _, err := b.Authenticate(b.request(http.MethodGet, token))
		b.must(err)
		b.is(b.clock.now().Sub(start).String(), b.RequireRecent(found), want)
	}
	recent(nil)
	b.clock.advance(15*time.Minute - time.Microsecond)
	recent(nil)
	b.clock.advance(time.Microsecond)
	recent(session.ErrReauthenticationRequired)
	w := recorder()
	b.must(b.Renew(w, b.request(http.MethodPost, token), s, 1))
	token = b.cookie(w).Value
	recent(nil)
	b.clock.advance(15 * time.Minute)
	recent(session.ErrReauthenticationRequired)
}
