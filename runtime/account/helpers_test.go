package account_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/account"
	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/audit/audittest"
	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/password"
	"github.com/authgen-go/authgen/runtime/store/memory"
)

type role string

type (
	user    = account.User[int64, role]
	record  = account.Record[int64, role]
	service = account.Service[int64, role]
	storage = account.Storage[int64, role]
)

const (
	ada      = "ada@example.com"
	secret   = "canary-pass-lantern-42"
	another  = "canary-word-harbour-77"
	roleUser = role("member")
)

var start = time.Date(2026, 3, 4, 5, 6, 7, 891234567, time.UTC)

var errDown = errors.New("connection refused")

// A hasher counts and is quick. What it makes is readable, for the tests only.
type hasher struct {
	runs    atomic.Int32
	err     error // of every call
	errHash error // of making a hash
}

func (h *hasher) Hash(_ context.Context, password string) (string, error) {
	h.runs.Add(1)
	return "new:" + password, errors.Join(h.err, h.errHash)
}

func (h *hasher) Verify(_ context.Context, encoded, plain string) (password.Result, error) {
	h.runs.Add(1)
	kind, stored, _ := strings.Cut(encoded, ":")
	return password.Result{Match: encoded != "" && stored == plain, Outdated: kind == "old"}, h.err
}

func (h *hasher) VerifyNobody(context.Context, string) error {
	h.runs.Add(1)
	return h.err
}

// A store is a storage that can be told to fail, and counts.
type store struct {
	storage
	mu      sync.Mutex
	calls   atomic.Int32
	created record // the latest
	before  func(ctx context.Context, method string) error
}

func (s *store) called(ctx context.Context, method string) error {
	s.calls.Add(1)
	if s.before != nil {
		return s.before(ctx, method)
	}
	return nil
}

func (s *store) Create(ctx context.Context, r record) (user, error) {
	if err := s.called(ctx, "Create"); err != nil {
		return user{}, err
	}
	s.mu.Lock()
	s.created = r
	s.mu.Unlock()
	return s.storage.Create(ctx, r)
}

func (s *store) ByEmail(ctx context.Context, email string) (record, error) {
	if err := s.called(ctx, "ByEmail"); err != nil {
		return record{}, err
	}
	return s.storage.ByEmail(ctx, email)
}

func (s *store) ByID(ctx context.Context, id int64) (record, error) {
	if err := s.called(ctx, "ByID"); err != nil {
		return record{}, err
	}
	return s.storage.ByID(ctx, id)
}

func (s *store) ChangePassword(ctx context.Context, id int64, oldHash, newHash string) (int64, error) {
	if err := s.called(ctx, "ChangePassword"); err != nil {
		return 0, err
	}
	return s.storage.ChangePassword(ctx, id, oldHash, newHash)
}

func (s *store) UpgradeHash(ctx context.Context, id int64, oldHash, newHash string) error {
	if err := s.called(ctx, "UpgradeHash"); err != nil {
		return err
	}
	return s.storage.UpgradeHash(ctx, id, oldHash, newHash)
}

func (s *store) SetRoles(ctx context.Context, id int64, roles []role) error {
	if err := s.called(ctx, "SetRoles"); err != nil {
		return err
	}
	return s.storage.SetRoles(ctx, id, roles)
}

func (s *store) SetDisabled(ctx context.Context, id int64, disabled bool) error {
	if err := s.called(ctx, "SetDisabled"); err != nil {
		return err
	}
	return s.storage.SetDisabled(ctx, id, disabled)
}

func (s *store) SignOutEverywhere(ctx context.Context, id int64) error {
	if err := s.called(ctx, "SignOutEverywhere"); err != nil {
		return err
	}
	return s.storage.SignOutEverywhere(ctx, id)
}

func (s *store) Delete(ctx context.Context, id int64) error {
	if err := s.called(ctx, "Delete"); err != nil {
		return err
	}
	return s.storage.Delete(ctx, id)
}

// A bench is a service with everything around it in the hands of a test.
type bench struct {
	*testing.T
	*service
	store  *store
	hasher *hasher
	audit  *audittest.Recorder
	log    *bytes.Buffer
}

func newBench(t *testing.T, change ...func(*account.Config[int64, role])) *bench {
	t.Helper()
	var last atomic.Int64
	b := &bench{
		T:      t,
		store:  &store{storage: memory.NewUsers[int64, role](func() int64 { return 1000 + last.Add(1) })},
		hasher: &hasher{},
		audit:  &audittest.Recorder{},
		log:    &bytes.Buffer{},
	}
	cfg := account.Config[int64, role]{
		Store: b.store, Hasher: b.hasher, DefaultRole: roleUser, Site: "zyxnotes.example",
		Audit: b.audit, Pseudonym: audit.NewPseudonym(make([]byte, 32)),
		Logger: slog.New(slog.NewTextHandler(b.log, nil)), Now: func() time.Time { return start },
	}
	for _, f := range change {
		f(&cfg)
	}
	s, err := account.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	b.service = s
	return b
}

// ada registers a user and forgets the traces of that.
func (b *bench) ada() user {
	b.Helper()
	u, err := b.Register(b.Context(), ada, secret)
	if err != nil {
		b.Fatal(err)
	}
	b.forget()
	return u
}

func (b *bench) forget() {
	b.audit.Reset()
	b.hasher.runs.Store(0)
	b.store.calls.Store(0)
}

// down makes the storage fail in the named methods, or in all.
func (b *bench) down(methods ...string) {
	b.store.before = func(_ context.Context, method string) error {
		if len(methods) == 0 {
			return errDown
		}
		for _, m := range methods {
			if m == method {
				return errDown
			}
		}
		return nil
	}
}

// is fails the test unless err is want.
func (b *bench) is(what string, err, want error) {
	b.Helper()
	if !errors.Is(err, want) {
		b.Errorf("%s: %v, want %v", what, err, want)
	}
}

// saw fails the test unless exactly these events were recorded, each written as
// "type outcome reason actor>target".
func (b *bench) saw(want ...string) {
	b.Helper()
	events := b.audit.Events()
	got := make([]string, len(events))
	for i, e := range events {
		got[i] = strings.TrimSpace(string(e.Type) + " " + string(e.Outcome) + " " + e.Reason + " " + e.Actor + ">" + e.Target)
		if !e.Time.Equal(start) {
			b.Errorf("%s: at %v, want the clock's %v", got[i], e.Time, start)
		}
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		b.Errorf("events\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	b.audit.Reset()
}

// answer is what a client sees of err.
func answer(err error) string {
	f := &authn.Frame{Logger: slog.New(slog.DiscardHandler)}
	w := httptest.NewRecorder()
	f.Handler(func(http.ResponseWriter, *http.Request) error { return err }).
		ServeHTTP(w, httptest.NewRequest(http.MethodPost, "https://zyxnotes.example/auth/session", nil))
	var text bytes.Buffer
	_ = w.Result().Header.Write(&text) // to a buffer
	return w.Result().Status + "\n" + text.String() + w.Body.String()
}
