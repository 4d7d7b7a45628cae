package session_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/audit/audittest"
)

// A login is told to the storage with its session, and an end with its event. A session
// that ends since its login could not end the one before is on record as that.
// SECURITY LOG-04.
func TestLOG04_TheStorageIsToldOfChanges(t *testing.T) {
	b := newBench(t)
	var told []string
	listen := func(fails string) {
		told = nil
		b.store.hook(func(ctx context.Context, method string) error {
			told = append(told, fmt.Sprint(method, audittest.Told(ctx)))
			if method == fails && len(audittest.Told(ctx)) == 0 {
				return errDown
			}
			return nil
		})
	}
	heard := func(what string, want ...string) {
		t.Helper()
		if !slices.Equal(told, want) {
			t.Errorf("%s: told %q, want %q", what, told, want)
		}
	}
	login := func(r *http.Request) (row, error) {
		ctx, _ := audit.WithHold(r.Context())
		audit.Foretell(ctx, b.audit, audit.Event{Type: audit.Login, Outcome: audit.Success, Actor: "1001", Target: "1001"})
		return b.Start(recorder(), r.WithContext(ctx), b.ada, b.ada.ID)
	}

	listen("")
	s, err := login(b.request(http.MethodPost))
	b.must(err)
	heard("a login", "Create[login]")
	if e := b.audit.Events(); len(e) != 1 || e[0].Type != audit.Login {
		t.Errorf("%+v", e)
	}

	_, token, err := b.Create(t.Context(), b.ada.ID, 1)
	b.must(err)
	listen("Delete")
	_, err = login(b.request(http.MethodPost, token))
	b.is("a login that cannot end the session before", err, errDown)
	heard("a login that cannot end the session before", "Create[login]", "Delete[]", "Delete[session.ended]")
	if e := b.audit.Of(audit.SessionEnded); len(e) != 1 || e[0].Reason != "undone" || e[0].Outcome != audit.Success {
		t.Errorf("%+v", e)
	}

	listen("")
	b.must(b.EndByID(t.Context(), b.ada.ID, s.ID))
	b.must(b.EndOthers(t.Context(), b.ada.ID, ""))
	b.must(b.EndAll(t.Context(), b.ada.ID))
	heard("ends", "DeleteByID[session.ended]", "DeleteByUser[sessions.ended]", "DeleteByUser[sessions.ended]")
}
