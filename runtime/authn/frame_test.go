package authn_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/authn"
)

// SECURITY ERR-04.
func TestERR04_PanicIs500AndTheProcessLives(t *testing.T) {
	type secretive struct{ password string }
	for name, value := range map[string]any{
		"string": "boom", "error": errors.New("boom"), "struct": secretive{"hunter2"}, "runtime error": nil,
	} {
		t.Run(name, func(t *testing.T) {
			f, book := newFrame()
			h := f.Handler(func(w http.ResponseWriter, r *http.Request) error {
				w.Header().Set("Set-Cookie", "session=fresh")
				w.Header().Set("Content-Length", "1")
				w.Header().Set("Location", "/elsewhere")
				if value == nil {
					var none *user
					_ = none.name
				}
				panic(value)
			})
			res := do(h, "GET", "/")
			p := wantProblem(t, res, authn.CodeInternal)
			if p.RequestID == "" || res.Header.Get("X-Request-Id") != p.RequestID {
				t.Errorf("request id %q, in the header %q", p.RequestID, res.Header.Get("X-Request-Id"))
			}
			for _, name := range []string{"Set-Cookie", "Location", "Content-Length"} {
				if got := res.Header.Get(name); got != "" {
					t.Errorf("%s = %q", name, got)
				}
			}
			records := book.records(t)
			if len(records) != 1 || records[0]["request_id"] != p.RequestID {
				t.Fatalf("log: %s", book)
			}
			if stack, _ := records[0]["stack"].(string); !strings.Contains(stack, "TestERR04") {
				t.Errorf("stack = %q", stack)
			}
			if strings.Contains(book.String(), "hunter2") {
				t.Errorf("the log says too much: %s", book)
			}
		})
	}
}

// SECURITY ERR-04.
func TestERR04_PanicAfterTheAnswerBeganCutsTheConnection(t *testing.T) {
	begin := map[string]func(http.ResponseWriter) error{
		"write": func(w http.ResponseWriter) error { _, err := io.WriteString(w, "half"); return err },
		"head":  func(w http.ResponseWriter) error { w.WriteHeader(http.StatusOK); return nil },
		"flush": func(w http.ResponseWriter) error { return http.NewResponseController(w).Flush() },
	}
	for name, begin := range begin {
		for end, finish := range map[string]func() error{
			"panic": func() error { panic("boom") },
			"error": func() error { return errStore },
		} {
			t.Run(name+" then "+end, func(t *testing.T) {
				f, book := newFrame()
				server := httptest.NewServer(f.Handler(func(w http.ResponseWriter, r *http.Request) error {
					w.Header().Set("Content-Length", "10")
					if err := begin(w); err != nil {
						return err
					}
					return finish()
				}))
				defer server.Close()
				res, err := http.Get(server.URL)
				if err == nil {
					defer res.Body.Close()
					_, err = io.ReadAll(res.Body)
				}
				if err == nil {
					t.Error("half an answer was taken for a whole one")
				}
				server.Close()
				if book.count(t, "answer broken off") != 1 {
					t.Errorf("log: %s", book)
				}
			})
		}
	}
}

// SECURITY ERR-04.
func TestERR04_AbortIsPassedThrough(t *testing.T) {
	f, book := newFrame()
	guard := authn.NewGuard[*user](f, &strategy{name: "S", header: "S", panics: http.ErrAbortHandler})
	for name, h := range map[string]http.Handler{
		"handler": f.Handler(func(http.ResponseWriter, *http.Request) error { panic(http.ErrAbortHandler) }),
		"guard":   guard.Require(nil)(http.NotFoundHandler()),
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if v := recover(); v != http.ErrAbortHandler {
					t.Errorf("recovered %v", v)
				}
			}()
			do(h, "GET", "/", "S", "good")
		})
	}
	if book.String() != "" {
		t.Errorf("log: %s", book)
	}
}

func TestInformationalAnswersDoNotBeginTheAnswer(t *testing.T) {
	f, _ := newFrame()
	server := httptest.NewServer(f.Handler(func(w http.ResponseWriter, r *http.Request) error {
		w.WriteHeader(http.StatusEarlyHints)
		return authn.ErrNotFound
	}))
	defer server.Close()
	res, err := http.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	wantProblem(t, res, authn.CodeNotFound)
}

// SECURITY WEB-09.
func TestWEB09_EndpointsCarrySecurityHeaders(t *testing.T) {
	f, _ := newFrame()
	f.HTTPS = true
	res := do(f.Handler(func(w http.ResponseWriter, r *http.Request) error {
		authn.WriteJSON(w, http.StatusCreated, struct {
			ID string `json:"id"`
		}{"7"})
		return nil
	}), "GET", "/")
	wantSecure(t, res.Header, "no-store")
	if res.Header.Get("Strict-Transport-Security") == "" {
		t.Error("no HSTS")
	}
	body, _ := io.ReadAll(res.Body)
	if res.StatusCode != http.StatusCreated || string(body) != "{\"id\":\"7\"}\n" || res.Header.Get("Content-Type") != "application/json" {
		t.Errorf("%d %q %q", res.StatusCode, res.Header.Get("Content-Type"), body)
	}
	res = do(f.Handler(func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Cache-Control", "public, max-age=600")
		return nil
	}), "GET", "/")
	wantSecure(t, res.Header, "public, max-age=600")
}

func TestRequestID(t *testing.T) {
	const good = "edge-1_Az09"
	tests := []struct {
		name, peer string
		ids        []string
		kept       bool
	}{
		{"from a listed proxy", "10.0.0.1:1", []string{good}, true},
		{"from anybody else", "203.0.113.1:1", []string{good}, false},
		{"none", "10.0.0.1:1", nil, false},
		{"two", "10.0.0.1:1", []string{good, good}, false},
		{"short", "10.0.0.1:1", []string{"1234567"}, false},
		{"shortest", "10.0.0.1:1", []string{"12345678"}, true},
		{"longest", "10.0.0.1:1", []string{strings.Repeat("a", 64)}, true},
		{"long", "10.0.0.1:1", []string{strings.Repeat("a", 65)}, false},
		{"LOG-03 line feed", "10.0.0.1:1", []string{"12345678\nevil"}, false},
		{"other characters", "10.0.0.1:1", []string{"12345678 é"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, _ := newFrame()
			f.Proxies = mustProxies(t, "10.0.0.0/8")
			var seen string
			for _, result := range []error{nil, authn.ErrNotFound, authn.ErrInternal} {
				r := httptest.NewRequest("GET", "/", nil)
				r.RemoteAddr = tt.peer
				r.Header["X-Request-Id"] = tt.ids
				res := serve(f.Handler(func(w http.ResponseWriter, r *http.Request) error {
					seen = audit.RequestFrom(r.Context()).ID
					return result
				}), r)
				if kept := len(tt.ids) > 0 && seen == tt.ids[0]; kept != tt.kept || len(seen) < 8 {
					t.Fatalf("%v: id %q", result, seen)
				}
				want := ""
				if tt.kept || result == authn.ErrInternal {
					want = seen
				}
				if got := res.Header.Get("X-Request-Id"); got != want {
					t.Errorf("%v: X-Request-Id = %q, want %q", result, got, want)
				}
			}
		})
	}
}

// SECURITY PWD-06.
func TestPWD06_RefusalsWithOneReasonAreIdentical(t *testing.T) {
	f, _ := newFrame()
	h := f.Handler(func(http.ResponseWriter, *http.Request) error {
		return authn.NewProblem(authn.CodeInvalidCredentials, "E-mail address or password is wrong.")
	})
	dump := func() string {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("POST", "/", nil))
		var b strings.Builder
		if err := w.Result().Write(&b); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	if a, b := dump(), dump(); a != b {
		t.Errorf("two refusals differ:\n%s\n%s", a, b)
	}
}

// SECURITY F-01.
func TestF01_EndpointOutageIsLoggedPerTransition(t *testing.T) {
	f, book := newFrame()
	var err error = errStore
	h := f.Handler(func(http.ResponseWriter, *http.Request) error { return err })
	other := f.Handler(func(http.ResponseWriter, *http.Request) error { return nil })
	for range 3 {
		do(h, "GET", "/")
		do(other, "GET", "/") // needs no store, so its success means nothing
	}
	err = authn.ErrNotFound // known, but perhaps without asking the store
	do(h, "GET", "/")
	err = nil
	do(h, "GET", "/")
	do(h, "GET", "/")
	if book.count(t, "store unavailable") != 1 || book.count(t, "store available again") != 1 || len(book.records(t)) != 2 {
		t.Errorf("log: %s", book)
	}
	err = errStore
	do(h, "GET", "/")
	if book.count(t, "store unavailable") != 2 {
		t.Errorf("the second outage is missing: %s", book)
	}
}
