package redis_test

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	goredis "github.com/redis/go-redis/v9"

	"github.com/authgen-go/authgen/runtime/account"
	"github.com/authgen-go/authgen/runtime/session"
	"github.com/authgen-go/authgen/runtime/store/memory"
	"github.com/authgen-go/authgen/runtime/store/redis"
	"github.com/authgen-go/authgen/runtime/store/storetest"
)

type role string

type user = account.User[int64, role]

var uuids = redis.Codec[uuid.UUID]{Format: uuid.UUID.String, Parse: uuid.Parse}

func storesOf[ID comparable](open func(testing.TB) *bench, ids redis.Codec[ID], assign, newID func() ID, absent ID) func(*testing.T) storetest.Stores[ID, role] {
	return func(t *testing.T) storetest.Stores[ID, role] {
		b := open(t)
		users := memory.NewUsers[ID, role](assign)
		sessions := must[*redis.Sessions[ID, account.User[ID, role]]](t)(redis.NewSessions(t.Context(), b.client, ids, users.User, b.options()))
		return storetest.Stores[ID, role]{Users: users, Sessions: sessions, NewID: newID, Absent: absent, Roles: []role{"admin", "member"}}
	}
}

// SECURITY STO-01.
func TestSTO01_Sessions(t *testing.T) {
	onServers(t, func(t *testing.T, open func(testing.TB) *bench) {
		var last atomic.Int64
		t.Run("uuid", func(t *testing.T) {
			storetest.Sessions(t, storesOf(open, uuids, nil, uuid.New, uuid.New()))
		})
		t.Run("int64", func(t *testing.T) {
			storetest.Sessions(t, storesOf(open, redis.Int64(), func() int64 { return last.Add(1) }, nil, math.MaxInt64))
		})
		t.Run("string", func(t *testing.T) { // all that may confuse keys, patterns and slots
			hostile := func() string { return "}{*?[a]\\ \x00\xff:" + rand.Text() }
			storetest.Sessions(t, storesOf(open, redis.String[string](), nil, hostile, "}"))
		})
	})
}

var start = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

func hashOf(token string) session.Hash { return sha256.Sum256([]byte(token)) }

// anybody is a lookup of users who all exist.
func anybody(context.Context, int64) (user, error) { return user{Version: 1}, nil }

type sessions = redis.Sessions[int64, user]

func newSessions(t testing.TB, b *bench) *sessions {
	t.Helper()
	return must[*sessions](t)(redis.NewSessions(t.Context(), b.client, redis.Int64(), anybody,
		redis.Options{Prefix: b.prefix, Now: func() time.Time { return start }}))
}

func sessionOf(user int64, name string) session.Session[int64] {
	return session.Session[int64]{
		ID: name, UserID: user, UserVersion: 1,
		CreatedAt: start, AuthenticatedAt: start, LastSeenAt: start, ExpiresAt: start.Add(time.Hour),
	}
}

func signIn(t testing.TB, s *sessions, user int64, name string) {
	t.Helper()
	if err := s.Create(t.Context(), sessionOf(user, name), hashOf(name)); err != nil {
		t.Fatal(err)
	}
}

func noSession(err error) bool { return errors.Is(err, session.ErrNotFound) }

func isGone(t testing.TB, s *sessions, token string) {
	t.Helper()
	if _, _, err := s.Find(t.Context(), hashOf(token)); !noSession(err) {
		t.Errorf("find %s: %v, want ErrNotFound", token, err)
	}
}

// SECURITY STO-02.
func TestSTO02_OfManyWhoChangeASessionOneWins(t *testing.T) {
	onServers(t, func(t *testing.T, open func(testing.TB) *bench) {
		s := newSessions(t, open(t))
		exists := func(err error) bool { return err != nil && strings.Contains(err.Error(), "exists") }
		for round := range rounds(t) {
			user, old := int64(round), fmt.Sprint("old", round)
			next := func(i int) string { return fmt.Sprint("next", round, "-", i) }
			for _, step := range []struct {
				what string
				act  func(i int) error
				lost func(error) bool
			}{
				{"create by token", func(i int) error {
					return s.Create(t.Context(), sessionOf(user, old+next(i)), hashOf(old))
				}, exists},
				{"create by id", func(i int) error {
					return s.Create(t.Context(), sessionOf(user, old), hashOf("by id"+next(i)))
				}, exists},
				{"rotate", func(i int) error {
					return s.Rotate(t.Context(), hashOf(old), hashOf(next(i)), int64(i), start)
				}, noSession},
				{"end", func(int) error { return s.DeleteByID(t.Context(), user, old) }, noSession},
			} {
				if won := race(t, step.act, step.lost); won != 1 {
					t.Fatalf("round %d: %d of %d who %s at once won", round, won, width, step.what)
				}
			}
			isGone(t, s, old)
			found := 0
			for i := range width {
				if _, _, err := s.Find(t.Context(), hashOf(next(i))); err == nil {
					found++
				} else if !noSession(err) {
					t.Fatal(err)
				}
			}
			if found != 1 {
				t.Fatalf("round %d: %d of the new tokens are good", round, found)
			}
		}
	})
}

// Whatever is made or rotated while a user's sessions end has ended as well, or was
// made afterwards and is listed. SECURITY SES-08.
func TestSES08_NothingSurvivesTheEndUnseen(t *testing.T) {
	onServers(t, func(t *testing.T, open func(testing.TB) *bench) {
		s := newSessions(t, open(t))
		for round := range rounds(t) {
			user := int64(round)
			name := func(i int) string { return fmt.Sprint(round, "-", i) }
			for i := range 10 {
				signIn(t, s, user, name(i))
			}
			var ended atomic.Int64
			var wg sync.WaitGroup
			for i := range 20 {
				wg.Go(func() {
					switch {
					case i < 10:
						err := s.Rotate(t.Context(), hashOf(name(i)), hashOf(name(i)+"next"), 1, start)
						if err != nil && !noSession(err) {
							t.Error(err)
						}
					default:
						if err := s.Create(t.Context(), sessionOf(user, name(i)), hashOf(name(i))); err != nil {
							t.Error(err)
						}
					}
				})
			}
			wg.Go(func() {
				n, err := s.DeleteByUser(t.Context(), user, "")
				if err != nil {
					t.Error(err)
				}
				ended.Store(int64(n))
			})
			wg.Wait()
			list, err := s.List(t.Context(), user)
			if err != nil || len(list)+int(ended.Load()) != 20 {
				t.Fatalf("round %d: %d ended and %d listed, %v; want 20", round, ended.Load(), len(list), err)
			}
			found := 0
			for i := range 20 {
				for _, token := range []string{name(i), name(i) + "next"} {
					if _, _, err := s.Find(t.Context(), hashOf(token)); err == nil {
						found++
					} else if !noSession(err) {
						t.Fatal(err)
					}
				}
			}
			if found != len(list) {
				t.Fatalf("round %d: %d are found and %d listed", round, found, len(list))
			}
			if n, err := s.DeleteByUser(t.Context(), user, ""); n != len(list) || err != nil {
				t.Fatalf("round %d: ended %d, %v; want %d", round, n, err, len(list))
			}
		}
	})
}

// What is left when a process ends between two steps is no session.
// SECURITY F-13.
func TestF13_APointerAloneIsNoSession(t *testing.T) {
	onServers(t, func(t *testing.T, open func(testing.TB) *bench) {
		b := open(t)
		s := newSessions(t, b)
		signIn(t, s, 7, "a")
		var pointer string
		for _, key := range b.keys(t) {
			if strings.HasPrefix(key, "token:") {
				pointer = b.prefix + key
			}
		}
		kept := must[string](t)(b.client.Get(t.Context(), pointer).Result())
		for what, end := range map[string]func() error{
			"Delete":     func() error { return s.Delete(t.Context(), hashOf("a")) },
			"DeleteByID": func() error { return s.DeleteByID(t.Context(), 7, "a") },
			"Rotate":     func() error { return s.Rotate(t.Context(), hashOf("a"), hashOf("other"), 1, start) },
			"DeleteByUser": func() error {
				_, err := s.DeleteByUser(t.Context(), 7, "")
				return err
			},
		} {
			if err := end(); err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			// As if the process had ended before it removed the pointer.
			if err := b.client.Set(t.Context(), pointer, kept, time.Minute).Err(); err != nil {
				t.Fatal(err)
			}
			isGone(t, s, "a")
			if err := s.Rotate(t.Context(), hashOf("a"), hashOf(what), 1, start); !noSession(err) {
				t.Errorf("%s, then Rotate: %v, want ErrNotFound", what, err)
			}
			if err := s.Delete(t.Context(), hashOf("a")); err != nil {
				t.Errorf("%s, then Delete: %v", what, err)
			}
			if _, err := s.DeleteByUser(t.Context(), 7, ""); err != nil {
				t.Fatal(err)
			}
			signIn(t, s, 7, "a")
		}
	})
}

// SECURITY STO-05.
func TestSTO05_KeysEndWithTheirSessions(t *testing.T) {
	onServers(t, func(t *testing.T, open func(testing.TB) *bench) {
		b := open(t)
		w := &wall{now: start}
		s := must[*sessions](t)(redis.NewSessions(t.Context(), b.client, redis.Int64(), anybody, redis.Options{Prefix: b.prefix, Now: w.Now}))
		lives := func(want time.Duration) {
			t.Helper()
			b.eachKey(t, func(ctx context.Context, key string) {
				if got := b.client.PTTL(ctx, key).Val(); !near(got, want) {
					t.Errorf("%s ends in %v, want %v", key, got, want)
				}
			})
		}
		long := sessionOf(7, "long")
		long.ExpiresAt = start.Add(30 * 24 * time.Hour)
		if err := s.Create(t.Context(), long, hashOf("long")); err != nil {
			t.Fatal(err)
		}
		lives(30*24*time.Hour + 10*time.Minute)
		if err := s.Rotate(t.Context(), hashOf("long"), hashOf("longer"), 1, start); err != nil {
			t.Fatal(err)
		}
		lives(30*24*time.Hour + 10*time.Minute)

		signIn(t, s, 7, "short") // ends sooner and takes nothing along
		if _, _, err := s.Find(t.Context(), hashOf("longer")); err != nil {
			t.Error(err)
		}
		w.add(time.Hour + 10*time.Minute)
		next := sessionOf(7, "next")
		next.ExpiresAt = w.Now().Add(time.Hour)
		if err := s.Create(t.Context(), next, hashOf("next")); err != nil {
			t.Fatal(err)
		}
		list := must[[]session.Session[int64]](t)(s.List(t.Context(), 7))
		if len(list) != 2 {
			t.Errorf("%d sessions are left, want 2: what ended goes when another is made", len(list))
		}
		isGone(t, s, "short")
	})
}

// Keys of others that look alike, and more than a page of them, are passed over.
// SECURITY STO-05.
func TestSTO05_ASweepGoesOnWhereItStopped(t *testing.T) {
	onServers(t, func(t *testing.T, open func(testing.TB) *bench) {
		b := open(t)
		s := newSessions(t, b)
		const users = 1500
		var names []string
		for i := range users {
			name := fmt.Sprint("s", i)
			names = append(names, name)
			signIn(t, s, int64(i), name)
		}
		over := session.Cutoffs{ExpiredAt: start.Add(time.Hour), IdleSince: start.Add(-1), RememberedIdleSince: start.Add(-1)}
		total := 0
		for range 4 {
			n, err := s.DeleteExpired(t.Context(), over, 400)
			if err != nil || n > 400 {
				t.Fatalf("swept %d, %v", n, err)
			}
			total += n
		}
		if total != users {
			t.Errorf("swept %d of %d", total, users)
		}
		for _, name := range names[:50] {
			isGone(t, s, name)
		}
	})
}

// A server that was restarted has forgotten the scripts. SECURITY F-10.
func TestF10_ScriptsAreSentAgain(t *testing.T) {
	onServers(t, func(t *testing.T, open func(testing.TB) *bench) {
		b := open(t)
		s := newSessions(t, b)
		signIn(t, s, 7, "a")
		signIn(t, s, 8, "b")
		seen := start.Add(time.Minute)
		for range 2 {
			if err := b.client.ScriptFlush(t.Context()).Err(); err != nil {
				t.Fatal(err)
			}
			if err := s.Touch(t.Context(), []session.Touch{{Hash: hashOf("a"), SeenAt: seen}, {Hash: hashOf("b"), SeenAt: seen}}); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Rotate(t.Context(), hashOf("a"), hashOf("c"), 1, start); err != nil {
			t.Fatal(err)
		}
		for _, token := range []string{"b", "c"} {
			if got, _, err := s.Find(t.Context(), hashOf(token)); err != nil || !got.LastSeenAt.Equal(seen) {
				t.Errorf("%s was seen at %v, %v; want %v", token, got.LastSeenAt, err, seen)
			}
		}
	})
}

func TestWhatCannotWorkIsRefused(t *testing.T) {
	patient := goredis.NewClient(&goredis.Options{Addr: "127.0.0.1:1"})
	t.Cleanup(func() { _ = patient.Close() })
	prompt := goredis.NewClient(&goredis.Options{Addr: "127.0.0.1:1", ContextTimeoutEnabled: true})
	t.Cleanup(func() { _ = prompt.Close() })
	stale := goredis.NewClusterClient(&goredis.ClusterOptions{Addrs: []string{"127.0.0.1:1"}, ContextTimeoutEnabled: true, RouteRandomly: true})
	t.Cleanup(func() { _ = stale.Close() })
	for what, c := range map[string]struct {
		client goredis.UniversalClient
		ids    redis.Codec[int64]
		prefix string
		want   string
	}{
		"no client":          {nil, redis.Int64(), "", "client is required"},
		"ignores deadlines":  {patient, redis.Int64(), "", "ContextTimeoutEnabled"},
		"asks replicas":      {stale, redis.Int64(), "", "replicas"},
		"no codec":           {prompt, redis.Codec[int64]{}, "", "codec"},
		"a prefix in braces": {prompt, redis.Int64(), "{a}", "prefix"},
		"a prefix with star": {prompt, redis.Int64(), "a*", "prefix"},
	} {
		_, err := redis.NewSessions(t.Context(), c.client, c.ids, anybody, redis.Options{Prefix: c.prefix})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want one about %q", what, err, c.want)
		}
	}
}
