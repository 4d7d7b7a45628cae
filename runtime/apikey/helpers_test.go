package apikey_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/account"
	"github.com/authgen-go/authgen/runtime/apikey"
	"github.com/authgen-go/authgen/runtime/audit/audittest"
	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/ratelimit"
	"github.com/authgen-go/authgen/runtime/store/memory"
)

type (
	role  string
	scope string
)

type (
	user    = account.User[int64, role]
	row     = apikey.Key[int64, scope]
	record  = apikey.Record[int64, scope]
	service = apikey.Service[int64, scope, user]
	config  = apikey.Config[int64, scope, user]
	storage = apikey.Storage[int64, scope, user]
	newKey  = apikey.NewKey[scope]
)

const (
	read  scope = "reports:read"
	write scope = "reports:write"
	purge scope = "reports:purge"

	day = 24 * time.Hour
)

// grants are the scopes of roles.
var grants = authn.NewRights(map[role][]scope{"member": {read}, "admin": {read, write}})

func ownerScopes(u user) []scope { return grants.Of(u.Roles) }

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
	touched [][]apikey.Touch
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

// count is how often a method was asked.
func (s *store) count(method string) int {
	return len(slices.DeleteFunc(s.calls(), func(m string) bool { return m != method }))
}

func (s *store) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked, s.touched = nil, nil
}

func (s *store) Create(ctx context.Context, r record, limit int) error {
	if err := s.called(ctx, "Create"); err != nil {
		return err
	}
	return s.storage.Create(ctx, r, limit)
}

func (s *store) Find(ctx context.Context, hash apikey.Hash) (record, user, error) {
	if err := s.called(ctx, "Find"); err != nil {
		return record{}, user{}, err
	}
	return s.storage.Find(ctx, hash)
}

func (s *store) Rotate(ctx context.Context, owner int64, id string, next record, end time.Time) (row, error) {
	if err := s.called(ctx, "Rotate"); err != nil {
		return row{}, err
	}
	return s.storage.Rotate(ctx, owner, id, next, end)
}

func (s *store) Touch(ctx context.Context, touches []apikey.Touch) error {
	if err := s.called(ctx, "Touch"); err != nil {
		return err
	}
	s.mu.Lock()
	s.touched = append(s.touched, touches)
	s.mu.Unlock()
	return s.storage.Touch(ctx, touches)
}

func (s *store) RevokeByHash(ctx context.Context, hash apikey.Hash) (row, error) {
	if err := s.called(ctx, "RevokeByHash"); err != nil {
		return row{}, err
	}
	return s.storage.RevokeByHash(ctx, hash)
}

func (s *store) List(ctx context.Context, owner int64) ([]row, error) {
	if err := s.called(ctx, "List"); err != nil {
		return nil, err
	}
	return s.storage.List(ctx, owner)
}

func (s *store) Expiring(ctx context.Context, after apikey.Position, until time.Time, limit int) ([]row, error) {
	if err := s.called(ctx, "Expiring"); err != nil {
		return nil, err
	}
	return s.storage.Expiring(ctx, after, until, limit)
}

func (s *store) Revoke(ctx context.Context, owner int64, id string) error {
	if err := s.called(ctx, "Revoke"); err != nil {
		return err
	}
	return s.storage.Revoke(ctx, owner, id)
}

func (s *store) RevokeAll(ctx context.Context, owner int64) (int, error) {
	if err := s.called(ctx, "RevokeAll"); err != nil {
		return 0, err
	}
	return s.storage.RevokeAll(ctx, owner)
}

func (s *store) DeleteExpired(ctx context.Context, now time.Time, limit int) (int, error) {
	if err := s.called(ctx, "DeleteExpired"); err != nil {
		return 0, err
	}
	return s.storage.DeleteExpired(ctx, now, limit)
}

// A limiter counts its takes and can be told to fail.
type limiter struct {
	ratelimit.Limiter
	takes atomic.Int64
	down  atomic.Bool
}

func (l *limiter) Take(ctx context.Context, key string, rate ratelimit.Rate) (ratelimit.Decision, error) {
	l.takes.Add(1)
	if l.down.Load() {
		return ratelimit.Decision{}, errDown
	}
	return l.Limiter.Take(ctx, key, rate)
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

// A bench is a service with everything around it in the hands of a test.
type bench struct {
	testing.TB
	*service
	clock   *clock
	users   *memory.Users[int64, role]
	store   *store
	limiter *limiter
	audit   *audittest.Recorder
	log     *logBook
	ada     user
	closed  bool // by the test
}

func newBench(t testing.TB, change ...func(*config)) *bench {
	t.Helper()
	var last atomic.Int64
	users := memory.NewUsers[int64, role](func() int64 { return 1000 + last.Add(1) })
	b := &bench{
		TB: t, clock: &clock{}, users: users, audit: &audittest.Recorder{}, log: &logBook{},
		store: &store{storage: memory.NewAPIKeys[int64, scope](users.User)},
	}
	b.clock.nanos.Store(start.UnixNano())
	cfg := config{
		Store: b.store, OwnerScopes: ownerScopes, Scopes: []scope{write, read, purge}, SweepInterval: -1,
		Audit: b.audit, Logger: slog.New(slog.NewTextHandler(b.log, nil)), Now: b.clock.now,
	}
	for _, f := range change {
		f(&cfg)
	}
	if cfg.Limiter == nil {
		cfg.Limiter = ratelimit.NewMemory(ratelimit.MemoryConfig{Now: cfg.Now})
	}
	b.limiter = &limiter{Limiter: cfg.Limiter}
	cfg.Limiter = b.limiter
	s, err := apikey.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		b.store.up()
		if err := s.Close(context.Background()); err != nil && !b.closed {
			t.Error(err)
		}
	})
	b.service = s
	b.ada = b.user("ada@example.com", "admin")
	return b
}

func (b *bench) user(email string, roles ...role) user {
	b.Helper()
	u, err := b.users.Create(b.Context(), account.Record[int64, role]{User: user{Email: email, Roles: roles}})
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

// issue makes a key of u with scopes.
func (b *bench) issue(u user, scopes ...scope) (row, string) {
	b.Helper()
	k, key, err := b.Create(b.Context(), u.ID, u, newKey{Name: "nightly export", Scopes: scopes})
	b.must(err)
	return k, key
}

// peer is the address of requests, unless a test says otherwise.
const peer = "192.0.2.7:1234"

// request is one that carries the keys, each in a header line of its own.
func (b *bench) request(keys ...string) *http.Request {
	return requestFrom(b, peer, keys...)
}

func requestFrom(b *bench, addr string, keys ...string) *http.Request {
	r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, "https://api.example/reports", nil)
	r.RemoteAddr = addr
	for _, key := range keys {
		r.Header.Add("X-API-Key", key)
	}
	return r
}

// check authenticates a request that carries key.
func (b *bench) check(key string) error {
	_, _, err := b.Authenticate(b.request(key), http.Header{})
	return err
}

// checkFrom does so from another address.
func (b *bench) checkFrom(addr, key string) error {
	_, _, err := b.Authenticate(requestFrom(b, addr, key), http.Header{})
	return err
}

// used authenticates with key and returns what was found.
func (b *bench) used(key string) row {
	b.Helper()
	k, _, err := b.Authenticate(b.request(key), http.Header{})
	b.must(err)
	return k
}

// forged is a key that is well-formed and unknown.
func forged() string {
	key, _ := apikey.Forge("sk_live")
	return key
}

// saw fails the test unless exactly these events were recorded, each written as
// "type outcome reason actor>target".
func (b *bench) saw(want ...string) {
	b.Helper()
	events := b.audit.Events()
	got := make([]string, len(events))
	for i, e := range events {
		got[i] = string(e.Type) + " " + string(e.Outcome) + " " + e.Reason + " " + e.Actor + ">" + e.Target
		if e.Strategy != "api_key" || e.Time.Sub(b.clock.now()).Abs() > time.Microsecond {
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
	user user
	key  row
}

// keys is the strategy as a generated package has it.
type keys struct{ *service }

func (keys) Name() string { return "api_key" }

func (k keys) Authenticate(r *http.Request, answer http.Header) (*identity, error) {
	found, u, err := k.service.Authenticate(r, answer)
	if err != nil {
		return nil, err
	}
	return &identity{u, found}, nil
}

// guarded is a route that needs a scope, unless that is ""; it answers with the
// user's e-mail.
func (b *bench) guarded(needed scope) http.Handler {
	frame := &authn.Frame{Logger: slog.New(slog.NewTextHandler(b.log, nil)), HTTPS: true}
	allow := func(id *identity) error {
		if needed != "" && !slices.Contains(id.key.Scopes, needed) {
			return authn.InsufficientScope(string(needed))
		}
		return nil
	}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, ok := authn.IdentityFrom[*identity](r.Context())
		if !ok {
			b.Error("the handler was reached without an identity")
			return
		}
		_, _ = io.WriteString(w, id.user.Email)
	})
	return authn.NewGuard[*identity](frame, keys{b.service}).Require(allow)(handler)
}

func serve(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}
