package authn_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/audit/audittest"
	"github.com/authgen-go/authgen/runtime/authn"
)

// A login is a success on record if its request came to something, and once.
// SECURITY LOG-01.
func TestLOG01_WhatIsForetoldComesToWhatItsRequestDoes(t *testing.T) {
	login := audit.Event{Type: audit.Login, Outcome: audit.Success, Actor: "7"}
	for name, c := range map[string]struct {
		end     func(w http.ResponseWriter) error
		outcome audit.Outcome
		reason  string
	}{
		"answered": {func(w http.ResponseWriter) error { w.WriteHeader(http.StatusNoContent); return nil }, audit.Success, ""},
		"outage":   {func(http.ResponseWriter) error { return errors.New("connection refused") }, audit.Failed, "store-unavailable"},
		"refused":  {func(http.ResponseWriter) error { return authn.ErrStrategyRetired }, audit.Denied, "strategy-retired"},
		"bug":      {func(http.ResponseWriter) error { return authn.ErrInternal }, audit.Failed, "internal"},
		"panic":    {func(http.ResponseWriter) error { panic("boom") }, audit.Failed, "store-unavailable"},
	} {
		var events audittest.Recorder
		frame, _ := newFrame()
		frame.Audit = &events
		h := frame.Handler(func(w http.ResponseWriter, r *http.Request) error {
			audit.Foretell(r.Context(), &events, login)
			if n := len(events.Events()); n != 0 {
				t.Errorf("%s: recorded at once", name)
			}
			return c.end(w)
		})
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/", nil))
		if got := events.Events(); len(got) != 1 || got[0].Outcome != c.outcome || got[0].Reason != c.reason || !got[0].Request.Addr.IsValid() {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
