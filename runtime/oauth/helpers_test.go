package oauth_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/audit/audittest"
	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/oauth"
	"github.com/authgen-go/authgen/runtime/oauth/oauthtest"
	"github.com/authgen-go/authgen/runtime/once"
)

var start = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

// A clock moves when it is told to.
type clock struct{ nanos atomic.Int64 }

func (c *clock) now() time.Time          { return time.Unix(0, c.nanos.Load()) }
func (c *clock) advance(d time.Duration) { c.nanos.Add(int64(d)) }

func newClock() *clock {
	c := new(clock)
	c.advance(time.Duration(start.UnixNano()))
	return c
}

// A usedStore is the storage of package once.
type usedStore struct {
	mu   sync.Mutex
	used map[once.Key]time.Time
	down error
}

func (s *usedStore) Use(_ context.Context, key once.Key, until time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down != nil {
		return s.down
	}
	if _, ok := s.used[key]; ok {
		return once.ErrUsed
	}
	s.used[key] = until
	return nil
}

func (s *usedStore) DeleteUsed(context.Context, time.Time, int) (int, error) { return 0, nil }

func (s *usedStore) fails(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = err
}

func (s *usedStore) rows() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.used)
}

// A logBuffer is a log that goroutines share.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// name is what providers are called in tests that do not say.
const name = "acme"

// A bench is a Service with a provider, under one clock.
type bench struct {
	testing.TB
	*oauth.Service
	provider *oauthtest.Provider
	clock    *clock
	events   *audittest.Recorder
	log      *logBuffer
	store    *usedStore
	cfg      oauth.Config

	mu    sync.Mutex
	texts []string // of errors
}

func newBench(t testing.TB, change ...func(*oauth.Config, *oauthtest.Provider)) *bench {
	t.Helper()
	return newBenchOf(t, oauthtest.New(t), change...)
}

func newBenchOf(t testing.TB, provider *oauthtest.Provider, change ...func(*oauth.Config, *oauthtest.Provider)) *bench {
	t.Helper()
	b := &bench{
		TB: t, provider: provider, clock: newClock(), events: new(audittest.Recorder), log: new(logBuffer),
		store: &usedStore{used: make(map[once.Key]time.Time)},
	}
	provider.Now = b.clock.now
	register := must(once.New(once.Config{Store: b.store, SweepInterval: -1, Now: b.clock.now}))(t)
	b.cfg = oauth.Config{
		Providers: []oauth.Provider{provider.OIDC(name)},
		BaseURL:   &url.URL{Scheme: "https", Host: "app.example"}, Prefix: "/auth",
		Key: bytes.Repeat([]byte("0123456789abcdef"), 2), Once: register,
		Audit: b.events, Logger: slog.New(slog.NewTextHandler(b.log, &slog.HandlerOptions{Level: slog.LevelDebug})), Now: b.clock.now,
	}
	for _, f := range change {
		f(&b.cfg, provider)
	}
	b.Service = must(oauth.New(b.cfg))(t)
	t.Cleanup(func() {
		b.Close()
		register.Close()
		b.keptSecrets()
	})
	return b
}

// another is the same application in another process.
func (b *bench) another() *oauth.Service {
	b.Helper()
	s := must(oauth.New(b.cfg))(b)
	b.Cleanup(s.Close)
	return s
}

// keptSecrets fails the test if something was written down that must not be. SECURITY
// LOG-02, OAC-11.
func (b *bench) keptSecrets() {
	b.Helper()
	written := b.log.String() + fmt.Sprintf("%+v", b.events.Events()) + strings.Join(b.texts, "\n")
	for _, secret := range b.provider.Secrets() {
		if strings.Contains(written, secret) {
			b.Errorf("a secret was written down: %s", secret)
		}
	}
	if strings.Contains(written, "<script>") {
		b.Error("a text of the provider was written down")
	}
}

// A browser keeps cookies by name.
type browser map[string]*http.Cookie

// request is one that the browser makes of the application.
func (br browser) request(method, target string) *http.Request {
	r := httptest.NewRequest(method, target, nil)
	for _, c := range br {
		r.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
	}
	return r
}

// takes keeps what an answer sets.
func (br browser) takes(w *httptest.ResponseRecorder) {
	for _, c := range w.Result().Cookies() {
		if c.MaxAge < 0 {
			delete(br, c.Name)
			continue
		}
		br[c.Name] = c
	}
}

// begins begins a login and returns where it leads.
func (b *bench) begins(br browser, provider string, f oauth.Flow) string {
	b.Helper()
	w := httptest.NewRecorder()
	location, err := b.Begin(w, br.request(http.MethodGet, "/auth/oauth/"+provider), provider, f)
	b.must(err)
	br.takes(w)
	return location
}

// comes takes a browser back to the application with what the provider sent it.
func (b *bench) comes(br browser, provider string, callback *http.Request) (oauth.Login, error) {
	b.Helper()
	w := httptest.NewRecorder()
	login, err := b.Finish(w, br.request(http.MethodGet, callback.URL.RequestURI()), provider)
	br.takes(w)
	if err != nil {
		b.mu.Lock()
		b.texts = append(b.texts, fmt.Sprintf("%v %+v", err, err))
		b.mu.Unlock()
	}
	return login, err
}

// login goes the whole way in a browser of its own.
func (b *bench) login(provider string, f oauth.Flow) (oauth.Login, error) {
	b.Helper()
	br := make(browser)
	return b.comes(br, provider, b.provider.Browse(b, b.begins(br, provider, f)))
}

// logsIn fails the test unless the whole way leads to a login.
func (b *bench) logsIn(what, provider string) oauth.Login {
	b.Helper()
	login, err := b.login(provider, oauth.Flow{})
	if err != nil {
		b.Fatalf("%s: %v", what, err)
	}
	return login
}

// refused fails the test unless err is a refusal, with that reason in the record since the
// last call.
func (b *bench) refused(what string, err, want error, reason string) {
	b.Helper()
	if !errors.Is(err, want) {
		b.Errorf("%s: %v, want %v", what, err, want)
	}
	var got []string
	for _, e := range b.events.Of(audit.Login) {
		got = append(got, e.Reason)
		denied := e.Outcome == audit.Denied
		if e.Strategy != "oauth" || e.Target == "" || denied == errors.Is(want, oauth.ErrProvider) {
			b.Errorf("%s: event %+v", what, e)
		}
	}
	if !slices.Equal(got, []string{reason}) {
		b.Errorf("%s: reasons %q (%v), want %q", what, got, err, reason)
	}
	b.events.Reset()
}

// tokenCalls fails the test unless the token endpoint was asked so often.
func (b *bench) tokenCalls(what string, want int) {
	b.Helper()
	if got := b.provider.Calls(oauthtest.PathToken); got != want {
		b.Errorf("%s: the token endpoint was asked %d times, want %d", what, got, want)
	}
}

func (b *bench) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// param returns a parameter of a location.
func param(t testing.TB, location, name string) string {
	t.Helper()
	return must(url.Parse(location))(t).Query().Get(name)
}

// with returns a callback with other parameters; "" takes one away.
func with(callback *http.Request, pairs ...string) *http.Request {
	r := callback.Clone(context.Background())
	q := r.URL.Query()
	for p := range slices.Chunk(pairs, 2) {
		if q.Del(p[0]); p[1] != "" {
			q.Set(p[0], p[1])
		}
	}
	r.URL.RawQuery = q.Encode()
	return r
}

// answers is what a client is told of an error.
func answers(err error) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	frame := authn.Frame{Logger: slog.New(slog.DiscardHandler)}
	frame.Handler(func(http.ResponseWriter, *http.Request) error { return err }).
		ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/auth/oauth/acme/callback", nil))
	return w
}

func roots(t testing.TB, p *oauthtest.Provider) *tls.Config {
	t.Helper()
	transport, ok := p.Client().Transport.(*http.Transport)
	if !ok {
		t.Fatal("the provider has no transport")
	}
	return &tls.Config{RootCAs: transport.TLSClientConfig.RootCAs}
}

func newRecorder() *httptest.ResponseRecorder { return httptest.NewRecorder() }

func (br browser) copied() browser { return maps.Clone(br) }
