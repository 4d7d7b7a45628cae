package revocation_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/account"
	"github.com/authgen-go/authgen/runtime/audit/audittest"
	"github.com/authgen-go/authgen/runtime/refresh"
	"github.com/authgen-go/authgen/runtime/revocation"
	"github.com/authgen-go/authgen/runtime/store/memory"
)

type role string

type (
	user    = account.User[int64, role]
	token   = revocation.Token[int64]
	state   = revocation.State[user]
	checker = revocation.Checker[int64, user]
	config  = revocation.Config[int64, user]
)

var start = time.Date(2026, 3, 4, 5, 6, 7, 891234567, time.UTC)

var errDown = errors.New("connection refused")

// A clock moves when it is told to.
type clock struct{ nanos atomic.Int64 }

func (c *clock) now() time.Time          { return time.Unix(0, c.nanos.Load()) }
func (c *clock) advance(d time.Duration) { c.nanos.Add(int64(d)) }

// A store is a storage that can be told to fail, before or after it did what it was
// asked, and keeps what that was.
type store struct {
	revocation.Store[int64, user]
	mu            sync.Mutex
	asked         []string
	until         time.Time // of the latest Revoke
	before, after func(ctx context.Context, method string) error
}

func (s *store) call(ctx context.Context, method string, do func() error) error {
	s.mu.Lock()
	s.asked = append(s.asked, method)
	before, after := s.before, s.after
	s.mu.Unlock()
	if before != nil {
		if err := before(ctx, method); err != nil {
			return err
		}
	}
	err := do()
	if after != nil && err == nil {
		err = after(ctx, method)
	}
	return err
}

func (s *store) hook(before, after func(ctx context.Context, method string) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.before, s.after = before, after
}

func failing(methods []string) func(context.Context, string) error {
	return func(_ context.Context, method string) error {
		if len(methods) == 0 || slices.Contains(methods, method) {
			return errDown
		}
		return nil
	}
}

// down makes the storage fail in the named methods, or in all.
func (s *store) down(methods ...string) { s.hook(failing(methods), nil) }

// mute makes the storage do what it is asked and lose the answer.
func (s *store) mute(methods ...string) { s.hook(nil, failing(methods)) }

func (s *store) up() { s.hook(nil, nil) }

// count returns how often a method was called since the last time.
func (s *store) count(method string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, name := range s.asked {
		if name == method {
			n++
		}
	}
	s.asked = nil
	return n
}

func (s *store) Check(ctx context.Context, user int64, family, id string) (found state, err error) {
	err = s.call(ctx, "Check", func() (err error) {
		found, err = s.Store.Check(ctx, user, family, id)
		return err
	})
	return found, err
}

func (s *store) Revoke(ctx context.Context, id string, until time.Time) error {
	s.mu.Lock()
	s.until = until
	s.mu.Unlock()
	return s.call(ctx, "Revoke", func() error { return s.Store.Revoke(ctx, id, until) })
}

func (s *store) DeleteRevoked(ctx context.Context, now time.Time, limit int) (n int, err error) {
	err = s.call(ctx, "DeleteRevoked", func() (err error) {
		n, err = s.Store.DeleteRevoked(ctx, now, limit)
		return err
	})
	return n, err
}

// A bench is a checker with everything around it in the hands of a test.
type bench struct {
	testing.TB
	*checker
	clock    *clock
	users    *memory.Users[int64, role]
	families *memory.Tokens[int64, user]
	store    *store
	audit    *audittest.Recorder
	ada      user
	tokens   int
}

func newBench(t testing.TB, change ...func(*config)) *bench {
	t.Helper()
	var last atomic.Int64
	users := memory.NewUsers[int64, role](func() int64 { return 1000 + last.Add(1) })
	tokens := memory.NewTokens(users.User)
	b := &bench{
		TB: t, clock: &clock{}, users: users, families: tokens, audit: &audittest.Recorder{}, store: &store{Store: tokens},
	}
	b.clock.nanos.Store(start.UnixNano())
	cfg := config{
		Store: b.store, SweepInterval: -1, Leeway: 30 * time.Second,
		Audit: b.audit, Logger: slog.New(slog.NewTextHandler(&bytes.Buffer{}, nil)), Now: b.clock.now,
	}
	for _, f := range change {
		f(&cfg)
	}
	c, err := revocation.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	b.checker = c
	b.ada = b.user("ada@example.com")
	return b
}

// minute lets answers be a minute old.
func minute(c *config) { c.MaxStaleness = time.Minute }

// modes are the ways to have the storage asked.
var modes = map[string]func(*config){
	"asked":      func(*config) {},
	"kept":       minute,
	"own list":   func(c *config) { c.List = revocation.NewMemory(c.Now) },
	"both at it": func(c *config) { c.List = revocation.NewMemory(c.Now); minute(c) },
}

func (b *bench) user(email string) user {
	b.Helper()
	u, err := b.users.Create(b.Context(), account.Record[int64, role]{User: user{Email: email, Roles: []role{"member"}}, PasswordHash: "old"})
	if err != nil {
		b.Fatal(err)
	}
	return u
}

// token is one of u that belongs to no family, made now.
func (b *bench) token(u user) token {
	b.tokens++
	now := b.clock.now()
	return token{
		ID: "token-" + string(rune('A'+b.tokens)), UserID: u.ID, Version: u.Version,
		IssuedAt: now, ExpiresAt: now.Add(15 * time.Minute).Truncate(time.Second),
	}
}

// login is a token of ada that belongs to a family, which is stored.
func (b *bench) login() (token, refresh.ID) {
	b.Helper()
	t := b.token(b.ada)
	id := refresh.ID{byte(b.tokens)}
	b.must(b.families.Create(b.Context(), refresh.Family[int64]{ID: id, UserID: b.ada.ID, UserVersion: 1, Counter: 1, ExpiresAt: t.ExpiresAt}))
	t.Family = id.String()
	return t, id
}

func (b *bench) check(t token) error {
	_, err := b.Check(b.Context(), t)
	return err
}

// must fails the test unless err is nil.
func (b *bench) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// is fails the test unless err is want.
func (b *bench) is(what string, err, want error) {
	b.Helper()
	if !errors.Is(err, want) {
		b.Errorf("%s: %v, want %v", what, err, want)
	}
}
