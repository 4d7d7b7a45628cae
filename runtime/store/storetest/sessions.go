package storetest

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/account"
	"github.com/authgen-go/authgen/runtime/session"
)

// Sessions runs the contract of [session.Storage] on the storage that open
// returns, together with that of the users it belongs to.
func Sessions[ID comparable, R ~string](t *testing.T, open func(t *testing.T) Stores[ID, R]) {
	suite(t, open, map[string]func(*fixture[ID, R]){
		"absent sessions are ErrNotFound":                   absentSessions[ID, R],
		"a session comes back as it was stored":             createSession[ID, R],
		"a token or id is never stored twice":               duplicateSession[ID, R],
		"STO-03 what is not stored is not found":            nearSessions[ID, R],
		"STO-03 text is data":                               hostileAgent[ID, R],
		"SES-07 a disabled user is seen at once":            findDisabled[ID, R],
		"SES-07 sessions go with their user":                cascade[ID, R],
		"AUT-03 changed roles are seen at once":             findRoles[ID, R],
		"SES-08 a changed version is seen at once":          findVersion[ID, R],
		"SES-04 rotation moves the session to a new token":  rotate[ID, R],
		"SES-04 of many rotations one succeeds":             raceRotate[ID, R],
		"SES-05 a touch moves last seen forward only":       touch[ID, R],
		"SES-05 the latest of many touches stays":           raceTouch[ID, R],
		"many sessions are touched at once":                 touchMany[ID, R],
		"SES-06 a deleted session is gone":                  deleteSession[ID, R],
		"a list has all sessions of the user, newest first": listSessions[ID, R],
		"SES-09 a user ends own sessions only":              deleteByID[ID, R],
		"SES-08 all but one of a user's sessions end":       deleteByUser[ID, R],
		"STO-05 expired and idle sessions are swept":        deleteExpired[ID, R],
	})
}

func noSession(err error) bool { return errors.Is(err, session.ErrNotFound) }

func hashOf(token string) session.Hash { return sha256.Sum256([]byte(token)) }

// session makes a session named like its token, not yet stored.
func (f *fixture[ID, R]) session(user ID, name string) session.Session[ID] {
	return session.Session[ID]{
		ID: name, UserID: user, UserVersion: 1,
		CreatedAt: start, AuthenticatedAt: start, LastSeenAt: start, ExpiresAt: start.Add(time.Hour),
		UserAgent: "agent of " + name, Addr: netip.MustParseAddr("192.0.2.7"),
	}
}

// signIn stores a session whose token and id are name.
func (f *fixture[ID, R]) signIn(user ID, name string) {
	f.Helper()
	f.must(f.Sessions.Create(f.Context(), f.session(user, name), hashOf(name)))
}

// found reads a session back.
func (f *fixture[ID, R]) found(token string) session.Session[ID] {
	f.Helper()
	s, _, err := f.Sessions.Find(f.Context(), hashOf(token))
	if err != nil {
		f.Fatalf("find session %s: %v", token, err)
	}
	return s
}

// listed returns the session of a user that a list names id.
func (f *fixture[ID, R]) listed(user ID, id string) session.Session[ID] {
	f.Helper()
	list, err := f.Sessions.List(f.Context(), user)
	f.must(err)
	for _, s := range list {
		if s.ID == id {
			return s
		}
	}
	f.Fatalf("no list has the session %s", id)
	return session.Session[ID]{}
}

// forRequest is a session without what Find may leave out.
func forRequest[ID comparable](s session.Session[ID]) session.Session[ID] {
	s.CreatedAt, s.UserAgent, s.Addr = time.Time{}, "", netip.Addr{}
	return s
}

// sameRights is sameUser without what Find may leave out.
func sameRights[ID comparable, R ~string](got, want account.User[ID, R]) string {
	got.CreatedAt, want.CreatedAt = time.Time{}, time.Time{}
	return sameUser(got, want)
}

// gone ends the case unless every one of the tokens is unknown.
func (f *fixture[ID, R]) gone(tokens ...string) {
	f.Helper()
	for _, token := range tokens {
		if _, _, err := f.Sessions.Find(f.Context(), hashOf(token)); !noSession(err) {
			f.Fatalf("find session %s: %v, want ErrNotFound", token, err)
		}
	}
}

func sameSession[ID comparable](got, want session.Session[ID]) string {
	for _, at := range []time.Time{got.CreatedAt, got.AuthenticatedAt, got.LastSeenAt, got.ExpiresAt} {
		if at.Location() != time.UTC {
			return fmt.Sprintf("%v is not in UTC", at)
		}
	}
	want.CreatedAt, want.AuthenticatedAt = canonical(want.CreatedAt), canonical(want.AuthenticatedAt)
	want.LastSeenAt, want.ExpiresAt = canonical(want.LastSeenAt), canonical(want.ExpiresAt)
	if got != want {
		return fmt.Sprintf("got session %+v, want %+v", got, want)
	}
	return ""
}

func absentSessions[ID comparable, R ~string](f *fixture[ID, R]) {
	ctx, u := f.Context(), f.user("ada@example.com")
	f.signIn(u.ID, "other")
	f.gone("none")
	for name, err := range map[string]error{
		"Create for nobody":    f.Sessions.Create(ctx, f.session(f.Absent, "x"), hashOf("x")),
		"Rotate":               f.Sessions.Rotate(ctx, hashOf("none"), hashOf("new"), 1, start),
		"DeleteByID":           f.Sessions.DeleteByID(ctx, u.ID, "none"),
		"DeleteByID of nobody": f.Sessions.DeleteByID(ctx, f.Absent, "other"),
	} {
		if !noSession(err) {
			f.Errorf("%s: %v, want ErrNotFound", name, err)
		}
	}
	f.gone("x", "new")
	for name, err := range map[string]error{
		"Delete":         f.Sessions.Delete(ctx, hashOf("none")),
		"Touch":          f.Sessions.Touch(ctx, []session.Touch{{Hash: hashOf("none"), SeenAt: start}}),
		"Touch nothing":  f.Sessions.Touch(ctx, nil),
		"DeleteByUser":   second(f.Sessions.DeleteByUser(ctx, f.Absent, "")),
		"List of nobody": second(f.Sessions.List(ctx, f.Absent)),
	} {
		if err != nil {
			f.Errorf("%s: %v, want nil", name, err)
		}
	}
	f.found("other")
}

func second[T any](_ T, err error) error { return err }

func createSession[ID comparable, R ~string](f *fixture[ID, R]) {
	u := f.user("ada@example.com")
	for i, addr := range []string{"192.0.2.7", "2001:db8::1", ""} {
		want := f.session(u.ID, fmt.Sprint("session", i))
		want.UserVersion, want.Addr, want.Remembered = 7, netip.Addr{}, i == 1
		want.AuthenticatedAt, want.LastSeenAt = start.Add(time.Minute), start.Add(2*time.Minute)
		if addr != "" {
			want.Addr = netip.MustParseAddr(addr)
		}
		f.must(f.Sessions.Create(f.Context(), want, hashOf(want.ID)))
		got, user, err := f.Sessions.Find(f.Context(), hashOf(want.ID))
		f.must(err)
		if diff := sameSession(forRequest(got), forRequest(want)); diff != "" {
			f.Error(diff)
		}
		if diff := sameRights(user, u); diff != "" {
			f.Error(diff)
		}
		if diff := sameSession(f.listed(u.ID, want.ID), want); diff != "" {
			f.Error(diff)
		}
	}
}

func duplicateSession[ID comparable, R ~string](f *fixture[ID, R]) {
	u := f.user("ada@example.com")
	f.signIn(u.ID, "a")
	f.signIn(u.ID, "b")
	for name, err := range map[string]error{
		"same token":          f.Sessions.Create(f.Context(), f.session(u.ID, "c"), hashOf("a")),
		"same id":             f.Sessions.Create(f.Context(), f.session(u.ID, "a"), hashOf("c")),
		"rotate to one taken": f.Sessions.Rotate(f.Context(), hashOf("a"), hashOf("b"), 1, start),
	} {
		if err == nil || noSession(err) {
			f.Errorf("%s: %v, want an error that is no verdict", name, err)
		}
	}
	if a, b := f.found("a"), f.found("b"); a.ID != "a" || b.ID != "b" {
		f.Errorf("sessions are now named %s and %s", a.ID, b.ID)
	}
}

func hostileAgent[ID comparable, R ~string](f *fixture[ID, R]) {
	u := f.user("ada@example.com")
	for i, text := range []string{"", `a'b"c`, "x'); DROP TABLE auth_sessions; --", "жук 🐞", "?1 :a $2 \\"} {
		want := f.session(u.ID, fmt.Sprint("session", i))
		want.UserAgent = text
		f.must(f.Sessions.Create(f.Context(), want, hashOf(want.ID)))
		if got := f.listed(u.ID, want.ID).UserAgent; got != text {
			f.Errorf("user agent %q came back as %q", text, got)
		}
	}
}

func findDisabled[ID comparable, R ~string](f *fixture[ID, R]) {
	u := f.user("ada@example.com")
	f.signIn(u.ID, "a")
	f.must(f.Users.SetDisabled(f.Context(), u.ID, true))
	s, user, err := f.Sessions.Find(f.Context(), hashOf("a"))
	switch {
	case noSession(err): // a storage may forget the sessions of who is disabled
	case err != nil:
		f.Fatal(err)
	case user.Active() || user.AuthVersion() == s.UserVersion:
		f.Errorf("active %v, version %d, session of version %d", user.Active(), user.AuthVersion(), s.UserVersion)
	}
}

func cascade[ID comparable, R ~string](f *fixture[ID, R]) {
	u, other := f.user("ada@example.com"), f.user("bob@example.com")
	f.signIn(u.ID, "a1")
	f.signIn(u.ID, "a2")
	f.signIn(other.ID, "b")
	f.must(f.Users.Delete(f.Context(), u.ID))
	list, err := f.Sessions.List(f.Context(), u.ID)
	if err != nil || len(list) != 0 {
		f.Errorf("%d sessions, %v; want none", len(list), err)
	}
	f.gone("a1", "a2")
	f.found("b")
}

func findRoles[ID comparable, R ~string](f *fixture[ID, R]) {
	u := f.user("ada@example.com")
	f.signIn(u.ID, "a")
	for _, roles := range [][]R{nil, f.Roles[:1], f.Roles} {
		f.must(f.Users.SetRoles(f.Context(), u.ID, roles))
		_, user, err := f.Sessions.Find(f.Context(), hashOf("a"))
		f.must(err)
		want := u
		want.Roles = roles
		if diff := sameRights(user, want); diff != "" {
			f.Error(diff)
		}
	}
}

func findVersion[ID comparable, R ~string](f *fixture[ID, R]) {
	u := f.user("ada@example.com")
	f.signIn(u.ID, "a")
	version, err := f.Users.ChangePassword(f.Context(), u.ID, f.stored(u.ID).PasswordHash, "new")
	f.must(err)
	_, user, err := f.Sessions.Find(f.Context(), hashOf("a"))
	if err != nil || user.AuthVersion() != version {
		f.Errorf("version %d, %v; want %d", user.AuthVersion(), err, version)
	}
}
