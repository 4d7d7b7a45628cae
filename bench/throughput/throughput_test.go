package throughput

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// connections are how many there are, each with one request at a time.
const connections = 32

// BenchmarkHTTP asks a server who is asking, over and over. An operation is a request; the
// time of one is what a request takes of the machine's time, and the percentiles are what
// a client waits.
func BenchmarkHTTP(b *testing.B) {
	authgen := buildAuthgen(b)
	for _, s := range stores() {
		b.Run(s.name, func(b *testing.B) {
			url := s.serve(b, authgen)
			credentials := signUp(b, url)
			b.Run("no guard", func(b *testing.B) { measure(b, url, "/healthz", nil) })
			for _, c := range credentials {
				b.Run(c.strategy, func(b *testing.B) { measure(b, url, "/api/me", c.header) })
			}
		})
	}
}

// measure sends b.N requests, and reports what their clients see.
func measure(b *testing.B, url, path string, header http.Header) {
	b.Helper()
	clients := make([]*client, connections)
	for i := range clients {
		clients[i] = dial(b, url, path, header)
		if status, err := clients[i].ask(); err != nil || status != http.StatusOK {
			b.Fatalf("status %d, %v", status, err)
		}
	}
	var sent, failed atomic.Int64
	took := make([][]time.Duration, connections)
	var asked sync.WaitGroup
	b.ResetTimer()
	for i, c := range clients {
		asked.Go(func() {
			for sent.Add(1) <= int64(b.N) {
				begun := time.Now()
				status, err := c.ask()
				took[i] = append(took[i], time.Since(begun))
				if err != nil || status != http.StatusOK {
					failed.Add(1)
				}
				if err != nil {
					return
				}
			}
		})
	}
	asked.Wait()
	b.StopTimer()

	all := slices.Concat(took...)
	slices.Sort(all)
	at := func(percent int) float64 { return float64(all[min(len(all)-1, len(all)*percent/100)].Microseconds()) }
	b.ReportMetric(float64(len(all))/b.Elapsed().Seconds(), "req/s")
	b.ReportMetric(at(50), "p50-µs")
	b.ReportMetric(at(99), "p99-µs")
	b.ReportMetric(at(100), "max-µs")
	b.ReportMetric(float64(failed.Load()), "errors")
}

// A credential is what a request shows.
type credential struct {
	strategy string
	header   http.Header
}

// signUp makes a user, and returns what they are signed in with.
func signUp(b *testing.B, url string) []credential {
	b.Helper()
	who := map[string]string{"email": "ann@example.com", "password": "seven green boats at noon"}
	post(b, url+"/auth/register", who, nil, nil)
	session := post(b, url+"/auth/session", who, nil, nil).Cookies()
	if len(session) != 1 {
		b.Fatalf("%d cookies", len(session))
	}
	cookie := http.Header{"Cookie": {session[0].String()}}
	cookie.Set("Cookie", session[0].Name+"="+session[0].Value)
	var tokens struct {
		Access string `json:"access_token"`
	}
	post(b, url+"/auth/token", who, nil, &tokens)
	var made struct {
		Key string `json:"key"`
	}
	post(b, url+"/auth/api-keys", map[string]any{"name": "all", "scopes": []string{}}, cookie, &made)
	return []credential{
		{"session", cookie},
		{"jwt", http.Header{"Authorization": {"Bearer " + tokens.Access}}},
		{"api_key", http.Header{"X-Api-Key": {made.Key}}},
	}
}

// post sends JSON, and reads it unless into is nil.
func post(b *testing.B, url string, body any, header http.Header, into any) *http.Response {
	b.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		b.Fatal(err)
	}
	r, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(text))
	if err != nil {
		b.Fatal(err)
	}
	r.Header = header.Clone()
	if r.Header == nil {
		r.Header = http.Header{}
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode >= http.StatusBadRequest {
		b.Fatalf("%s: status %d", url, answer.StatusCode)
	}
	if into != nil {
		if err := json.NewDecoder(answer.Body).Decode(into); err != nil {
			b.Fatal(err)
		}
	}
	return answer
}
