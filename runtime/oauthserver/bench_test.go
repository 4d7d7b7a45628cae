package oauthserver_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/oauthserver"
	"github.com/authgen-go/authgen/runtime/ratelimit"
	"github.com/authgen-go/authgen/runtime/token"
)

// BenchmarkToken is one request for a token, from a client with a secret, over a storage
// in memory, and how many times as long it takes as signing the token does.
func BenchmarkToken(b *testing.B) {
	with := benchmarked(b)
	c, secret := with.client(reads)
	sign := signing(b, with, c) / 2
	body := url.Values{"grant_type": {"client_credentials"}, "scope": {reads}}.Encode()
	r := with.raw(tokenPath, body)
	r.SetBasicAuth(c.ID, secret)
	frame := &authn.Frame{Logger: slog.New(slog.DiscardHandler), Audit: audit.Discard()}
	h := oauthserver.Around(frame.Handler(with.server.Token))
	w := &silent{header: http.Header{}}
	b.ReportAllocs()
	for b.Loop() {
		r.Body = io.NopCloser(strings.NewReader(body))
		clear(w.header)
		w.status = 0
		h.ServeHTTP(w, r)
		if w.status != http.StatusOK {
			b.Fatalf("status %d", w.status)
		}
	}
	elapsed := b.Elapsed()
	sign += signing(b, with, c) / 2 // before and after, as the machine may be busy
	b.ReportMetric(float64(elapsed)/float64(b.N)/float64(sign), "x-signing")
}

// BenchmarkSigning is what of BenchmarkToken cannot be saved.
func BenchmarkSigning(b *testing.B) {
	with := benchmarked(b)
	c, _ := with.client(reads)
	issue := issuing(b, with, c)
	b.ReportAllocs()
	for b.Loop() {
		issue()
	}
}

// BenchmarkCheck is what a guard asks about the token of a machine.
func BenchmarkCheck(b *testing.B) {
	for name, staleness := range map[string]time.Duration{"asked": 0, "kept": time.Minute} {
		b.Run(name, func(b *testing.B) {
			with := benchmarked(b, func(s *settings) { s.clients.MaxStaleness = staleness })
			c, _ := with.client(reads)
			claims := machine(c, "t", reads)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := with.Check(b.Context(), claims); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// benchmarked is a bench without what only tests need.
func benchmarked(b *testing.B, change ...func(*settings)) *bench {
	b.Helper()
	return newBench(b, append(change, func(s *settings) {
		s.clients.Audit = audit.Discard()
		s.rate = ratelimit.Rate{Count: 1 << 30, Per: time.Minute}
		if bare, ok := s.clients.Store.(*store); ok {
			s.clients.Store = bare.Storage
		}
	})...)
}

func issuing(b *testing.B, with *bench, c oauthserver.Client) func() {
	b.Helper()
	issuer := must(token.NewIssuer(token.IssuerConfig[token.Claims]{
		Schema: token.Basic(), Keys: with.ring, Issuer: issuer, Audience: []string{audience}, TTL: time.Hour, Now: with.clock.now,
	}))(b)
	claims := token.Claims{Subject: c.ID, ClientID: c.ID, Scopes: c.Scopes}
	return func() {
		if _, _, err := issuer.Issue(claims); err != nil {
			b.Fatal(err)
		}
	}
}

// signing is how long it takes to sign a token.
func signing(b *testing.B, with *bench, c oauthserver.Client) time.Duration {
	b.Helper()
	issue := issuing(b, with, c)
	const n = 2000
	for range n / 10 {
		issue()
	}
	begin := time.Now()
	for range n {
		issue()
	}
	return time.Since(begin) / n
}

// A silent answer is written to again and again.
type silent struct {
	header http.Header
	status int
}

func (a *silent) Header() http.Header         { return a.header }
func (a *silent) Write(p []byte) (int, error) { return len(p), nil }
func (a *silent) WriteHeader(status int)      { a.status = status }
