package session_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/session"
)

func keptFor(d time.Duration) func(*config) { return func(c *config) { c.MaxStaleness = d } }

func (b *bench) reads() int {
	n := 0
	for _, call := range b.store.calls() {
		if call == "Find" {
			n++
		}
	}
	return n
}

func TestKeptSessionsAreReadOnceAWhile(t *testing.T) {
	b := newBench(t, keptFor(time.Minute))
	_, token := b.login(b.ada)
	b.store.forget()
	for range 100 {
		b.must(b.check(token))
	}
	b.clock.advance(time.Minute - time.Microsecond)
	b.store.down("Find")
	b.must(b.check(token)) // nor does it need the storage
	b.clock.advance(time.Microsecond)
	b.is("a minute later", b.check(token), errDown)
	b.store.up()
	b.must(b.check(token))
	if n := b.reads(); n != 3 {
		t.Errorf("read %d times, want 3", n)
	}
}

func TestNoSessionIsKeptByDefault(t *testing.T) {
	b := newBench(t)
	_, token := b.login(b.ada)
	b.store.forget()
	for range 5 {
		b.must(b.check(token))
	}
	if n := b.reads(); n != 5 {
		t.Errorf("read %d times, want 5", n)
	}
}

// What this process ends has ended, whatever is kept.
func TestSES06_KeptSessionsEndAtOnceHere(t *testing.T) {
	for name, end := range map[string]func(b *bench, s row, token string) error{
		"logout": func(b *bench, _ row, token string) error {
			return b.End(recorder(), b.request(http.MethodDelete, token))
		},
		"by id":  func(b *bench, s row, _ string) error { return b.EndByID(b.Context(), s.UserID, s.ID) },
		"others": func(b *bench, s row, _ string) error { return b.EndOthers(b.Context(), s.UserID, "another") },
		"all":    func(b *bench, s row, _ string) error { return b.EndAll(b.Context(), s.UserID) },
		"renewal": func(b *bench, s row, token string) error {
			return b.Renew(recorder(), b.request(http.MethodPost, token), s, s.UserVersion)
		},
		"disabled": func(b *bench, s row, _ string) error {
			defer b.Forget(s.UserID)
			return b.users.SetDisabled(b.Context(), s.UserID, true)
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, keptFor(time.Minute))
			s, token := b.login(b.ada)
			b.must(b.check(token))
			b.must(end(b, s, token))
			b.is(name, b.check(token), session.ErrInvalidSession)
		})
	}
}

// What another process ends works on for as long as the spec allows, and not longer.
func TestSES06_KeptSessionsEndElsewhere(t *testing.T) {
	b := newBench(t, keptFor(time.Minute))
	s, token := b.login(b.ada)
	b.must(b.check(token))
	b.must(b.store.storage.DeleteByID(t.Context(), s.UserID, s.ID))
	b.clock.advance(time.Minute - time.Microsecond)
	b.must(b.check(token))
	b.clock.advance(time.Microsecond)
	b.is("a minute later", b.check(token), session.ErrInvalidSession)
}

// A session that is in use at another process is not idle, whatever is kept here; and
// both timeouts hold for what is kept.
func TestSES05_KeptSessionsKeepTheirTimes(t *testing.T) {
	b := newBench(t, keptFor(5*time.Minute), func(c *config) { c.IdleTimeout, c.TTL = 2*time.Minute, 10*time.Minute })
	_, token := b.login(b.ada)
	b.must(b.check(token))
	b.clock.advance(90 * time.Second)
	b.must(b.check(token))
	b.must(b.Flush(t.Context())) // now only the storage knows, as if another process had been asked
	b.clock.advance(90 * time.Second)
	b.must(b.check(token))
	b.clock.advance(2 * time.Minute)
	b.is("idle", b.check(token), session.ErrInvalidSession)

	_, token = b.login(b.ada)
	for range 9 {
		b.must(b.check(token))
		b.clock.advance(time.Minute)
	}
	b.clock.advance(time.Minute)
	b.is("too old", b.check(token), session.ErrInvalidSession)
}
