package redis_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/internal/servertest"
	"github.com/authgen-go/authgen/runtime/once"
	"github.com/authgen-go/authgen/runtime/session"
)

// A server that takes everything and answers nothing is an error within the deadline,
// which is no verdict, and everything works again afterwards.
// SECURITY F-08, ERR-05.
func TestF08_AServerThatDoesNotAnswer(t *testing.T) {
	onServers(t, func(t *testing.T, open func(testing.TB) *bench) {
		b := open(t)
		s, used := newSessions(t, b), newOnce(t, b)
		list, limits := newListBench(t, b), newLimiter(t, b, nil)
		signIn(t, s, 7, "a")
		calls := map[string]func(ctx context.Context) error{
			"Create": func(ctx context.Context) error { return s.Create(ctx, sessionOf(7, "b"), hashOf("b")) },
			"Find": func(ctx context.Context) error {
				_, _, err := s.Find(ctx, hashOf("a"))
				return err
			},
			"Rotate": func(ctx context.Context) error { return s.Rotate(ctx, hashOf("a"), hashOf("c"), 1, start) },
			"Touch": func(ctx context.Context) error {
				return s.Touch(ctx, []session.Touch{{Hash: hashOf("a"), SeenAt: start}})
			},
			"Delete":     func(ctx context.Context) error { return s.Delete(ctx, hashOf("a")) },
			"DeleteByID": func(ctx context.Context) error { return s.DeleteByID(ctx, 7, "a") },
			"DeleteByUser": func(ctx context.Context) error {
				_, err := s.DeleteByUser(ctx, 7, "")
				return err
			},
			"List": func(ctx context.Context) error {
				_, err := s.List(ctx, 7)
				return err
			},
			"DeleteExpired": func(ctx context.Context) error {
				_, err := s.DeleteExpired(ctx, session.Cutoffs{}, 10)
				return err
			},
			"Use": func(ctx context.Context) error { return used.Use(ctx, once.Key{1}, start) },
			"DeleteUsed": func(ctx context.Context) error {
				_, err := used.DeleteUsed(ctx, start, 10)
				return err
			},
			"Revoke": func(ctx context.Context) error { return list.Revoke(ctx, "a", start) },
			"Revoked": func(ctx context.Context) error {
				_, err := list.Revoked(ctx, "b", list.clock.Now())
				return err
			},
			"Take": func(ctx context.Context) error {
				d, err := limits.Take(ctx, "a", fivePerMinute)
				if d.Allowed {
					t.Error("Take: allowed")
				}
				return err
			},
		}
		b.stalled.Store(true)
		for name, call := range calls {
			ctx, cancel := context.WithTimeout(t.Context(), 150*time.Millisecond)
			began := time.Now()
			err := call(ctx)
			cancel()
			if took := time.Since(began); took > time.Second {
				t.Errorf("%s: took %v", name, took)
			}
			if err == nil || noSession(err) || errors.Is(err, once.ErrUsed) {
				t.Errorf("%s: %v, want an error that is no verdict", name, err)
			}
		}
		b.stalled.Store(false)
		began := time.Now()
		servertest.Settles(t, "the session is found again", func() bool {
			_, _, err := s.Find(t.Context(), hashOf("a"))
			return err == nil
		})
		if took := time.Since(began); took > 5*time.Second { // SECURITY F-10
			t.Errorf("found again after %v", took)
		}
	})
}

// Even the first call of a process heeds its deadline.
// SECURITY F-08.
func TestF08_AServerThatAnsweredAtTheStartOnly(t *testing.T) {
	onServers(t, func(t *testing.T, open func(testing.TB) *bench) {
		b := open(t)
		s := newSessions(t, b)
		b.keys(t) // a client of a cluster knows the servers, but has asked nothing else
		b.stalled.Store(true)
		ctx, cancel := context.WithTimeout(t.Context(), 150*time.Millisecond)
		defer cancel()
		began := time.Now()
		_, _, err := s.Find(ctx, hashOf("a"))
		if took := time.Since(began); took > time.Second {
			t.Errorf("took %v", took)
		}
		if err == nil || noSession(err) {
			t.Errorf("%v, want an error that is no verdict", err)
		}
	})
}

func TestACallThatIsCancelledIsNotMade(t *testing.T) {
	onServers(t, func(t *testing.T, open func(testing.TB) *bench) {
		b := open(t)
		s := newSessions(t, b)
		signIn(t, s, 7, "a")
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := s.Delete(ctx, hashOf("a")); !errors.Is(err, context.Canceled) {
			t.Errorf("%v, want that it was cancelled", err)
		}
		if _, _, err := s.Find(t.Context(), hashOf("a")); err != nil {
			t.Error(err)
		}
	})
}

// Who counts attempts has no deadline of its own for that, and the client may try again.
// SECURITY F-08.
func TestF08_ACallWithoutADeadlineEnds(t *testing.T) {
	onServers(t, func(t *testing.T, open func(testing.TB) *bench) {
		b := open(t)
		l := newLimiter(t, b, nil)
		b.stalled.Store(true)
		began := time.Now()
		if d, err := l.Take(t.Context(), "a", fivePerMinute); err == nil || d.Allowed {
			t.Errorf("a server that does not answer: %+v, %v", d, err)
		}
		if took := time.Since(began); took > 2900*time.Millisecond {
			t.Errorf("it took %v", took)
		}
	})
}
