package stores

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/authgen-go/authgen/e2e/internal/caller"
	"github.com/authgen-go/authgen/e2e/internal/lossy"
	"github.com/authgen-go/authgen/e2e/internal/project"
)

// A step is something that writes, and what has to be true if nobody knows how far it
// came.
type step struct {
	name  string
	do    func(url string, m *caller.Member) caller.Answer
	check func(t *testing.T, url string, m *caller.Member)
}

func steps() []step {
	const newPassword = "eight red boats at dusk"
	return []step{
		{
			name: "register",
			do: func(url string, m *caller.Member) caller.Answer {
				m.Email = "new-" + m.Email
				return m.Register(url)
			},
			check: func(t *testing.T, url string, m *caller.Member) {
				oneOf(t, "register again", m.Register(url), http.StatusCreated, http.StatusConflict)
				want(t, http.StatusOK, m.LogIn(url))
			},
		},
		{
			name:  "log in",
			do:    func(url string, m *caller.Member) caller.Answer { return m.LogIn(url) },
			check: func(t *testing.T, url string, m *caller.Member) { want(t, http.StatusOK, m.LogIn(url)) },
		},
		{
			name: "refresh",
			do:   func(url string, m *caller.Member) caller.Answer { return m.Renew(url, m.Refresh) },
			check: func(t *testing.T, url string, m *caller.Member) {
				one := tokensOf(t, m.Renew(url, m.Refresh))
				if again := tokensOf(t, m.Renew(url, m.Refresh)); again.Refresh != one.Refresh {
					t.Error("a token has two successors")
				}
				want(t, http.StatusOK, m.Renew(url, one.Refresh))
				want(t, http.StatusBadRequest, m.Renew(url, m.Refresh))
			},
		},
		{
			name: "revoke",
			do: func(url string, m *caller.Member) caller.Answer {
				return m.Ask(http.MethodPost, url+"/auth/token/revoke", caller.Bearer(m.Access), caller.JSON(map[string]string{"refresh_token": m.Refresh}))
			},
			check: func(t *testing.T, url string, m *caller.Member) {
				access := oneOf(t, "the access token", m.Me(url, caller.Bearer(m.Access)), http.StatusOK, http.StatusUnauthorized)
				refresh := oneOf(t, "the refresh token", m.Renew(url, m.Refresh), http.StatusOK, http.StatusBadRequest)
				if refresh == http.StatusBadRequest && access == http.StatusOK {
					t.Error("an access token outlives its login")
				}
			},
		},
		{
			name: "log out",
			do:   func(url string, m *caller.Member) caller.Answer { return m.LogOut(url, m.Session) },
			check: func(t *testing.T, url string, m *caller.Member) {
				if oneOf(t, "the session", m.Me(url, caller.Cookie(m.Session)), http.StatusOK, http.StatusUnauthorized) == http.StatusOK {
					want(t, http.StatusNoContent, m.LogOut(url, m.Session))
				}
				want(t, http.StatusUnauthorized, m.Me(url, caller.Cookie(m.Session)))
			},
		},
		{
			name: "log out everywhere",
			do: func(url string, m *caller.Member) caller.Answer {
				return m.LogOutEverywhere(url, caller.Bearer(m.Access))
			},
			check: func(t *testing.T, url string, m *caller.Member) {
				session := oneOf(t, "the session", m.Me(url, caller.Cookie(m.Session)), http.StatusOK, http.StatusUnauthorized)
				access := oneOf(t, "the access token", m.Me(url, caller.Bearer(m.Access)), http.StatusOK, http.StatusUnauthorized)
				refresh := oneOf(t, "the refresh token", m.Renew(url, m.Refresh), http.StatusOK, http.StatusBadRequest)
				if (session == http.StatusOK) != (access == http.StatusOK) || (access == http.StatusOK) != (refresh == http.StatusOK) {
					t.Errorf("some of it has ended: session %d, access token %d, refresh token %d", session, access, refresh)
				}
			},
		},
		{
			name: "change the password",
			do: func(url string, m *caller.Member) caller.Answer {
				return m.ChangePassword(url, newPassword, caller.Cookie(m.Session))
			},
			check: func(t *testing.T, url string, m *caller.Member) {
				old := oneOf(t, "the old password", m.LogIn(url), http.StatusOK, http.StatusUnauthorized)
				refresh := oneOf(t, "the refresh token of another device", m.Renew(url, m.Refresh), http.StatusOK, http.StatusBadRequest)
				m.Password = newPassword
				now := oneOf(t, "the new password", m.LogIn(url), http.StatusOK, http.StatusUnauthorized)
				if (old == http.StatusOK) == (now == http.StatusOK) || (old == http.StatusOK) != (refresh == http.StatusOK) {
					t.Errorf("half of it has happened: old password %d, new password %d, another device's refresh token %d", old, now, refresh)
				}
			},
		},
	}
}

// oneOf fails the test unless an answer has one of the statuses, and returns that.
func oneOf(t *testing.T, what string, a caller.Answer, statuses ...int) int {
	t.Helper()
	for _, status := range statuses {
		if a.Status == status {
			return status
		}
	}
	t.Errorf("%s: %s", what, a)
	return a.Status
}

func tokensOf(t *testing.T, a caller.Answer) (tokens caller.Tokens) {
	t.Helper()
	want(t, http.StatusOK, a)
	if err := a.Decode(&tokens); err != nil {
		t.Fatal(err)
	}
	return tokens
}

// A process is killed as the n-th question goes to the store, or as the n-th answer comes:
// before and after each point at which something is written.
//
// SECURITY F-13.
func TestF13_AProcessThatIsKilledAtEachWritePoint(t *testing.T) {
	onEach(t, proxied, func(t *testing.T, r *rig) {
		server, err := r.serve(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		before := markOf(server)
		kills, all := map[string]int{}, 0
		for _, step := range steps() {
			for _, direction := range []lossy.Direction{lossy.ToServer, lossy.ToClient} {
				for n := 1; n < 40 && r.killAt(t, server, step, direction, n); n++ {
					kills[step.name]++
					all++
				}
			}
		}
		r.nothingHalf(t)
		// Each check of a refresh ends with the use of what was replaced.
		if alarms := before.count(reuseAlarm); alarms != kills["refresh"] {
			t.Errorf("%d alarms, want %d", alarms, kills["refresh"])
		}
		t.Logf("killed %d times, before and after each piece between server and store: %v", all, kills)
	})
}

// killAt kills the server at the n-th piece of a step, and checks what is left when it has
// been started again. It is false if there are not so many.
func (r *rig) killAt(t *testing.T, server *project.Server, step step, direction lossy.Direction, n int) bool {
	t.Helper()
	m := r.members(t, 1)[0]
	want(t, http.StatusOK, m.Me(server.URL, caller.Cookie(m.Session))) // the process has what it needs for the first request
	var pieces atomic.Int32
	r.proxy.Inspect(func(p lossy.Piece) lossy.Fate {
		if p.Direction != direction || int(pieces.Add(1)) != n {
			return lossy.Pass
		}
		if err := server.Kill(); err != nil {
			t.Error(err)
		}
		return lossy.Cut
	})
	a := step.do(server.URL, m)
	r.proxy.Inspect(nil)
	if int(pieces.Load()) < n {
		if a.Err != nil {
			t.Fatalf("%s: %s", step.name, a)
		}
		return false
	}
	if err := server.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.untilReady(t)
	t.Run(fmt.Sprintf("%s, piece %d %s", step.name, n, direction), func(t *testing.T) { step.check(t, server.URL, m) })
	return true
}

// nothingHalf fails the test if the database holds what belongs to nobody.
func (r *rig) nothingHalf(t *testing.T) {
	t.Helper()
	tables := map[string]string{"auth_refresh_families": "user_id", "auth_api_keys": "owner_id"}
	if !r.backend.inRedis() {
		tables["auth_sessions"] = "user_id"
	}
	for table, column := range tables {
		var orphans, rows int
		query := "SELECT COUNT(*), COUNT(CASE WHEN u.id IS NULL THEN 1 END) FROM " + table + " x LEFT JOIN users u ON u.id = x." + column
		if err := r.db.QueryRowContext(t.Context(), query).Scan(&rows, &orphans); err != nil {
			t.Fatal(err)
		}
		if rows == 0 && table == "auth_refresh_families" || orphans > 0 {
			t.Errorf("%s has %d rows, %d of them without a user", table, rows, orphans)
		}
	}
}

// A life is what somebody does at a server, what they asked for last, and what was answered
// for.
type life struct {
	*caller.Member
	asked string
	known phase
	since time.Time // the login
}

type phase int

const (
	unknown phase = iota
	registered
	withSession
	withTokens
	revoked
	loggedOut
)

// try asks for something, and is false unless it is answered for.
func (l *life) try(name string, then phase, status int, ask func() caller.Answer) (caller.Answer, bool) {
	l.asked = name
	a := ask()
	if a.Status != status {
		return a, false
	}
	l.known = then
	return a, true
}

// begin signs somebody up, and in.
func (l *life) begin(url string) bool {
	l.Member = &caller.Member{User: caller.NewUser(&suite.secrets)}
	if _, ok := l.try("register", registered, http.StatusCreated, func() caller.Answer { return l.Register(url) }); !ok {
		return false
	}
	a, ok := l.try("log in", withSession, http.StatusOK, func() caller.Answer { return l.LogIn(url) })
	if !ok {
		return false
	}
	l.Session, l.since = a.Session(), time.Now()
	a, ok = l.try("log in for tokens", withTokens, http.StatusOK, func() caller.Answer { return l.LogInForTokens(url) })
	return ok && a.Decode(&l.Tokens) == nil
}

// goOn refreshes some times, and ends everything.
func (l *life) goOn(url string) bool {
	for range 1 + rand.N(100) {
		a, ok := l.try("refresh", withTokens, http.StatusOK, func() caller.Answer { return l.Renew(url, l.Refresh) })
		if !ok || a.Decode(&l.Tokens) != nil {
			return false
		}
	}
	if _, ok := l.try("revoke", revoked, http.StatusNoContent, func() caller.Answer { return l.Revoke(url, l.Access) }); !ok {
		return false
	}
	_, ok := l.try("log out", loggedOut, http.StatusNoContent, func() caller.Answer { return l.LogOut(url, l.Session) })
	return ok
}

// check compares what a server knows with what it answered for.
func (l *life) check(t *testing.T, url string) {
	t.Helper()
	if l.known < registered {
		oneOf(t, "register again", l.Register(url), http.StatusCreated, http.StatusConflict)
	}
	if l.known < withSession {
		oneOf(t, "log in", l.LogIn(url), http.StatusOK)
		return
	}
	switch a := l.Me(url, caller.Cookie(l.Session)); {
	case l.known == loggedOut:
		oneOf(t, "a session that has ended", a, http.StatusUnauthorized)
	case l.asked == "log out", time.Since(l.since) > idle-5*time.Second: // who is killed has not written when it was used
		oneOf(t, "a session that may have ended", a, http.StatusOK, http.StatusUnauthorized)
	default:
		oneOf(t, "a session", a, http.StatusOK)
	}
	if l.known < withTokens {
		return
	}
	switch a := l.Me(url, caller.Bearer(l.Access)); {
	case l.known >= revoked:
		oneOf(t, "a token that was revoked", a, http.StatusUnauthorized)
	case l.asked == "revoke":
		oneOf(t, "a token that may have been revoked", a, http.StatusOK, http.StatusUnauthorized)
	default:
		oneOf(t, "a token", a, http.StatusOK)
	}
	next := l.Renew(url, l.Refresh)
	if oneOf(t, "a refresh token", next, http.StatusOK) == http.StatusOK {
		l.Tokens = tokensOf(t, next)
	}
}

// A process is killed at any moment, while many people do what writes.
//
// SECURITY F-13.
func TestF13_AProcessThatIsKilledUnderLoad(t *testing.T) {
	onEach(t, all, func(t *testing.T, r *rig) {
		const rounds, people = 15, 6
		server, err := r.serve(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		before := markOf(server)
		asked := map[string]int{}
		lives := make([]*life, people)
		for range rounds {
			liveUntilKilled(t, server, lives)
			for i, l := range lives {
				asked[l.asked]++
				l.check(t, server.URL)
				if l.known != withTokens || l.asked != "refresh" {
					l.Close()
					lives[i] = nil // who has ended something begins again
				}
			}
		}
		r.nothingHalf(t)
		if alarms := before.count(reuseAlarm); alarms > 0 {
			t.Errorf("%d alarms", alarms)
		}
		t.Logf("killed %d times while %d people asked for: %v", rounds, people, asked)
	})
}

// liveUntilKilled has people live at a server until it is killed, which it is at any
// moment, and starts it again. Those who are nil begin: most of them before that.
func liveUntilKilled(t *testing.T, server *project.Server, lives []*life) {
	t.Helper()
	var begun, living sync.WaitGroup
	for i, l := range lives {
		if l == nil {
			l = &life{}
			lives[i] = l
			if i > 0 {
				begun.Go(func() {
					if !l.begin(server.URL) {
						t.Errorf("begin: %s is not answered for", l.asked)
					}
				})
			}
		}
	}
	begun.Wait()
	for i, l := range lives {
		living.Go(func() {
			for l.known == unknown && l.begin(server.URL) || l.known > unknown && l.goOn(server.URL) {
				if l.known == loggedOut {
					l.Close()
					l = &life{}
					lives[i] = l
				}
			}
		})
	}
	time.Sleep(rand.N(300 * time.Millisecond))
	if err := server.Kill(); err != nil {
		t.Fatal(err)
	}
	living.Wait()
	if err := server.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
}
