package oauthserver_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
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
	"github.com/authgen-go/authgen/runtime/grant"
	"github.com/authgen-go/authgen/runtime/oauthserver"
	"github.com/authgen-go/authgen/runtime/once"
	"github.com/authgen-go/authgen/runtime/ratelimit"
	"github.com/authgen-go/authgen/runtime/store/memory"
	"github.com/authgen-go/authgen/runtime/token"
)

type (
	role   string
	user   = account.User[string, role]
	record = oauthserver.Record
)

const (
	issuer   = "https://id.example"
	audience = "https://api.example"

	reads  = "reports:read"
	writes = "reports:write"
	purges = "reports:purge"

	tokenPath      = "/oauth/token"
	revokePath     = "/oauth/revoke"
	introspectPath = "/oauth/introspect"
	mePath         = "/me"
)

var start = time.Date(2026, 3, 4, 5, 6, 7, 891234567, time.UTC)

var errDown = errors.New("connection refused to 10.9.8.7")

// A clock moves when it is told to.
type clock struct{ nanos atomic.Int64 }

func (c *clock) now() time.Time          { return time.Unix(0, c.nanos.Load()) }
func (c *clock) advance(d time.Duration) { c.nanos.Add(int64(d)) }

// A store is a storage, and a list of tokens, that can be told to fail, and keeps what
// it was asked.
type store struct {
	oauthserver.Storage
	list   oauthserver.Revocations
	values once.Store
	mu     sync.Mutex
	asked  []string
	before func(ctx context.Context, method string) error
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

// calls returns what was asked since it was last called.
func (s *store) calls() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	asked := s.asked
	s.asked = nil
	return asked
}

func (s *store) ByID(ctx context.Context, id string) (record, error) {
	if err := s.called(ctx, "ByID"); err != nil {
		return record{}, err
	}
	return s.Storage.ByID(ctx, id)
}

func (s *store) Check(ctx context.Context, id, tokenID string) (oauthserver.Client, bool, error) {
	if err := s.called(ctx, "Check"); err != nil {
		return oauthserver.Client{}, false, err
	}
	return s.Storage.Check(ctx, id, tokenID)
}

func (s *store) Create(ctx context.Context, r record) error {
	if err := s.called(ctx, "Create"); err != nil {
		return err
	}
	return s.Storage.Create(ctx, r)
}

func (s *store) List(ctx context.Context) ([]oauthserver.Client, error) {
	if err := s.called(ctx, "List"); err != nil {
		return nil, err
	}
	return s.Storage.List(ctx)
}

func (s *store) Rotate(ctx context.Context, id string, next oauthserver.Hash, until time.Time) error {
	if err := s.called(ctx, "Rotate"); err != nil {
		return err
	}
	return s.Storage.Rotate(ctx, id, next, until)
}

func (s *store) SetDisabled(ctx context.Context, id string, disabled bool) error {
	if err := s.called(ctx, "SetDisabled"); err != nil {
		return err
	}
	return s.Storage.SetDisabled(ctx, id, disabled)
}

func (s *store) SetScopes(ctx context.Context, id string, scopes []string) error {
	if err := s.called(ctx, "SetScopes"); err != nil {
		return err
	}
	return s.Storage.SetScopes(ctx, id, scopes)
}

func (s *store) SetKeys(ctx context.Context, id, jwks string) error {
	if err := s.called(ctx, "SetKeys"); err != nil {
		return err
	}
	return s.Storage.SetKeys(ctx, id, jwks)
}

func (s *store) Revoke(ctx context.Context, id string, until time.Time) error {
	if err := s.called(ctx, "Revoke"); err != nil {
		return err
	}
	return s.list.Revoke(ctx, id, until)
}

func (s *store) Use(ctx context.Context, key once.Key, until time.Time) error {
	if err := s.called(ctx, "Use"); err != nil {
		return err
	}
	return s.values.Use(ctx, key, until)
}

func (s *store) DeleteUsed(ctx context.Context, now time.Time, limit int) (int, error) {
	return s.values.DeleteUsed(ctx, now, limit)
}

// A limiter can be told to fail.
type limiter struct {
	ratelimit.Limiter
	down atomic.Bool
}

func (l *limiter) Take(ctx context.Context, key string, rate ratelimit.Rate) (ratelimit.Decision, error) {
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

// settings are what a test may change of a bench.
type settings struct {
	clients oauthserver.ClientsConfig
	server  oauthserver.Config
	rate    ratelimit.Rate
	// introspections is a limit of their own, if it is not zero.
	introspections ratelimit.Rate
}

// A bench is an application with a token endpoint, users and a guard, with everything
// around it in the hands of a test.
type bench struct {
	testing.TB
	*oauthserver.Clients
	server   *oauthserver.Server
	handler  http.Handler
	verifier *token.Verifier[token.Claims]
	grants   *grant.Service[string, user, token.Claims]
	key      *token.Key
	ring     *token.Ring
	register *once.Register
	gate     *ratelimit.Gate
	users    *memory.Users[string, role]
	tokens   *memory.Tokens[string, user]
	clock    *clock
	store    *store
	limiter  *limiter
	audit    *audittest.Recorder
	log      *logBook
}

func newBench(t testing.TB, change ...func(*settings)) *bench {
	t.Helper()
	b := &bench{
		TB: t, clock: &clock{}, audit: &audittest.Recorder{}, log: &logBook{}, users: memory.NewUsers[string, role](nil),
		key: must(token.NewSigner(ed25519.NewKeyFromSeed(bytes.Repeat([]byte("k"), ed25519.SeedSize))))(t),
	}
	b.clock.nanos.Store(start.UnixNano())
	b.tokens = memory.NewTokens(b.users.User)
	b.store = &store{Storage: memory.NewClients(b.tokens.Revoked), list: b.tokens, values: memory.NewOnce()}
	log := slog.New(slog.NewTextHandler(b.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	b.register = must(once.New(once.Config{Store: b.store, SweepInterval: -1, Now: b.clock.now}))(t)
	b.ring = token.NewRing(must(token.NewKeySet(b.key))(t))
	cfg := settings{
		clients: oauthserver.ClientsConfig{
			Store: b.store, Revocations: b.store, Issuer: issuer, Scopes: []string{writes, reads, purges},
			Assertions: b.register, Leeway: 30 * time.Second, Audit: b.audit, Now: b.clock.now,
		},
		server: oauthserver.Config{
			Keys: b.ring, Audience: []string{audience}, Live: b.live, Refresh: func(r *http.Request, refreshToken string) (grant.Pair, error) {
				return b.grants.Refresh(r.Context(), refreshToken)
			},
			Endpoints: oauthserver.Endpoints{
				Token: issuer + tokenPath, Revoke: issuer + revokePath, Introspect: issuer + introspectPath, JWKS: issuer + "/jwks.json",
			},
		},
		rate: ratelimit.Rate{Count: 1000, Per: time.Minute},
	}
	for _, f := range change {
		f(&cfg)
	}
	b.Clients = must(oauthserver.NewClients(cfg.clients))(t)
	b.verifier = must(token.NewVerifier(token.Config[token.Claims]{
		Schema: token.Basic(), Keys: b.ring, Issuer: issuer, Audience: []string{audience}, Leeway: 30 * time.Second, RequireID: true, Now: b.clock.now,
	}))(t)
	b.grants = must(grant.New(grant.Config[string, user, token.Claims]{
		Schema: token.Basic(), Keys: token.Static(b.ring.Set()), Issuer: issuer, Audience: []string{audience}, TTL: 15 * time.Minute,
		Leeway: 30 * time.Second, ParseID: grant.ParseString, Revocations: b.tokens, Audit: b.audit, Logger: log, Now: b.clock.now,
		Claims: func(_ context.Context, u user, c *token.Claims) error {
			c.Roles, c.Scopes = authn.Names(u.Roles), []string{reads}
			return nil
		},
		Refresh: &grant.Refresh[string, user]{Store: b.tokens, Key: make([]byte, 32), TTL: time.Hour, IdleTTL: time.Hour, Grace: 10 * time.Second},
	}))(t)
	t.Cleanup(func() { _ = b.grants.Close(context.Background()) })
	b.limiter = &limiter{Limiter: ratelimit.NewMemory(ratelimit.MemoryConfig{Now: b.clock.now})}
	cfg.server.Clients = b.Clients
	b.gate = ratelimit.NewGate("token", b.limiter, cfg.rate, nil)
	cfg.server.Limit = b.gate
	if cfg.introspections.Count > 0 {
		cfg.server.IntrospectionLimit = ratelimit.NewGate("introspect", b.limiter, cfg.introspections, nil)
	}
	b.server = must(oauthserver.NewServer(cfg.server))(t)
	b.mount(log)
	return b
}

// must returns a function that fails the test if err is not nil.
func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// live is what a guard finds of a token.
func (b *bench) live(ctx context.Context, text string) (token.Claims, error) {
	claims, err := b.verifier.Verify(ctx, text)
	if err != nil {
		return token.Claims{}, err
	}
	if oauthserver.IsMachine(claims) {
		client, err := b.Check(ctx, claims)
		claims.Scopes = client.Scopes
		return claims, err
	}
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/", nil)
	r.Header.Set("Authorization", "Bearer "+text)
	claims, _, err = b.grants.Authenticate(r)
	return claims, err
}

// A guard is the strategy of the application's own routes.
type guard struct{ b *bench }

func (guard) Name() string                 { return "jwt" }
func (g guard) Challenge(err error) string { return g.b.grants.Challenge(err) }

func (guard) Presents(r *http.Request) bool { return token.Presents(r) }

func (g guard) Authenticate(r *http.Request, _ http.Header) (*token.Claims, error) {
	claims, err := g.b.verifier.Authenticate(r)
	if err != nil {
		return nil, err
	}
	if !oauthserver.IsMachine(claims) {
		claims, _, err = g.b.grants.Authenticate(r)
		return &claims, err
	}
	client, err := g.b.Admit(r, claims)
	claims.Scopes = client.Scopes
	return &claims, err
}

func (b *bench) mount(log *slog.Logger) {
	b.Helper()
	frame := &authn.Frame{Logger: log, Audit: b.audit, HTTPS: true, Challenges: func() []string { return []string{`Bearer realm="auth"`} }}
	me := authn.NewGuard[*token.Claims](frame, guard{b}).Handler(nil, func(w http.ResponseWriter, _ *http.Request, id *token.Claims) error {
		authn.WriteJSON(w, http.StatusOK, map[string][]string{"sub": {id.Subject}, "scopes": id.Scopes})
		return nil
	})
	endpoint := func(path string, h authn.HandlerFunc) authn.Route {
		return authn.Route{Method: http.MethodPost, Path: path, Public: true, Handler: frame.Handler(h), Around: oauthserver.Around}
	}
	b.handler = must(authn.NewRouter(frame, []authn.Route{
		endpoint(tokenPath, b.server.Token), endpoint(revokePath, b.server.Revoke), endpoint(introspectPath, b.server.Introspect),
		{Method: http.MethodGet, Path: oauthserver.MetadataPath, Public: true, Handler: frame.Wrap(b.server.Metadata(time.Hour))},
		{Method: http.MethodGet, Path: mePath, Handler: me},
	}))(b)
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

// client makes a client with a secret.
func (b *bench) client(scopes ...string) (oauthserver.Client, string) {
	b.Helper()
	c, secret, err := b.Create(b.Context(), oauthserver.NewClient{Name: "nightly export", Scopes: scopes})
	b.must(err)
	return c, secret
}

// An answer is what a request got.
type answer struct {
	*httptest.ResponseRecorder
	body map[string]any
}

// told is what an answer says, but for how many tries are left, which becomes less with each.
func (a answer) told() string {
	header := a.Header().Clone()
	header.Del("RateLimit")
	return fmt.Sprint(a.Code, header, a.Body)
}

// error is the code of a refusal.
func (a answer) error() string { return fmt.Sprint(a.body["error"]) }

func (a answer) text(name string) string {
	text, _ := a.body[name].(string)
	return text
}

// peer is the address of requests, unless a test says otherwise.
const peer = "192.0.2.7:1234"

// request is a form that is sent to a path. Parameters are names and values in turn.
func (b *bench) request(path string, parameters ...string) *http.Request {
	values := url.Values{}
	for i := 0; i < len(parameters); i += 2 {
		values.Add(parameters[i], parameters[i+1])
	}
	return b.raw(path, values.Encode())
}

func (b *bench) raw(path, body string) *http.Request {
	r := httptest.NewRequestWithContext(b.Context(), http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.RemoteAddr = peer
	return r
}

func (b *bench) send(r *http.Request) answer {
	b.Helper()
	a := answer{ResponseRecorder: httptest.NewRecorder()}
	b.handler.ServeHTTP(a.ResponseRecorder, r)
	return parsed(b, a)
}

// parsed is an answer with what its body says, if it has one.
func parsed(t testing.TB, a answer) answer {
	t.Helper()
	if a.Body.Len() > 0 {
		if err := json.Unmarshal(a.Body.Bytes(), &a.body); err != nil {
			t.Fatalf("%d %s", a.Code, a.Body)
		}
	}
	return a
}

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }

// post sends a form to a path.
func (b *bench) post(path string, parameters ...string) answer {
	b.Helper()
	return b.send(b.request(path, parameters...))
}

// as sends a form to a path with a Basic header.
func (b *bench) as(id, secret, path string, parameters ...string) answer {
	b.Helper()
	r := b.request(path, parameters...)
	r.SetBasicAuth(id, secret)
	return b.send(r)
}

// get asks for a token.
func (b *bench) get(id, secret string, parameters ...string) answer {
	b.Helper()
	return b.as(id, secret, tokenPath, append([]string{"grant_type", "client_credentials"}, parameters...)...)
}

// access returns a token of a client.
func (b *bench) access(id, secret string) string {
	b.Helper()
	a := b.get(id, secret)
	if a.Code != http.StatusOK {
		b.Fatalf("a token was refused: %d %s", a.Code, a.Body)
	}
	return a.text("access_token")
}

// me asks the application's own route with a token.
func (b *bench) me(access string) answer {
	b.Helper()
	r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, mePath, nil)
	r.RemoteAddr = peer
	r.Header.Set("Authorization", "Bearer "+access)
	return b.send(r)
}

// refused fails the test unless a is an error of RFC 6749 with this status and code, that
// nobody may keep.
func (b *bench) refused(what string, a answer, status int, code string) {
	b.Helper()
	if a.Code != status || a.error() != code {
		b.Errorf("%s: %d %s, want %d %s", what, a.Code, strings.TrimSpace(a.Body.String()), status, code)
	}
	if a.text("error_description") == "" || len(a.body) != 2 {
		b.Errorf("%s: the body is %s", what, a.Body)
	}
	h := a.Header()
	if h.Get("Cache-Control") != "no-store" || h.Get("Pragma") != "no-cache" || h.Get("Content-Type") != "application/json" {
		b.Errorf("%s: %v", what, h)
	}
	challenges := h.Values("Www-Authenticate")
	if wanted := code == "invalid_client"; wanted != (len(challenges) == 1 && strings.HasPrefix(challenges[0], "Basic realm=")) || !wanted && len(challenges) > 0 {
		b.Errorf("%s: WWW-Authenticate %q", what, challenges)
	}
	if limited := status == 429 || status == 503; limited != (h.Get("Retry-After") != "") {
		b.Errorf("%s: Retry-After %q", what, h.Get("Retry-After"))
	}
}

// saw fails the test unless exactly these events were recorded since the last call, each
// written as "type outcome reason actor>target".
func (b *bench) saw(want ...string) {
	b.Helper()
	var got []string
	for _, e := range b.audit.Events() {
		got = append(got, fmt.Sprintf("%s %s %s %s>%s", e.Type, e.Outcome, e.Reason, e.Actor, e.Target))
		if e.Strategy != "oauth" || e.Time.Sub(b.clock.now()).Abs() > time.Microsecond {
			b.Errorf("%s: strategy %q at %v", got[len(got)-1], e.Strategy, e.Time)
		}
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		b.Errorf("events\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	b.audit.Reset()
}

// user makes a user and signs them in.
func (b *bench) user(id string) grant.Pair {
	b.Helper()
	u, err := b.users.Create(b.Context(), account.Record[string, role]{User: user{ID: id, Email: id + "@app.example", Roles: []role{"member"}}})
	b.must(err)
	pair, err := b.grants.Issue(b.Context(), u, u.ID)
	b.must(err)
	return pair
}

// payload is what a token says.
func payload(t testing.TB, text string) (header, claims map[string]any) {
	t.Helper()
	parts := strings.Split(text, ".")
	for i, into := range []*map[string]any{&header, &claims} {
		if err := json.Unmarshal(must(base64.RawURLEncoding.DecodeString(parts[i]))(t), into); err != nil {
			t.Fatal(err)
		}
	}
	return header, claims
}

// jti is the id of a token.
func jti(t testing.TB, text string) string {
	t.Helper()
	_, claims := payload(t, text)
	return fmt.Sprint(claims["jti"])
}
