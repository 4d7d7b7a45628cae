package authn_test

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/authgen-go/authgen/runtime/authn"
)

// A logBook keeps what a logger writes, one JSON object a record.
type logBook struct {
	mu   sync.Mutex
	text strings.Builder
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

func (b *logBook) records(t *testing.T) []map[string]any {
	t.Helper()
	var all []map[string]any
	d := json.NewDecoder(strings.NewReader(b.String()))
	for {
		var record map[string]any
		if err := d.Decode(&record); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, record)
	}
}

// count returns how many records have the message.
func (b *logBook) count(t *testing.T, msg string) int {
	t.Helper()
	n := 0
	for _, record := range b.records(t) {
		if record["msg"] == msg {
			n++
		}
	}
	return n
}

func newFrame() (*authn.Frame, *logBook) {
	book := &logBook{}
	return &authn.Frame{Logger: slog.New(slog.NewJSONHandler(book, &slog.HandlerOptions{Level: slog.LevelInfo}))}, book
}

type user struct{ name string }

// A strategy reads its credential from a header and counts the calls of its
// store, which answers with its fields.
type strategy struct {
	name, header string
	mu           sync.Mutex
	calls        int
	err          error
	panics       any
}

func (s *strategy) Name() string { return s.name }

func (s *strategy) Challenge(err error) string { return authn.FormatChallenge(s.name, "test", err) }

func (s *strategy) Presents(r *http.Request) bool { return r.Header.Get(s.header) != "" }

func (s *strategy) Authenticate(r *http.Request, answer http.Header) (*user, error) {
	credential := r.Header.Get(s.header)
	if credential == "" {
		return nil, authn.ErrNoCredential
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	if s.panics != nil {
		panic(s.panics)
	}
	if s.err != nil {
		return nil, s.err
	}
	if credential == "bad" {
		return nil, errBad
	}
	return &user{credential}, nil
}

func (s *strategy) set(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
}

var errBad = authn.NewProblem(authn.CodeInvalidSession, "The session is not valid.")

// errStore is what a store says when it is away. Its text must not be seen.
var errStore = errors.New("dial tcp 10.1.2.3:5432: postgres://app:hunter2@db refused")

func do(h http.Handler, method, target string, headers ...string) *http.Response {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	return serve(h, r)
}

func serve(h http.Handler, r *http.Request) *http.Response {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

type problem struct {
	Type, Title, Detail string
	Status              int
	RequestID           string `json:"request_id"`
}

// wantProblem checks that an answer is the problem of code, complete and with the
// security headers of WEB-09, and returns it.
func wantProblem(t *testing.T, res *http.Response, code authn.Code) problem {
	t.Helper()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	var p problem
	if err := json.Unmarshal(text, &p); err != nil {
		t.Fatalf("body %q: %v", text, err)
	}
	if res.StatusCode != code.Status() || p.Status != code.Status() {
		t.Errorf("status = %d, in the body %d, want %d", res.StatusCode, p.Status, code.Status())
	}
	if p.Type != "urn:authgen:"+string(code) || p.Title != code.Title() || p.Title == "" {
		t.Errorf("problem = %+v, want that of %s", p, code)
	}
	if got := res.Header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("Content-Type = %q", got)
	}
	wantSecure(t, res.Header, "no-store")
	if got := len(res.Header["Www-Authenticate"]); res.StatusCode == http.StatusUnauthorized && got == 0 {
		t.Error("a 401 without WWW-Authenticate")
	}
	if strings.Contains(string(text), "hunter2") {
		t.Errorf("the body says too much: %s", text)
	}
	return p
}

func wantSecure(t *testing.T, h http.Header, cacheControl string) {
	t.Helper()
	for name, want := range map[string]string{
		"Cache-Control":           cacheControl,
		"X-Content-Type-Options":  "nosniff",
		"Referrer-Policy":         "no-referrer",
		"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
	} {
		if got := h.Values(name); len(got) != 1 || got[0] != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
}
