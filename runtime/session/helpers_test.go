package session_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/account"
	"github.com/authgen-go/authgen/runtime/audit/audittest"
	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/session"
	"github.com/authgen-go/authgen/runtime/store/memory"
)

type role string

type (
	user    = account.User[int64, role]
	row     = session.Session[int64]
	manager = session.Manager[int64, user]
	config  = session.Config[int64, user]
	storage = session.Storage[int64, user]
)

const (
	base     = "https://app.example"
	hostName = "__Host-session"
)

var start = time.Date(2026, 3, 4, 5, 6, 7, 891234567, time.UTC)

var errDown = errors.New("connection refused")

// A clock moves when it is told to.
type clock struct{ nanos atomic.Int64 }

func (c *clock) now() time.Time          { return time.Unix(0, c.nanos.Load()) }
func (c *clock) advance(d time.Duration) { c.nanos.Add(int64(d)) }

// A store is a storage that can be told to fail, and keeps what it was asked.
type store struct {
	storage
	mu      sync.Mutex
	asked   []string
	touched [][]session.Touch
	before  func(ctx context.Context, method string) error
}

func (s *store) called(ctx context.Context, method string) error {
	s.mu.Lock()
	s.asked = append(s.asked, method)
	before := s.before
	s.mu.Unlock()
	if before != nil {
		return before(ctx, method)
	}
	return nil
}

func (s *store) hook(before func(ctx context.Context, method string) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.before = before
}

// down makes the storage fail in the named methods, or in all.
func (s *store) down(methods ...string) {
	s.hook(func(_ context.Context, method string) error {
		if len(methods) == 0 || slices.Contains(methods, method) {
			return errDown
		}
		return nil
	})
}

func (s *store) up() { s.hook(nil) }

func (s *store) calls() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked)
}

func (s *store) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked, s.touched = nil, nil
}

func (s *store) Create(ctx context.Context, r row, hash session.Hash) error {
	if err := s.called(ctx, "Create"); err != nil {
		return err
	}
	return s.storage.Create(ctx, r, hash)
}

func (s *store) Find(ctx context.Context, hash session.Hash) (row, user, error) {
	if err := s.called(ctx, "Find"); err != nil {
		return row{}, user{}, err
	}
	return s.storage.Find(ctx, hash)
}

func (s *store) Rotate(ctx context.Context, old, next session.Hash, version int64, at time.Time) error {
	if err := s.called(ctx, "Rotate"); err != nil {
		return err
	}
	return s.storage.Rotate(ctx, old, next, version, at)
}

func (s *store) Touch(ctx context.Context, touches []session.Touch) error {
	if err := s.called(ctx, "Touch"); err != nil {
		return err
	}
	s.mu.Lock()
	s.touched = append(s.touched, touches)
	s.mu.Unlock()
	return s.storage.Touch(ctx, touches)
}

func (s *store) Delete(ctx context.Context, hash session.Hash) error {
	if err := s.called(ctx, "Delete"); err != nil {
		return err
	}
	return s.storage.Delete(ctx, hash)
}

func (s *store) List(ctx context.Context, user int64) ([]row, error) {
	if err := s.called(ctx, "List"); err != nil {
		return nil, err
	}
	return s.storage.List(ctx, user)
}

func (s *store) DeleteByID(ctx context.Context, user int64, id string) error {
	if err := s.called(ctx, "DeleteByID"); err != nil {
		return err
	}
	return s.storage.DeleteByID(ctx, user, id)
}

func (s *store) DeleteByUser(ctx context.Context, user int64, exceptID string) (int, error) {
	if err := s.called(ctx, "DeleteByUser"); err != nil {
		return 0, err
	}
	return s.storage.DeleteByUser(ctx, user, exceptID)
}

func (s *store) DeleteExpired(ctx context.Context, over session.Cutoffs, limit int) (int, error) {
	if err := s.called(ctx, "DeleteExpired"); err != nil {
		return 0, err
	}
	return s.storage.DeleteExpired(ctx, over, limit)
}

// A logBook is a log that may be written to from the background.
type logBook struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *logBook) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *logBook) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// A bench is a manager with everything around it in the hands of a test.
type bench struct {
	testing.TB
	*manager
	clock *clock
	users *memory.Users[int64, role]
	store *store
	audit *audittest.Recorder
	log   *logBook
	ada   user
}

func newBench(t testing.TB, change ...func(*config)) *bench {
	t.Helper()
	var last atomic.Int64
	users := memory.NewUsers[int64, role](func() int64 { return 1000 + last.Add(1) })
	b := &bench{
		TB: t, clock: &clock{}, users: users, audit: &audittest.Recorder{}, log: &logBook{},
		store: &store{storage: memory.NewSessions(users.User)},
	}
	b.clock.nanos.Store(start.UnixNano())
	cfg := config{
		Store: b.store, CrossSite: crossSite(t), HTTPS: true, SweepInterval: -1,
		Audit: b.audit, Logger: slog.New(slog.NewTextHandler(b.log, nil)), Now: b.clock.now,
	}
	for _, f := range change {
		f(&cfg)
	}
	m, err := session.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		b.store.up()
		if err := m.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	b.manager = m
	b.ada = b.user("ada@example.com")
	return b
}

func crossSite(t testing.TB) *authn.CrossSite {
	t.Helper()
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	c, err := authn.NewCrossSite(u, "https://trusted.example")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (b *bench) user(email string) user {
	b.Helper()
	u, err := b.users.Create(b.Context(), account.Record[int64, role]{User: user{Email: email, Roles: []role{"member"}}})
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

// request is one that carries the tokens, each in a cookie of the right name.
func (b *bench) request(method string, tokens ...string) *http.Request {
	r := httptest.NewRequestWithContext(b.Context(), method, base+"/auth/session", nil)
	for _, token := range tokens {
		r.AddCookie(&http.Cookie{Name: hostName, Value: token})
	}
	return r
}

// login starts a session for u with a request that carries the tokens, and returns
// it with its own.
func (b *bench) login(u user, tokens ...string) (row, string) {
	b.Helper()
	w := httptest.NewRecorder()
	s, err := b.Start(w, b.request(http.MethodPost, tokens...), u, u.ID)
	b.must(err)
	return s, b.cookie(w).Value
}

// cookie is the one that an answer sets.
func (b *bench) cookie(w *httptest.ResponseRecorder) *http.Cookie {
	b.Helper()
	cookies := w.Result().Cookies()
	if len(cookies) != 1 {
		b.Fatalf("the answer sets %d cookies, want 1: %v", len(cookies), w.Result().Header)
	}
	return cookies[0]
}

// check authenticates a GET that carries token.
func (b *bench) check(token string) error {
	_, _, err := b.Authenticate(b.request(http.MethodGet, token))
	return err
}

// flushed writes the touches that wait and returns them.
func (b *bench) flushed() [][]session.Touch {
	b.Helper()
	b.store.forget()
	b.must(b.Flush(b.Context()))
	b.store.mu.Lock()
	defer b.store.mu.Unlock()
	return b.store.touched
}

// saw fails the test unless exactly these events were recorded, each written as
// "type outcome reason actor>target".
func (b *bench) saw(want ...string) {
	b.Helper()
	events := b.audit.Events()
	got := make([]string, len(events))
	for i, e := range events {
		got[i] = string(e.Type) + " " + string(e.Outcome) + " " + e.Reason + " " + e.Actor + ">" + e.Target
		if e.Strategy != "session" || e.Time.Sub(b.clock.now()).Abs() > time.Microsecond {
			b.Errorf("%s: strategy %q at %v", got[i], e.Strategy, e.Time)
		}
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		b.Errorf("events\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	b.audit.Reset()
}

// An identity is what a guard of the tests finds.
type identity struct {
	user    user
	session row
}

// sessions is the strategy as a generated package has it.
type sessions struct{ *manager }

func (sessions) Name() string { return "session" }

func (s sessions) Authenticate(r *http.Request, _ http.Header) (*identity, error) {
	found, u, err := s.manager.Authenticate(r)
	if err != nil {
		return nil, err
	}
	return &identity{u, found}, nil
}

// bearer is a strategy beside it that knows one token.
type bearer struct{}

func (bearer) Name() string             { return "jwt" }
func (bearer) Challenge(e error) string { return authn.FormatChallenge("Bearer", "auth", e) }

func (bearer) Presents(r *http.Request) bool { return r.Header.Get("Authorization") != "" }

func (bearer) Authenticate(r *http.Request, _ http.Header) (*identity, error) {
	switch r.Header.Get("Authorization") {
	case "":
		return nil, authn.ErrNoCredential
	case "Bearer good":
		return &identity{user: user{Email: "bearer"}}, nil
	default:
		return nil, authn.NewProblem(authn.CodeInvalidCredentials, "")
	}
}

// guarded is a route behind the strategies; it answers with the user's e-mail.
func (b *bench) guarded(strategies ...authn.Authenticator[*identity]) http.Handler {
	frame := &authn.Frame{Logger: slog.New(slog.NewTextHandler(b.log, nil)), HTTPS: true}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, ok := authn.IdentityFrom[*identity](r.Context())
		if !ok {
			b.Error("the handler was reached without an identity")
			return
		}
		_, _ = io.WriteString(w, id.user.Email)
	})
	return authn.NewGuard(frame, strategies...).Require(nil)(handler)
}

func serve(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}
