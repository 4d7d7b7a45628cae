package page_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/page"
)

var now = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

type emailKey struct{}

// shipped are the templates that an application begins with.
func shipped(t testing.TB) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	dir := os.DirFS("../../templates/pages")
	for _, name := range []string{"layout.html", "login.html", "register.html", "confirm.html", "password.html", "devices.html", "error.html", "style.css"} {
		file, err := dir.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(file)
		if err != nil {
			t.Fatal(err)
		}
		_ = file.Close()
		files[name] = &fstest.MapFile{Data: content}
	}
	return files
}

func config(t testing.TB) page.Config {
	return page.Config{
		Templates: shipped(t), BaseURL: &url.URL{Scheme: "https", Host: "app.example"}, Prefix: "/auth", Register: true, MinPassword: 15, Remember: 30 * 24 * time.Hour,
		Email: func(ctx context.Context) string {
			email, _ := ctx.Value(emailKey{}).(string)
			return email
		},
		Now: func() time.Time { return now },
	}
}

func newPages(t testing.TB, change ...func(*page.Config)) *page.Pages {
	t.Helper()
	cfg := config(t)
	for _, f := range change {
		f(&cfg)
	}
	p, err := page.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// endpoint answers 200 with a body and a cookie, or refuses with err.
func endpoint(err error) http.Handler {
	frame := &authn.Frame{Logger: slog.New(slog.DiscardHandler)}
	return frame.Handler(func(w http.ResponseWriter, _ *http.Request) error {
		if err != nil {
			return err
		}
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "new"})
		authn.WriteJSON(w, http.StatusOK, "the body")
		return nil
	})
}

// sent is a form with these fields.
func sent(path string, fields ...string) *http.Request {
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

func serve(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// shows fails the test unless an answer is a page of that status with these parts.
func shows(t *testing.T, w *httptest.ResponseRecorder, status int, parts ...string) {
	t.Helper()
	if w.Code != status || w.Header().Get("Content-Type") != "text/html; charset=utf-8" {
		t.Fatalf("status %d, want %d: %v: %s", w.Code, status, w.Header(), w.Body)
	}
	for _, part := range parts {
		if !strings.Contains(w.Body.String(), part) {
			t.Errorf("the page is without %s: %s", part, w.Body)
		}
	}
}

// leads fails the test unless an answer leads to the address and says nothing else.
func leads(t *testing.T, w *httptest.ResponseRecorder, to string) {
	t.Helper()
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != to || w.Body.Len() > 0 || w.Header().Get("Content-Type") != "" {
		t.Errorf("status %d to %q, want 303 to %q: %v: %s", w.Code, w.Header().Get("Location"), to, w.Header(), w.Body)
	}
}
