package refresh_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/account"
	"github.com/authgen-go/authgen/runtime/audit/audittest"
	"github.com/authgen-go/authgen/runtime/refresh"
	"github.com/authgen-go/authgen/runtime/store/memory"
)

type role string

type (
	user    = account.User[int64, role]
	family  = refresh.Family[int64]
	service = refresh.Service[int64, user]
	config  = refresh.Config[int64, user]
	storage = refresh.Storage[int64, user]
)

var start = time.Date(2026, 3, 4, 5, 6, 7, 891234567, time.UTC)

var errDown = errors.New("connection refused")

var key = bytes.Repeat([]byte("canary key 12345"), 2)

// A clock moves when it is told to.
type clock struct{ nanos atomic.Int64 }

func (c *clock) now() time.Time          { return time.Unix(0, c.nanos.Load()) }
func (c *clock) advance(d time.Duration) { c.nanos.Add(int64(d)) }

// A store is a storage that can be told to fail, before or after it did what it was
// asked, and keeps what that was.
type store struct {
	storage
	mu            sync.Mutex
	asked         []string
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

// calls returns what the storage was asked since the last time.
func (s *store) calls() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	asked := strings.Join(s.asked, " ")
	s.asked = nil
	return asked
}

func (s *store) Create(ctx context.Context, f family) error {
	return s.call(ctx, "Create", func() error { return s.storage.Create(ctx, f) })
}

func (s *store) Find(ctx context.Context, id refresh.ID) (f family, u user, err error) {
	err = s.call(ctx, "Find", func() (err error) {
		f, u, err = s.storage.Find(ctx, id)
		return err
	})
	return f, u, err
}

func (s *store) Advance(ctx context.Context, id refresh.ID, from int64, at time.Time) error {
	return s.call(ctx, "Advance", func() error { return s.storage.Advance(ctx, id, from, at) })
}

func (s *store) Adopt(ctx context.Context, user int64, id refresh.ID, version int64) error {
	return s.call(ctx, "Adopt", func() error { return s.storage.Adopt(ctx, user, id, version) })
}

func (s *store) End(ctx context.Context, id refresh.ID) error {
	return s.call(ctx, "End", func() error { return s.storage.End(ctx, id) })
}

func (s *store) EndByID(ctx context.Context, user int64, id refresh.ID) error {
	return s.call(ctx, "EndByID", func() error { return s.storage.EndByID(ctx, user, id) })
}

func (s *store) EndByUser(ctx context.Context, user int64, except refresh.ID) (n int, err error) {
	err = s.call(ctx, "EndByUser", func() (err error) {
		n, err = s.storage.EndByUser(ctx, user, except)
		return err
	})
	return n, err
}

func (s *store) DeleteExpired(ctx context.Context, expired, idleSince time.Time, limit int) (n int, err error) {
	err = s.call(ctx, "DeleteExpired", func() (err error) {
		n, err = s.storage.DeleteExpired(ctx, expired, idleSince, limit)
		return err
	})
	return n, err
}

// A bench is a service with everything around it in the hands of a test.
type bench struct {
	testing.TB
	*service
	clock *clock
	users *memory.Users[int64, role]
	store *store
	audit *audittest.Recorder
	log   *bytes.Buffer
	ended []int64 // whom Ended was told of
	ada   user
}

func newBench(t testing.TB, change ...func(*config)) *bench {
	t.Helper()
	var last atomic.Int64
	users := memory.NewUsers[int64, role](func() int64 { return 1000 + last.Add(1) })
	b := &bench{
		TB: t, clock: &clock{}, users: users, audit: &audittest.Recorder{}, log: &bytes.Buffer{},
		store: &store{storage: memory.NewTokens(users.User)},
	}
	b.clock.nanos.Store(start.UnixNano())
	cfg := config{
		Store: b.store, Key: key, SweepInterval: -1, Ended: func(user int64) { b.ended = append(b.ended, user) },
		Audit: b.audit, Logger: slog.New(slog.NewTextHandler(b.log, nil)), Now: b.clock.now,
	}
	for _, f := range change {
		f(&cfg)
	}
	s, err := refresh.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	b.service = s
	b.ada = b.user("ada@example.com")
	return b
}

func (b *bench) user(email string) user {
	b.Helper()
	u, err := b.users.Create(b.Context(), account.Record[int64, role]{User: user{Email: email, Roles: []role{"member"}}, PasswordHash: "old"})
	if err != nil {
		b.Fatal(err)
	}
	return u
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

// login starts a family for ada.
func (b *bench) login() (family, string) {
	b.Helper()
	f, token, err := b.Start(b.Context(), b.ada.ID, b.ada.Version)
	b.must(err)
	return f, token
}

// use presents a token as a client does.
func (b *bench) use(token string) (family, string, error) {
	ref, err := b.Parse(token)
	if err != nil {
		return family{}, "", err
	}
	f, _, next, err := b.Rotate(b.Context(), ref)
	return f, next, err
}

// next uses a token that has to be good.
func (b *bench) next(token string) string {
	b.Helper()
	_, next, err := b.use(token)
	b.must(err)
	return next
}

// refused uses a token that has to be of no use.
func (b *bench) refused(what, token string) {
	b.Helper()
	f, next, err := b.use(token)
	b.is(what, err, refresh.ErrInvalidGrant)
	if next != "" || f != (family{}) {
		b.Errorf("%s: a token came with the refusal", what)
	}
}

// there reports whether a family is stored.
func (b *bench) there(id refresh.ID) bool {
	b.Helper()
	_, _, err := b.store.storage.Find(b.Context(), id)
	if err != nil && !errors.Is(err, refresh.ErrNotFound) {
		b.Fatal(err)
	}
	return err == nil
}

// saw fails the test unless exactly these events were recorded, each written as
// "type outcome reason actor>target". ADA is ada's id, FAM that of a family.
func (b *bench) saw(f family, want ...string) {
	b.Helper()
	names := strings.NewReplacer(f.ID.String(), "FAM", strconv.FormatInt(b.ada.ID, 10), "ADA")
	events := b.audit.Events()
	got := make([]string, len(events))
	for i, e := range events {
		got[i] = names.Replace(string(e.Type) + " " + string(e.Outcome) + " " + e.Reason + " " + e.Actor + ">" + e.Target)
		if e.Strategy != "jwt" || e.Time.Sub(b.clock.now()).Abs() > time.Microsecond {
			b.Errorf("%s: strategy %q at %v", got[i], e.Strategy, e.Time)
		}
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		b.Errorf("events\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	b.audit.Reset()
}
