package session_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/account"
	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/session"
)

// SECURITY SES-06.
func TestSES06_LogoutEndsTheSession(t *testing.T) {
	b := newBench(t)
	s, token := b.login(b.ada)
	_, other := b.login(b.ada)
	b.audit.Reset()

	crossSite := b.request(http.MethodPost, token)
	crossSite.Header.Set("Origin", "https://evil.example")
	w := recorder()
	b.is("from another site", b.End(w, crossSite), authn.ErrCrossSite)
	if len(w.Result().Cookies()) != 0 {
		t.Error("another site cleared the cookie")
	}
	b.must(b.check(token))

	b.store.down()
	w = recorder()
	b.is("storage away", b.End(w, b.request(http.MethodPost, token)), errDown)
	b.store.down("Delete")
	b.is("storage cannot write", b.End(w, b.request(http.MethodPost, token)), errDown)
	if len(w.Result().Header) != 0 {
		t.Errorf("not ended, but answered %v", w.Result().Header)
	}
	b.store.up()
	b.must(b.check(token))
	b.saw("session.ended failed store-unavailable >",
		"session.ended failed store-unavailable 1001>"+s.ID)

	b.clock.advance(time.Second)
	b.must(b.check(token)) // leaves a touch
	w = recorder()
	b.must(b.End(w, b.request(http.MethodPost, token)))
	if got := w.Result().Header.Get("Clear-Site-Data"); got != `"cache"` {
		t.Errorf("the browser is told to forget %q of what it has kept", got)
	}
	if touches := b.flushed(); len(touches) != 0 {
		t.Errorf("wrote %v for a session that has ended", touches)
	}
	b.is("replay", b.check(token), session.ErrInvalidSession)
	b.must(b.End(recorder(), b.request(http.MethodPost, token))) // again
	b.must(b.End(recorder(), b.request(http.MethodPost, "garbage")))
	b.must(b.End(recorder(), b.request(http.MethodPost)))
	b.saw("session.ended success  1001>" + s.ID)
	b.must(b.check(other))
}

// A logout is carried through although the client has gone away.
// SECURITY SES-06.
func TestSES06_LogoutOutlivesTheRequest(t *testing.T) {
	b := newBench(t)
	s, token := b.login(b.ada)
	b.store.hook(func(ctx context.Context, _ string) error { return ctx.Err() })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	b.must(b.EndOthers(ctx, b.ada.ID, s.ID))
	b.must(b.End(recorder(), b.request(http.MethodPost, token).WithContext(ctx)))
	b.is("the session", b.check(token), session.ErrInvalidSession)
	b.must(b.EndAll(ctx, b.ada.ID))
}

// SECURITY SES-07.
func TestSES07_DisablingAndDeletingEndSessionsAtOnce(t *testing.T) {
	b := newBench(t)
	ctx := t.Context()
	for name, c := range map[string]struct {
		act  func(user) error
		undo func(user) error
	}{
		"disabled":           {func(u user) error { return b.users.SetDisabled(ctx, u.ID, true) }, func(u user) error { return b.users.SetDisabled(ctx, u.ID, false) }},
		"deleted":            {func(u user) error { return b.users.Delete(ctx, u.ID) }, nil},
		"signed out":         {func(u user) error { return b.users.SignOutEverywhere(ctx, u.ID) }, nil},
		"password changed":   {func(u user) error { _, err := b.users.ChangePassword(ctx, u.ID, "", "new"); return err }, nil},
		"sessions removed":   {func(u user) error { return b.EndAll(ctx, u.ID) }, nil},
		"sessions rows lost": {func(u user) error { _, err := b.store.storage.DeleteByUser(ctx, u.ID, ""); return err }, nil},
	} {
		u := b.user(strings.ReplaceAll(name, " ", "-") + "@example.com")
		_, token := b.login(u)
		b.must(b.check(token))
		b.must(c.act(u))
		b.is(name, b.check(token), session.ErrInvalidSession)
		if c.undo != nil {
			b.must(c.undo(u))
			b.is(name+" and enabled again", b.check(token), session.ErrInvalidSession)
		}
	}
	_, token := b.login(b.ada)
	b.must(b.check(token)) // nobody else's matter
}

// AUT-03 for sessions: a role that was taken away is gone at the next request.
func TestAUT03_RolesHoldAtOnce(t *testing.T) {
	b := newBench(t)
	_, token := b.login(b.ada)
	for _, roles := range [][]role{{"admin", "member"}, {"member"}, {}} {
		b.must(b.users.SetRoles(t.Context(), b.ada.ID, roles))
		_, u, err := b.Authenticate(b.request(http.MethodGet, token))
		if err != nil || fmt.Sprint(u.Roles) != fmt.Sprint(roles) {
			t.Errorf("roles %q, %v; want %q", u.Roles, err, roles)
		}
	}
}

// SECURITY SES-08.
func TestSES08_EndOthersKeepsOne(t *testing.T) {
	b := newBench(t)
	bob := b.user("bob@example.com")
	kept, token := b.login(b.ada)
	_, second := b.login(b.ada)
	_, third := b.login(b.ada)
	_, foreign := b.login(bob)
	b.audit.Reset()
	b.must(b.EndOthers(t.Context(), b.ada.ID, kept.ID))
	b.must(b.check(token))
	b.is("second", b.check(second), session.ErrInvalidSession)
	b.is("third", b.check(third), session.ErrInvalidSession)
	b.must(b.EndAll(t.Context(), b.ada.ID))
	b.is("kept", b.check(token), session.ErrInvalidSession)
	b.must(b.check(foreign))
	b.store.down()
	b.is("down", b.EndAll(t.Context(), b.ada.ID), errDown)
	b.saw("sessions.ended success others 1001>1001", "sessions.ended success all 1001>1001",
		"sessions.ended failed store-unavailable 1001>1001")
}

// SECURITY SES-09.
func TestSES09_UsersSeeAndEndTheirOwnOnly(t *testing.T) {
	b := newBench(t)
	bob := b.user("bob@example.com")
	mine, token := b.login(b.ada)
	theirs, foreign := b.login(bob)
	b.audit.Reset()
	ctx := t.Context()

	list, err := b.List(ctx, b.ada.ID, b.ada.Version)
	if err != nil || len(list) != 1 || list[0].ID != mine.ID {
		t.Errorf("listed %+v, %v", list, err)
	}
	b.store.forget()
	b.is("a foreign one", b.EndByID(ctx, b.ada.ID, theirs.ID), session.ErrNoSuchSession)
	b.is("one by its token", b.EndByID(ctx, b.ada.ID, token), session.ErrNoSuchSession)
	b.is("injection", b.EndByID(ctx, b.ada.ID, "' OR 1=1--"), session.ErrNoSuchSession)
	b.is("lower case", b.EndByID(ctx, b.ada.ID, strings.ToLower(mine.ID)), session.ErrNoSuchSession)
	b.is("none", b.EndByID(ctx, b.ada.ID, ""), session.ErrNoSuchSession)
	if calls := b.store.calls(); len(calls) != 1 {
		t.Errorf("asked %q, want one question", calls)
	}
	b.must(b.check(foreign))
	b.must(b.check(token))
	b.must(b.EndByID(ctx, b.ada.ID, mine.ID))
	b.is("ended", b.check(token), session.ErrInvalidSession)
	b.is("again", b.EndByID(ctx, b.ada.ID, mine.ID), session.ErrNoSuchSession)
	b.must(b.check(foreign))
	b.saw("session.ended denied not-found 1001>"+theirs.ID, "session.ended success  1001>"+mine.ID,
		"session.ended denied not-found 1001>"+mine.ID)
}

func TestListShowsWhatLives(t *testing.T) {
	b := newBench(t)
	ctx := t.Context()
	old, _, err := b.Create(ctx, b.ada.ID, 7) // of another version
	b.must(err)
	b.clock.advance(time.Minute)
	first, token := b.login(b.ada)
	if list, err := b.List(ctx, b.ada.ID, b.ada.Version); err != nil || len(list) != 1 || list[0].ID != first.ID {
		t.Errorf("listed %+v, %v; want the session of this version alone", list, err)
	}
	b.clock.advance(29 * time.Minute)
	b.must(b.check(token)) // not written yet
	b.clock.advance(time.Minute + time.Second)
	second, _ := b.login(b.ada)
	ids := func() string {
		list, err := b.List(ctx, b.ada.ID, b.ada.Version)
		b.must(err)
		s := ""
		for _, each := range list {
			s += each.ID + " "
		}
		return s
	}
	if got, want := ids(), second.ID+" "+first.ID+" "; got != want {
		t.Errorf("listed %s, want %s (not %s)", got, want, old.ID)
	}
	b.must(b.Flush(ctx))
	b.clock.advance(29*time.Minute + 58*time.Second) // idle, but the storage may be late; a second before it expires
	if got, want := ids(), second.ID+" "+first.ID+" "; got != want {
		t.Errorf("listed %s, want %s", got, want)
	}
	b.clock.advance(time.Second)
	if got, want := ids(), second.ID+" "; got != want {
		t.Errorf("listed %s, want %s", got, want)
	}
	b.clock.advance(time.Hour)
	if got := ids(); got != "" {
		t.Errorf("listed %s, want none", got)
	}
	b.store.down()
	if _, err := b.List(ctx, b.ada.ID, 1); err == nil {
		t.Error("a list without a storage")
	}
}

func TestCreateFromGo(t *testing.T) {
	b := newBench(t)
	s, token, err := b.Create(t.Context(), b.ada.ID, b.ada.Version)
	b.must(err)
	r := b.request(http.MethodGet)
	r.AddCookie(b.Cookie(token, s))
	if got, u, err := b.Authenticate(r); err != nil || got.ID != s.ID || u.ID != b.ada.ID {
		t.Errorf("%+v of %d, %v", got, u.ID, err)
	}
	if _, _, err := b.Create(t.Context(), 999, 1); err == nil {
		t.Error("a session for nobody")
	} else {
		b.is("nobody", err, session.ErrInactiveUser)
	}
	var _ account.User[int64, role] = b.ada
}

// Nothing is kept of a session but when it was seen: what one process ends, another
// refuses with its next request.
// SECURITY SES-06, SES-09.
func TestSES06_AnEndHoldsInEveryProcessAtOnce(t *testing.T) {
	here := newBench(t)
	there := newBench(t, func(c *config) { c.Store = here.store })
	for name, end := range map[string]func(s row, token string) error{
		"logged out": func(_ row, token string) error {
			return here.End(httptest.NewRecorder(), here.request(http.MethodPost, token))
		},
		"one ended":    func(s row, _ string) error { return here.EndByID(t.Context(), here.ada.ID, s.ID) },
		"others ended": func(row, string) error { return here.EndOthers(t.Context(), here.ada.ID, "") },
		"all ended":    func(row, string) error { return here.EndAll(t.Context(), here.ada.ID) },
	} {
		s, token := here.login(here.ada)
		there.must(there.check(token))
		here.must(end(s, token))
		there.is(name, there.check(token), session.ErrInvalidSession)
		there.must(there.Flush(t.Context())) // what waits to be written brings nothing back
		there.is(name+", written", there.check(token), session.ErrInvalidSession)
	}
}
