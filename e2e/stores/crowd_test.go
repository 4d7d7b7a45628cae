package stores

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/authgen-go/authgen/e2e/internal/caller"
	"github.com/authgen-go/authgen/e2e/internal/project"
)

// members are people who are signed in with everything there is.
func (r *rig) members(t *testing.T, n int) []*caller.Member {
	t.Helper()
	members, errs := make([]*caller.Member, n), make([]error, n)
	var made sync.WaitGroup
	for i := range n {
		made.Go(func() { members[i], errs[i] = caller.NewMember(&suite.secrets, r.URL) })
	}
	made.Wait()
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		for _, m := range members {
			m.Close()
		}
	})
	return members
}

// ended is somebody whose session, tokens and key have ended.
func (r *rig) ended(t *testing.T) *caller.Member {
	t.Helper()
	m := r.members(t, 1)[0]
	want(t, http.StatusNoContent, m.Revoke(r.URL, m.Access))
	var list struct {
		Keys []struct {
			ID string `json:"id"`
		} `json:"api_keys"`
	}
	if err := m.Ask(http.MethodGet, r.URL+"/auth/api-keys", caller.Cookie(m.Session)).Decode(&list); err != nil || len(list.Keys) != 1 {
		t.Fatalf("list keys: %v, %v", list, err)
	}
	want(t, http.StatusNoContent, m.Ask(http.MethodDelete, r.URL+"/auth/api-keys/"+list.Keys[0].ID, caller.Cookie(m.Session)))
	want(t, http.StatusNoContent, m.LogOut(r.URL, m.Session))
	return m
}

// want fails the test at once unless an answer has a status.
func want(t *testing.T, status int, a caller.Answer) {
	t.Helper()
	if a.Err != nil || a.Status != status {
		t.Fatalf("want %d: %s", status, a)
	}
}

// comes waits for an answer with a status, as a client does that is told to ask again; it
// fails the test at once if the answer is another verdict.
func comes(t *testing.T, status int, ask func() caller.Answer) caller.Answer {
	t.Helper()
	begun := time.Now()
	for {
		a := ask()
		if a.Status == status {
			return a
		}
		if err := a.Unavailable(); err != nil || time.Since(begun) > soon {
			t.Fatalf("want %d within %v: %s", status, soon, a)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// wantUnavailable fails the test unless an answer says that nothing can be known, within
// the time it may take.
func wantUnavailable(t *testing.T, what string, within time.Duration, a caller.Answer) {
	t.Helper()
	if err := a.Unavailable(); err != nil {
		t.Errorf("%s: %v", what, err)
	}
	if a.Took() > within {
		t.Errorf("%s: %s, want it within %v", what, a, within)
	}
}

// probes ask who somebody is by each credential of members; those of somebody whose
// credentials have ended, may be nil.
func (r *rig) probes(members []*caller.Member, ended *caller.Member) []caller.Probe {
	var list []caller.Probe
	add := func(name string, m *caller.Member, dead bool) {
		for strategy, credential := range m.Credentials() {
			list = append(list, caller.Probe{
				Name: name + ", " + strategy,
				Dead: dead,
				Ask:  func() caller.Answer { return m.Me(r.URL, credential) },
			})
		}
	}
	for i, m := range members {
		add(fmt.Sprint("member ", i), m, false)
	}
	if ended != nil {
		add("ended", ended, true)
	}
	return list
}

// alive fails the test unless all that members are signed in with is good, as soon as that
// can be known, and returns how much is not.
func (r *rig) alive(t *testing.T, members []*caller.Member) (lost int) {
	t.Helper()
	for i, m := range members {
		for strategy, credential := range m.Credentials() {
			a := m.Me(r.URL, credential)
			for begun := time.Now(); a.Unavailable() == nil && time.Since(begun) < soon; a = m.Me(r.URL, credential) {
				time.Sleep(20 * time.Millisecond)
			}
			if a.Status != http.StatusOK {
				lost++
				t.Errorf("member %d, %s: %s", i, strategy, a)
			}
		}
	}
	return lost
}

// A mark is a place in the log of a server.
type mark struct {
	server *project.Server
	at     int
}

func markOf(server *project.Server) mark { return mark{server, len(server.Log())} }

// count counts the records with a text that were written since.
func (m mark) count(text string) int { return strings.Count(m.server.Log()[m.at:], text) }
