package stores

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/authgen-go/authgen/e2e/internal/caller"
	"github.com/authgen-go/authgen/e2e/internal/project"
)

// Two processes of one server are one server to whoever asks either.
func TestTwoProcessesAreOne(t *testing.T) {
	tests := map[string]func(*testing.T, *rig, *project.Server){
		"an end at one is the end at the other": endsAgree,
		"one token has one successor":           refreshesAgree,
		"a session in use at one is not idle":   idlenessAgrees,
		"keys are used at both":                 lastUseAgrees,
		"five tries are five at both":           limitsAgree,
	}
	onEach(t, remote, func(t *testing.T, r *rig) {
		other, err := r.serve(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for name, test := range tests {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				test(t, r, other)
			})
		}
	})
}

// endsAgree has the next request to one process be refused after something has ended at
// the other.
func endsAgree(t *testing.T, r *rig, other *project.Server) {
	ends := map[string]struct {
		end  func(at string, m *caller.Member)
		ends []string // strategies
	}{
		"revoke": {func(at string, m *caller.Member) {
			want(t, http.StatusNoContent, m.Revoke(at, m.Access))
		}, []string{"jwt"}},
		"log out": {func(at string, m *caller.Member) {
			want(t, http.StatusNoContent, m.LogOut(at, m.Session))
		}, []string{"session"}},
		"log out everywhere": {func(at string, m *caller.Member) {
			want(t, http.StatusNoContent, m.LogOutEverywhere(at, caller.Cookie(m.Session)))
		}, []string{"session", "jwt"}},
		"change the password": {func(at string, m *caller.Member) {
			want(t, http.StatusNoContent, m.ChangePassword(at, "eight red boats at dusk", caller.Bearer(m.Access)))
		}, []string{"session"}},
		"end a key": {func(at string, m *caller.Member) {
			want(t, http.StatusNoContent, m.Ask(http.MethodPost, at+"/auth/api-keys/leaked", caller.JSON(map[string]string{"key": m.Key})))
		}, []string{"api_key"}},
		"disable": {func(_ string, m *caller.Member) {
			if _, err := r.Admin("user", "disable", "--email", m.Email); err != nil {
				t.Error(err)
			}
		}, []string{"session", "jwt", "api_key"}},
	}
	asked := 0
	for name, e := range ends {
		for _, way := range [][2]string{{r.URL, other.URL}, {other.URL, r.URL}} {
			m := r.members(t, 1)[0]
			credentials := m.Credentials()
			for strategy, credential := range credentials {
				for _, at := range way {
					if a := m.Me(at, credential); a.Status != http.StatusOK {
						t.Errorf("before %s, %s: %s", name, strategy, a)
					}
				}
			}
			e.end(way[0], m)
			for _, strategy := range e.ends {
				asked++
				if a := m.Me(way[1], credentials[strategy]); a.Status != http.StatusUnauthorized {
					t.Errorf("after %s, %s: %s", name, strategy, a)
				}
			}
		}
	}
	t.Logf("%d credentials ended at one process, all refused by the next request to the other", asked)
}

func refreshesAgree(t *testing.T, r *rig, other *project.Server) {
	const rounds = 5
	before := []mark{markOf(r.Server), markOf(other)}
	for range rounds {
		refreshAtOnce(t, 100, r.newLogin(t), r.URL, other.URL)
	}
	for _, b := range before {
		if n := b.count(reuseAlarm); n > 0 {
			t.Errorf("%d alarms", n)
		}
	}
	t.Logf("%d times 100 refreshes of one token over both: 100 × 200, one successor each time", rounds)
}

// idle is the idle timeout of the project.
const idle = 30 * time.Second

// idlenessAgrees uses a session at one process for longer than it lives without a request.
func idlenessAgrees(t *testing.T, r *rig, other *project.Server) {
	members := r.members(t, 2)
	used, unused := members[0], members[1]
	const apart = 3 * time.Second
	for range idle/apart + 2 {
		time.Sleep(apart)
		want(t, http.StatusOK, used.Me(r.URL, caller.Cookie(used.Session)))
	}
	want(t, http.StatusUnauthorized, unused.Me(other.URL, caller.Cookie(unused.Session)))
	want(t, http.StatusOK, used.Me(other.URL, caller.Cookie(used.Session)))
	t.Logf("after %v: a session in use at one process only is 200 at the other, one in use nowhere 401", idle+2*apart)
}

// lastUseAgrees has a key be used at one process, and then at the other.
func lastUseAgrees(t *testing.T, r *rig, other *project.Server) {
	m := r.members(t, 1)[0]
	var last time.Time
	for _, ways := range [][2]string{{r.URL, other.URL}, {other.URL, r.URL}, {r.URL, r.URL}} {
		used, shown := ways[0], ways[1]
		asked := time.Now().Truncate(time.Microsecond)
		want(t, http.StatusOK, m.Me(used, caller.Key(m.Key)))
		for {
			at := lastUsed(t, shown, m)
			if at.Before(last) {
				t.Fatalf("the last use goes back from %v to %v", last, at)
			}
			last = at
			if !at.Before(asked) {
				break
			}
			if time.Since(asked) > soon {
				t.Fatalf("the last use is %v, want %v or later", at, asked)
			}
			time.Sleep(50 * time.Millisecond)
		}
	}
}

// lastUsed is when the only key of somebody was used last, as a process says.
func lastUsed(t *testing.T, at string, m *caller.Member) time.Time {
	t.Helper()
	var list struct {
		Keys []struct {
			LastUsedAt time.Time `json:"last_used_at"`
		} `json:"api_keys"`
	}
	if err := m.Ask(http.MethodGet, at+"/auth/api-keys", caller.Cookie(m.Session)).Decode(&list); err != nil || len(list.Keys) != 1 {
		t.Fatalf("list keys: %v, %v", list, err)
	}
	return list.Keys[0].LastUsedAt
}

// limitsAgree has somebody guess a password at both processes at once. Limits that are
// counted in memory are those of one process, which is said at the start.
func limitsAgree(t *testing.T, r *rig, other *project.Server) {
	const limit = 5 // of logins, when the spec says nothing
	thief := caller.NewUser(&suite.secrets)
	defer thief.Close()

	var guessed sync.WaitGroup
	answers := make([]caller.Answer, 4*limit)
	for i := range answers {
		guessed.Go(func() { answers[i] = thief.LogIn([]string{r.URL, other.URL}[i%2]) })
	}
	guessed.Wait()
	statuses := map[int]int{}
	for _, a := range answers {
		statuses[a.Status]++
		if a.Status == http.StatusTooManyRequests && a.Header.Get("Retry-After") == "" {
			t.Errorf("without Retry-After: %s", a)
		}
	}
	allowed := 2 * limit
	if r.backend.inRedis() {
		allowed = limit
	}
	if statuses[http.StatusUnauthorized] != allowed || statuses[http.StatusUnauthorized]+statuses[http.StatusTooManyRequests] != len(answers) {
		t.Errorf("%d guesses over both: %v, want %d that are judged and the rest 429", len(answers), statuses, allowed)
	}
	t.Logf("%d guesses over both: %v", len(answers), statuses)
}
