package stores

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/authgen-go/authgen/e2e/internal/caller"
	"github.com/authgen-go/authgen/e2e/internal/project"
)

// readOnly has a database refuse what changes something, until it is called back. It is
// the same to connections that there are.
func (r *rig) readOnly(t *testing.T) (end func()) {
	t.Helper()
	switch r.backend {
	case postgres:
		set := func(statement string) {
			r.exec(t, statement)
			r.exec(t, "SELECT pg_reload_conf()")
		}
		set("ALTER SYSTEM SET default_transaction_read_only = on")
		return func() {
			r.exec(t, "SET default_transaction_read_only = off")
			set("ALTER SYSTEM RESET default_transaction_read_only")
		}
	case mariaDB:
		r.exec(t, "SET GLOBAL read_only = 1")
		return func() { r.exec(t, "SET GLOBAL read_only = 0") }
	default:
		return r.full(t)
	}
}

// Who reads from a replica is a server of databases that takes no changes.
//
// SECURITY F-17.
func TestF17_AReplicaIsRefusedAtTheStart(t *testing.T) {
	onEach(t, inSQL, func(t *testing.T, r *rig) {
		end := r.readOnly(t)
		_, err := r.startAnother(t)
		end()
		r.untilReady(t)
		if err == nil {
			t.Fatal("a server starts on a database that takes no changes")
		}
		text := err.Error()
		if !strings.Contains(text, "the server ended") || !strings.Contains(text, "read-only") && !strings.Contains(text, "read only") {
			t.Errorf("the server does not say why it ends: %s", text)
		}
		if strings.Contains(text, appPassword) {
			t.Error("the server tells the password")
		}
		t.Logf("refused: %s", lastLine(text))
		if _, err := r.startAnother(t); err != nil {
			t.Errorf("on a database that takes changes: %v", err)
		}
	})
}

// startAnother tries to start one more process, which ends with the test.
func (r *rig) startAnother(t *testing.T) (*project.Server, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	addr, err := project.FreeAddr()
	if err != nil {
		t.Fatal(err)
	}
	server, err := r.project.Serve(ctx, addr, r.env...)
	if err == nil {
		t.Cleanup(func() { _ = server.Kill() })
	}
	return server, err
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}

// SECURITY F-20.
func TestF20_AStoreThatTakesNoChanges(t *testing.T) {
	onEach(t, func(b *backend) bool { return !b.inRedis() }, func(t *testing.T, r *rig) {
		members, ended := r.members(t, 2), r.ended(t)
		m, stranger := members[0], caller.NewUser(&suite.secrets)
		watch := caller.Begin(20*time.Millisecond, r.probes(members, ended)...)
		time.Sleep(200 * time.Millisecond)
		end := r.readOnly(t)

		// What was connected before may be cut: reads are served from here on.
		time.Sleep(time.Second)
		for _, reader := range members {
			for strategy, credential := range reader.Credentials() {
				if a := reader.Me(r.URL, credential); a.Status != http.StatusOK {
					t.Errorf("a read, %s: %s", strategy, a)
				}
			}
		}
		if r.backend != sqlite { // a full disk is found out by writing, which readiness does not do
			wantUnavailable(t, "readiness", 3*time.Second, m.Ask(http.MethodGet, r.URL+"/readyz"))
		}
		changes := map[string]func() caller.Answer{
			"register":          func() caller.Answer { return stranger.Register(r.URL) },
			"log in":            func() caller.Answer { return m.LogIn(r.URL) },
			"log in for tokens": func() caller.Answer { return m.LogInForTokens(r.URL) },
			"refresh":           func() caller.Answer { return m.Renew(r.URL, m.Refresh) },
			"revoke":            func() caller.Answer { return m.Revoke(r.URL, m.Access) },
			"log out":           func() caller.Answer { return m.LogOut(r.URL, m.Session) },
			"log out everywhere": func() caller.Answer {
				return m.LogOutEverywhere(r.URL, caller.Cookie(members[1].Session))
			},
		}
		for name, change := range changes {
			wantUnavailable(t, name, 3*time.Second, change())
		}

		end()
		begun := time.Now()
		r.untilReady(t)
		ready := time.Since(begun)
		time.Sleep(500 * time.Millisecond)
		answers := watch.End()
		figures := caller.Judge(answers, caller.Outage{Began: begun, Mended: begun, Back: begun})
		if figures.Wrong200+figures.Wrong401+figures.Cleared+figures.Malformed > 0 {
			t.Errorf("wrong answers: %s\nsuch as %s", figures, figures.Example)
		}
		lost := r.alive(t, members)
		comes(t, http.StatusCreated, func() caller.Answer { return stranger.Register(r.URL) })
		comes(t, http.StatusNoContent, func() caller.Answer { return m.Revoke(r.URL, m.Access) })
		comes(t, http.StatusUnauthorized, func() caller.Answer { return m.Me(r.URL, caller.Bearer(m.Access)) })
		read, unavailable := 0, 0
		for _, a := range answers {
			switch {
			case a.Status == http.StatusOK:
				read++
			case a.Status == http.StatusServiceUnavailable:
				unavailable++
			}
		}
		t.Logf("%d reads are 200 and %d are 503, %d kinds of changes are 503; ready %v after changes are taken again; wrong 200: %d, wrong 401: %d, lost: %d",
			read, unavailable, len(changes), ready.Round(time.Millisecond), figures.Wrong200, figures.Wrong401, lost)
	})
}
