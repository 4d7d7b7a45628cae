package authn_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/authn"
)

// A flakySink can be told to fail, when it is asked and when it is written to.
type flakySink struct{ ping, write error }

func (s *flakySink) Ping(context.Context) error                 { return s.ping }
func (s *flakySink) Write(context.Context, []audit.Event) error { return s.write }

// SECURITY LOG-04.
func TestLOG04_WithoutATrailNothingIsDone(t *testing.T) {
	down := errors.New("disk full")
	for name, c := range map[string]struct {
		method     string
		ping       error
		write      error
		fails      bool
		status     int
		done       bool
		hasCookies bool
	}{
		"kept":                        {method: "POST", status: 201, done: true, hasCookies: true},
		"away":                        {method: "POST", ping: down, write: down, status: 503},
		"away, for who only reads":    {method: "GET", ping: down, status: 201, done: true, hasCookies: true},
		"lost on the way":             {method: "POST", write: down, status: 503, done: true},
		"lost, for a browser's GET":   {method: "GET", write: down, status: 503, done: true},
		"refused, which is no change": {method: "POST", write: down, fails: true, status: 403, done: true},
	} {
		t.Run(name, func(t *testing.T) {
			q := audit.NewQueue(audit.QueueConfig{}, &flakySink{ping: c.ping, write: c.write})
			defer func() { _ = q.Close(t.Context()) }()
			done := false
			h := (&authn.Frame{Audit: q, Trail: q}).Handler(func(w http.ResponseWriter, r *http.Request) error {
				done = true
				q.Record(r.Context(), audit.Event{Type: audit.Login})
				if c.fails {
					return authn.ErrUserRequired
				}
				http.SetCookie(w, &http.Cookie{Name: "session", Value: "x"})
				w.WriteHeader(http.StatusCreated)
				_, err := w.Write([]byte("done"))
				return err
			})
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest(c.method, "/", nil))
			if w.Code != c.status || done != c.done || (len(w.Result().Cookies()) > 0) != c.hasCookies || (w.Body.String() == "done") != c.hasCookies {
				t.Errorf("status %d, done %v, %v: %s", w.Code, done, w.Header(), w.Body)
			}
			if c.status == http.StatusServiceUnavailable && w.Header().Get("Retry-After") == "" {
				t.Error("a 503 without Retry-After")
			}
		})
	}
}
