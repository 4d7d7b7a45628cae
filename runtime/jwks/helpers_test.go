package jwks_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/audit/audittest"
	"github.com/authgen-go/authgen/runtime/jwks"
	"github.com/authgen-go/authgen/runtime/token"
)

var start = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

// A clock moves when it is told to.
type clock struct{ nanos atomic.Int64 }

func (c *clock) now() time.Time          { return time.Unix(0, c.nanos.Load()) }
func (c *clock) advance(d time.Duration) { c.nanos.Add(int64(d)) }

// An issuer is a server that answers as it is told, and keeps what it was asked.
type issuer struct {
	*httptest.Server
	mu     sync.Mutex
	answer http.HandlerFunc
	asked  []*http.Request
}

func newIssuer(t testing.TB) *issuer {
	t.Helper()
	i := new(issuer)
	i.Server = httptest.NewUnstartedServer(i)
	i.Config.ErrorLog = log.New(io.Discard, "", 0) // handshakes that are meant to fail
	i.StartTLS()
	t.Cleanup(i.Close)
	return i
}

func (i *issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	i.asked = append(i.asked, r)
	answer := i.answer
	i.mu.Unlock()
	answer(w, r)
}

func (i *issuer) answers(h http.HandlerFunc) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.answer = h
}

// says makes every answer be text, with the headers given as pairs.
func (i *issuer) says(text string, header ...string) {
	i.answers(func(w http.ResponseWriter, _ *http.Request) {
		for h := range slices.Chunk(header, 2) {
			w.Header().Set(h[0], h[1])
		}
		_, _ = io.WriteString(w, text)
	})
}

// publishes makes the issuer publish keys.
func (i *issuer) publishes(t testing.TB, keys ...*token.Key) {
	t.Helper()
	i.says(setOf(t, keys...))
}

func (i *issuer) down() {
	i.answers(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
}

func (i *issuer) requests() []*http.Request {
	i.mu.Lock()
	defer i.mu.Unlock()
	return slices.Clone(i.asked)
}

func (i *issuer) roots() *tls.Config {
	pool := x509.NewCertPool()
	pool.AddCert(i.Certificate())
	return &tls.Config{RootCAs: pool}
}

// A bench is a Remote with an issuer, under one clock. It fetches when it is told to.
type bench struct {
	testing.TB
	*jwks.Remote
	issuer *issuer
	clock  *clock
	events *audittest.Recorder
	log    *bytes.Buffer
}

func newBench(t testing.TB, change ...func(*jwks.Config)) *bench {
	t.Helper()
	b := &bench{TB: t, issuer: newIssuer(t), clock: new(clock), events: new(audittest.Recorder), log: new(bytes.Buffer)}
	b.clock.advance(time.Duration(start.UnixNano()))
	cfg := jwks.Config{
		URL: b.issuer.URL + "/jwks.json?key=canary-query", TLS: b.issuer.roots(), Audit: b.events,
		Logger: slog.New(slog.NewTextHandler(b.log, nil)), Now: b.clock.now,
	}
	for _, f := range change {
		f(&cfg)
	}
	b.Remote = must(jwks.Build(cfg))(t)
	t.Cleanup(func() {
		b.Close()
		if strings.Contains(b.log.String(), "canary") || strings.Contains(fmt.Sprint(b.events.Events()), "canary") {
			t.Errorf("a secret was logged: %s %v", b.log, b.events.Events())
		}
	})
	return b
}

// fetches fails the test unless a fetch is good now.
func (b *bench) fetches() {
	b.Helper()
	if err := b.Refresh(context.Background()); err != nil {
		b.Fatal(err)
	}
}

// fails fails the test unless a fetch fails now, with want in its error.
func (b *bench) fails(what, want string) {
	b.Helper()
	err := b.Refresh(context.Background())
	if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "canary") {
		b.Errorf("%s: %v, want %q", what, err, want)
	}
}

// has fails the test unless the key is in force.
func (b *bench) has(what, id string) *token.Key {
	b.Helper()
	k, err := b.VerifyKey(context.Background(), id)
	if err != nil || k == nil || k.ID() != id {
		b.Errorf("%s: %v", what, err)
	}
	return k
}

// lacks fails the test unless the key is known to be none.
func (b *bench) lacks(what, id string) {
	b.Helper()
	if k, err := b.VerifyKey(context.Background(), id); !errors.Is(err, token.ErrUnknownKey) || k != nil {
		b.Errorf("%s: %v, want an unknown key", what, err)
	}
}

// cannotKnow fails the test unless nobody knows.
func (b *bench) cannotKnow(what, id string) {
	b.Helper()
	k, err := b.VerifyKey(context.Background(), id)
	if err == nil || errors.Is(err, token.ErrUnknownKey) || k != nil || strings.Contains(err.Error(), "canary") {
		b.Errorf("%s: %v, want that it cannot be known", what, err)
	}
}

// asked fails the test unless the issuer was asked so often.
func (b *bench) asked(what string, want int) {
	b.Helper()
	if n := len(b.issuer.requests()); n != want {
		b.Errorf("%s: the issuer was asked %d times, want %d", what, n, want)
	}
}

// saw fails the test unless these were the events since the last call, each with one
// line of the log.
func (b *bench) saw(what string, want ...string) {
	b.Helper()
	var got []string
	for _, e := range b.events.Events() {
		got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s %s", e.Type, e.Outcome, e.Reason)))
		if e.Target != b.issuer.URL+"/jwks.json" || e.Strategy != "jwt" || e.Time.Location() != time.UTC {
			b.Errorf("%s: event %+v", what, e)
		}
	}
	if !slices.Equal(got, want) {
		b.Errorf("%s: events %q, want %q", what, got, want)
	}
	if n := strings.Count(b.log.String(), "\n"); n != len(want) {
		b.Errorf("%s: %d lines in the log, want %d:\n%s", what, n, len(want), b.log)
	}
	b.events.Reset()
	b.log.Reset()
}

const (
	began = "jwks.unavailable failed "
	ended = "jwks.available success"
)

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

func newKey(t testing.TB) *token.Key {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return must(token.NewSigner(private))(t)
}

// oneOfEach are keys of all public algorithms, made once.
var oneOfEach = sync.OnceValue(func() []*token.Key {
	r, err := rsa.GenerateKey(rand.Reader, 2048)
	e, err2 := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	_, d, err3 := ed25519.GenerateKey(rand.Reader)
	if err := errors.Join(err, err2, err3); err != nil {
		panic(err)
	}
	var keys []*token.Key
	for _, s := range []crypto.Signer{r, e, d} {
		k, err := token.NewSigner(s)
		if err != nil {
			panic(err)
		}
		keys = append(keys, k)
	}
	return keys
})

func setOf(t testing.TB, keys ...*token.Key) string {
	t.Helper()
	return string(must(token.NewKeySet(nil, keys...))(t).JWKS())
}

// named returns the JWK of k with another kid.
func named(t testing.TB, k *token.Key, id string) string {
	t.Helper()
	return strings.Replace(string(must(k.JWK())(t)), k.ID(), id, 1)
}

// A roundTripper is a network of one function.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// response is a good answer.
func response(text string, header ...string) *http.Response {
	h := http.Header{}
	for pair := range slices.Chunk(header, 2) {
		h.Set(pair[0], pair[1])
	}
	return &http.Response{StatusCode: http.StatusOK, Header: h, ContentLength: -1, Body: io.NopCloser(strings.NewReader(text))}
}
