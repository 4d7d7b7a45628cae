package storetest_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/authgen-go/authgen/runtime/account"
	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/audit/audittest"
	"github.com/authgen-go/authgen/runtime/refresh"
	"github.com/authgen-go/authgen/runtime/revocation"
	"github.com/authgen-go/authgen/runtime/store/storetest"
)

// The lives of the model's tokens are short, so that few steps meet all ends.
const (
	modelTTL       = 20 * time.Minute
	modelIdle      = 6 * time.Minute
	modelGrace     = 10 * time.Second
	modelTokenLife = 2 * time.Minute
)

// What is drawn at random, in any order, has the outcome that a small model of logins
// foresees: refreshes, retries, replays, ends of every kind, and a clock that now and
// then goes back.
// SECURITY Z-08, REF-01 to REF-05, REF-07, REF-08, REV-04.
func TestREF02_RandomSequencesAgreeWithAModel(t *testing.T) {
	for name, stores := range tokenBackends(t) {
		t.Run(name, func(t *testing.T) {
			clock := &modelClock{}
			events := &audittest.Recorder{Now: clock.now}
			service := newRefresh(t, stores, func(c *refresh.Config[uuid.UUID, user[uuid.UUID]]) {
				c.TTL, c.IdleTTL, c.Grace, c.TokenLife = modelTTL, modelIdle, modelGrace, modelTokenLife
				c.Now, c.Audit, c.StoreTimeout = clock.now, events, time.Minute
			})
			checker := newChecker(t, stores, func(c *revocation.Config[uuid.UUID, user[uuid.UUID]]) {
				c.Now, c.StoreTimeout = clock.now, time.Minute
			})
			rapid.Check(t, func(rt *rapid.T) {
				clock.at = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
				m := &tokenModel{T: rt, ctx: t.Context(), stores: stores, service: service, checker: checker, clock: clock, events: events}
				m.newUser = func() *modelUser {
					return &modelUser{User: newUser(t, stores.Users, uuid.NewString()+"@example.com"), hash: "hash"}
				}
				m.users = []*modelUser{m.newUser(), m.newUser()}
				m.play(rt)
			})
		})
	}
}

type modelClock struct{ at time.Time }

func (c *modelClock) now() time.Time { return c.at }

func newChecker(t testing.TB, s storetest.TokenStores[uuid.UUID, role], change func(*revocation.Config[uuid.UUID, user[uuid.UUID]])) *revocation.Checker[uuid.UUID, user[uuid.UUID]] {
	t.Helper()
	cfg := revocation.Config[uuid.UUID, user[uuid.UUID]]{Store: s.Revocations, SweepInterval: -1}
	change(&cfg)
	c, err := revocation.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close(context.Background()) }) // its error is nil
	return c
}

// A tokenModel is what should be so, beside what is.
type tokenModel struct {
	*rapid.T
	ctx     context.Context
	stores  storetest.TokenStores[uuid.UUID, role]
	service *refreshService
	checker *revocation.Checker[uuid.UUID, user[uuid.UUID]]
	clock   *modelClock
	events  *audittest.Recorder

	newUser func() *modelUser
	users   []*modelUser // none is gone
	logins  []*modelLogin
	access  []*modelAccess
}

// play draws steps, more of those that go on than of those that end something.
func (m *tokenModel) play(rt *rapid.T) {
	type step struct {
		name string
		do   func(*rapid.T)
	}
	var steps []step
	for _, s := range []struct {
		weight int
		step
	}{
		{6, step{"login", m.login}},
		{12, step{"refresh", m.refreshNewest}},
		{8, step{"retry", m.retry}},
		{4, step{"replay", m.replay}},
		{8, step{"pass a moment", func(rt *rapid.T) { m.pass(rt, -15*time.Second, 20*time.Second) }}},
		{2, step{"pass a while", func(rt *rapid.T) { m.pass(rt, 0, modelIdle+time.Second) }}},
		{1, step{"disable", m.disable}},
		{1, step{"sign out", m.signOut}},
		{3, step{"new password", m.changePassword}},
		{1, step{"delete", m.delete}},
		{3, step{"revoke", m.revoke}},
		{1, step{"end", m.end}},
		{1, step{"end all", m.endAll}},
		{3, step{"sweep", m.sweep}},
	} {
		for range s.weight {
			steps = append(steps, s.step)
		}
	}
	for range rapid.IntRange(1, 200).Draw(rt, "steps") {
		i := rapid.IntRange(0, len(steps)-1).Draw(rt, "step")
		rt.Log(steps[i].name)
		steps[i].do(rt)
		m.agree()
	}
}

type modelUser struct {
	account.User[uuid.UUID, role]
	hash     string
	disabled bool
	gone     bool
}

type modelLogin struct {
	user             *modelUser
	id               refresh.ID
	version          int64
	tokens           []string // all that were given out, the newest last
	rotated, expires time.Time
	ended            bool
}

type modelAccess struct {
	login   *modelLogin
	token   revocation.Token[uuid.UUID]
	revoked bool
}

func (m *tokenModel) must(err error) {
	m.Helper()
	if err != nil {
		m.Fatal(err)
	}
}

// anyLogin draws one, seldom one that has ended; nil if there is none.
func (m *tokenModel) anyLogin(rt *rapid.T) *modelLogin {
	ended := rapid.IntRange(0, 7).Draw(rt, "ended") == 0
	var some []*modelLogin
	for _, l := range m.logins {
		if l.ended == ended {
			some = append(some, l)
		}
	}
	if len(some) == 0 {
		return nil
	}
	return some[rapid.IntRange(0, len(some)-1).Draw(rt, "login")]
}

func (m *tokenModel) anyUser(rt *rapid.T) *modelUser {
	return m.users[rapid.IntRange(0, len(m.users)-1).Draw(rt, "user")]
}

// issue makes an access token for a login, as a server does.
func (m *tokenModel) issue(l *modelLogin) {
	now := m.clock.now()
	ends := now.Add(modelTokenLife)
	if ends.After(l.expires) {
		ends = l.expires
	}
	m.access = append(m.access, &modelAccess{login: l, token: revocation.Token[uuid.UUID]{
		ID: uuid.NewString(), Family: l.id.String(), UserID: l.user.ID, Version: l.version, IssuedAt: now, ExpiresAt: ends,
	}})
}

func (m *tokenModel) login(rt *rapid.T) {
	u := m.anyUser(rt)
	if u.disabled {
		m.must(m.stores.Users.SetDisabled(m.ctx, u.ID, false))
		u.disabled = false
	}
	f, token, err := m.service.Start(m.ctx, u.ID, u.Version)
	m.must(err)
	l := &modelLogin{user: u, id: f.ID, version: u.Version, tokens: []string{token}, rotated: m.clock.now(), expires: m.clock.now().Add(modelTTL)}
	m.logins = append(m.logins, l)
	m.issue(l)
}

func (m *tokenModel) refreshNewest(rt *rapid.T) {
	if l := m.anyLogin(rt); l != nil {
		m.use(l, len(l.tokens)-1)
	}
}

func (m *tokenModel) retry(rt *rapid.T) {
	if l := m.anyLogin(rt); l != nil && len(l.tokens) > 1 {
		m.use(l, len(l.tokens)-2)
	}
}

func (m *tokenModel) replay(rt *rapid.T) {
	if l := m.anyLogin(rt); l != nil {
		m.use(l, rapid.IntRange(0, len(l.tokens)-1).Draw(rt, "which"))
	}
}

// foresee says what becomes of the token that is the nth of a login, and ends the
// login if that comes of it.
func (m *tokenModel) foresee(l *modelLogin, n int) (outcome string) {
	now, age := m.clock.now(), len(l.tokens)-1-n
	since := now.Sub(l.rotated)
	switch {
	case l.ended || l.user.gone:
		return "refused"
	case l.user.disabled || l.user.Version != l.version:
		l.ended = true
		return "refused"
	case !now.Before(l.expires) || since >= modelIdle:
		return "refused"
	case age == 0:
		return "next"
	case age == 1 && since < -time.Minute:
		return "refused"
	case age == 1 && since < modelGrace:
		return "again"
	}
	l.ended = true
	return "reuse"
}

// use presents the nth token of a login.
func (m *tokenModel) use(l *modelLogin, n int) {
	want := m.foresee(l, n)
	m.events.Reset()
	ref, err := m.service.Parse(l.tokens[n])
	m.must(err)
	f, u, next, err := m.service.Rotate(m.ctx, ref)
	got := "next"
	switch {
	case errors.Is(err, refresh.ErrInvalidGrant) && len(m.events.Of(audit.TokenReused)) == 1:
		got = "reuse"
	case errors.Is(err, refresh.ErrInvalidGrant):
		got = "refused"
	case err != nil:
		m.Fatal(err)
	case next == l.tokens[len(l.tokens)-1]:
		got = "again"
	}
	if got != want {
		m.Fatalf("token %d of %d: %s, want %s", n, len(l.tokens), got, want)
	}
	if err != nil {
		return
	}
	if f.ID != l.id || u.ID != l.user.ID || !f.ExpiresAt.Equal(l.expires) {
		m.Fatalf("another login: %+v of %v", f, u.ID)
	}
	if got == "next" {
		l.tokens, l.rotated = append(l.tokens, next), m.clock.now()
	}
	m.issue(l)
}

func (m *tokenModel) pass(rt *rapid.T, from, to time.Duration) {
	d := rapid.Int64Range(from.Milliseconds(), to.Milliseconds()).Draw(rt, "milliseconds")
	m.clock.at = m.clock.at.Add(time.Duration(d) * time.Millisecond)
}

func (m *tokenModel) disable(rt *rapid.T) {
	u := m.anyUser(rt)
	m.must(m.stores.Users.SetDisabled(m.ctx, u.ID, true))
	u.disabled = true
	u.Version++
}

func (m *tokenModel) signOut(rt *rapid.T) {
	u := m.anyUser(rt)
	m.must(m.stores.Users.SignOutEverywhere(m.ctx, u.ID))
	u.Version++
}

// changePassword keeps one of the user's logins, whichever is drawn.
func (m *tokenModel) changePassword(rt *rapid.T) {
	l := m.anyLogin(rt)
	if l == nil || l.user.gone || l.version != l.user.Version {
		return
	}
	next := uuid.NewString()
	version, err := m.stores.Users.ChangePassword(m.ctx, l.user.ID, l.user.hash, next)
	m.must(err)
	m.must(m.service.Adopt(m.ctx, l.user.ID, l.id, version))
	l.user.hash, l.user.Version = next, version
	if !l.ended {
		l.version = version
	}
}

func (m *tokenModel) delete(rt *rapid.T) {
	i := rapid.IntRange(0, len(m.users)-1).Draw(rt, "user")
	m.must(m.stores.Users.Delete(m.ctx, m.users[i].ID))
	m.users[i].gone = true
	m.users[i] = m.newUser()
}

func (m *tokenModel) revoke(rt *rapid.T) {
	if len(m.access) == 0 {
		return
	}
	a := m.access[rapid.IntRange(0, len(m.access)-1).Draw(rt, "token")]
	m.must(m.checker.Revoke(m.ctx, a.token))
	a.revoked = true
}

func (m *tokenModel) end(rt *rapid.T) {
	l, by := m.anyLogin(rt), m.anyUser(rt)
	if l == nil {
		return
	}
	m.must(m.service.End(m.ctx, by.ID, l.tokens[rapid.IntRange(0, len(l.tokens)-1).Draw(rt, "token")]))
	if by == l.user {
		l.ended = true
	}
}

func (m *tokenModel) endAll(rt *rapid.T) {
	u := m.anyUser(rt)
	keep := refresh.ID{}
	if l := m.anyLogin(rt); l != nil {
		keep = l.id
	}
	m.must(m.service.EndOthers(m.ctx, u.ID, keep))
	for _, l := range m.logins {
		if l.user == u && l.id != keep {
			l.ended = true
		}
	}
}

// sweep changes nothing that anybody could see, unless the clock goes back over it:
// what was swept then stays so.
func (m *tokenModel) sweep(*rapid.T) {
	_, err := m.service.Sweep(m.ctx)
	m.must(err)
	_, err = m.checker.Sweep(m.ctx)
	m.must(err)
	over := m.clock.now().Add(-modelTokenLife)
	for _, l := range m.logins {
		if !over.Before(l.expires) || !over.Before(l.rotated.Add(modelIdle)) {
			l.ended = true
		}
	}
}

// agree asks about every access token that is not over.
func (m *tokenModel) agree() {
	now := m.clock.now()
	live := m.access[:0]
	for _, a := range m.access {
		if !now.Before(a.token.ExpiresAt) {
			continue // a clock that goes back does not bring it back: an entry may be swept
		}
		live = append(live, a)
		u := a.login.user
		good := !a.revoked && !a.login.ended && !u.gone && !u.disabled && u.Version == a.token.Version
		got, err := m.checker.Check(m.ctx, a.token)
		switch {
		case err != nil && !errors.Is(err, revocation.ErrRevoked):
			m.Fatal(err)
		case (err == nil) != good:
			m.Fatalf("access token %+v: %v, want good: %v (%s)", a.token, err, good, fmt.Sprint(a.revoked, a.login.ended, *u))
		case err == nil && got.ID != u.ID:
			m.Fatalf("access token of %v speaks for %v", u.ID, got.ID)
		}
	}
	m.access = live
}
