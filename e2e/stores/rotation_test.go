package stores

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/authgen-go/authgen/e2e/internal/caller"
	"github.com/authgen-go/authgen/e2e/internal/lossy"
)

// A connection is cut when the n-th question of a rotation goes to the store: it is never
// asked.
//
// SECURITY F-11.
func TestF11_ARotationThatIsCutShort(t *testing.T) {
	cutRotations(t, lossy.ToServer)
}

// A connection is cut when the n-th answer of the store comes: what was asked is done, and
// nobody knows.
//
// SECURITY F-12.
func TestF12_ARotationWhoseAnswerIsLost(t *testing.T) {
	cutRotations(t, lossy.ToClient)
}

func cutRotations(t *testing.T, direction lossy.Direction) {
	onEach(t, proxied, func(t *testing.T, r *rig) {
		var statuses []int
		for n := 1; ; n++ {
			status, reached := r.cutRotation(t, direction, n)
			if !reached {
				break
			}
			statuses = append(statuses, status)
			if n == 40 {
				t.Fatal("a rotation has no end")
			}
		}
		if len(statuses) == 0 {
			t.Error("a rotation does not use the store")
		}
		t.Logf("cut at each of %d pieces %s: answered with %v; each token replaced once, retries gave the same successor",
			len(statuses), direction, statuses)
	})
}

// reuseAlarm is in the record of a refresh token that was used twice.
const reuseAlarm = `"token.reuse_detected"`

// cutRotation refreshes while the n-th piece is lost with its connection, and again as a
// client would that has no answer. It returns what was answered first, and whether there
// were so many pieces.
func (r *rig) cutRotation(t *testing.T, direction lossy.Direction, n int) (status int, reached bool) {
	t.Helper()
	m := r.newLogin(t)
	defer m.Close()
	before := markOf(r.Server)

	var pieces atomic.Int32
	r.proxy.Inspect(func(p lossy.Piece) lossy.Fate {
		if p.Direction == direction && int(pieces.Add(1)) == n {
			return lossy.Cut
		}
		return lossy.Pass
	})
	first := m.Renew(r.URL, m.Refresh)
	r.proxy.Inspect(nil)
	reached = int(pieces.Load()) >= n
	if first.Status != http.StatusOK {
		if err := first.Unavailable(); err != nil {
			t.Errorf("cut at piece %d %s: %v", n, direction, err)
		}
	}

	one, two := r.renewed(t, m, m.Refresh), r.renewed(t, m, m.Refresh)
	if one.Refresh != two.Refresh {
		t.Errorf("cut at piece %d %s: a token has two successors", n, direction)
	}
	if first.Status == http.StatusOK {
		var given caller.Tokens
		if err := first.Decode(&given); err != nil || given.Refresh != one.Refresh {
			t.Errorf("cut at piece %d %s: the successor that was given is not the one (%v)", n, direction, err)
		}
	}
	want(t, http.StatusOK, m.Me(r.URL, caller.Bearer(one.Access)))
	next := r.renewed(t, m, one.Refresh)
	if alarms := before.count(reuseAlarm); alarms > 0 {
		t.Errorf("cut at piece %d %s: %d alarms", n, direction, alarms)
	}
	if n == 1 { // the alarm is heard at all, and ends the login
		want(t, http.StatusBadRequest, m.Renew(r.URL, m.Refresh))
		want(t, http.StatusBadRequest, m.Renew(r.URL, next.Refresh))
		want(t, http.StatusUnauthorized, m.Me(r.URL, caller.Bearer(next.Access)))
		if alarms := before.count(reuseAlarm); alarms != 1 {
			t.Errorf("a token that was replaced twice is used: %d alarms, want 1", alarms)
		}
	}
	return first.Status, reached
}

// newLogin is somebody who has tokens.
func (r *rig) newLogin(t *testing.T) *caller.Member {
	t.Helper()
	m := &caller.Member{User: caller.NewUser(&suite.secrets)}
	comes(t, http.StatusCreated, func() caller.Answer { return m.Register(r.URL) })
	a := comes(t, http.StatusOK, func() caller.Answer { return m.LogInForTokens(r.URL) })
	if err := a.Decode(&m.Tokens); err != nil {
		t.Fatal(err)
	}
	return m
}

// renewed are the tokens after one, as soon as the server can know.
func (r *rig) renewed(t *testing.T, m *caller.Member, token string) caller.Tokens {
	t.Helper()
	begun := time.Now()
	for {
		a := m.Renew(r.URL, token)
		if a.Status == http.StatusOK {
			var tokens caller.Tokens
			if err := a.Decode(&tokens); err != nil {
				t.Fatal(err)
			}
			return tokens
		}
		if a.Status != http.StatusServiceUnavailable || time.Since(begun) > soon {
			t.Fatalf("refresh: %s", a)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// SECURITY F-15.
func TestF15_ManyClientsRefreshOneTokenAtOnce(t *testing.T) {
	onEach(t, all, func(t *testing.T, r *rig) {
		const rounds = 5
		before := markOf(r.Server)
		var slowest time.Duration
		for range rounds {
			slowest = max(slowest, refreshAtOnce(t, 100, r.newLogin(t), r.URL))
		}
		if n := before.count("locked"); n > 0 {
			t.Errorf("the log tells of locks %d times", n)
		}
		if n := before.count(reuseAlarm); n > 0 {
			t.Errorf("%d alarms", n)
		}
		t.Logf("%d times 100 clients: 100 × 200, one successor each time; slowest %v", rounds, slowest.Round(time.Millisecond))
	})
}

// refreshAtOnce has many clients use one token at once, each at one of the servers, all of
// which have to give them the same successor. It returns how long the slowest waits.
func refreshAtOnce(t *testing.T, clients int, m *caller.Member, urls ...string) time.Duration {
	t.Helper()
	callers := make([]*caller.Caller, clients)
	answers := make([]caller.Answer, clients)
	var connected, done sync.WaitGroup
	begin := make(chan struct{})
	for i := range clients {
		callers[i] = caller.New(&suite.secrets)
		defer callers[i].Close()
		url := urls[i%len(urls)]
		connected.Add(1)
		done.Go(func() {
			callers[i].Ask(http.MethodGet, url+"/healthz") // so that it is connected
			connected.Done()
			<-begin
			answers[i] = callers[i].Renew(url, m.Refresh)
		})
	}
	connected.Wait()
	close(begin)
	done.Wait()

	statuses, successors := map[string]int{}, map[string]int{}
	var slowest time.Duration
	for _, a := range answers {
		slowest = max(slowest, a.Took())
		statuses[fmt.Sprint(a.Status)]++
		if a.Status != http.StatusOK {
			t.Errorf("one of %d clients: %s", clients, a)
			continue
		}
		var tokens caller.Tokens
		if err := a.Decode(&tokens); err != nil {
			t.Error(err)
		}
		successors[tokens.Refresh]++
		m.Tokens = tokens
	}
	if len(successors) != 1 {
		t.Fatalf("%d clients have %d successors: %v", clients, len(successors), statuses)
	}
	for _, url := range urls {
		want(t, http.StatusOK, m.Me(url, caller.Bearer(m.Access)))
	}
	want(t, http.StatusOK, m.Renew(urls[0], m.Refresh))
	return slowest
}

// atOnce asks many times at once, and counts the answers that are 200 and 503, which is all
// there may be.
func atOnce(t *testing.T, times int, ask func() caller.Answer) (ok, unavailable int) {
	t.Helper()
	answers := make([]caller.Answer, times)
	var asked sync.WaitGroup
	for i := range times {
		asked.Go(func() { answers[i] = ask() })
	}
	asked.Wait()
	for _, a := range answers {
		if a.Status == http.StatusOK {
			ok++
		} else {
			wantUnavailable(t, "one of many", soon, a)
			unavailable++
		}
	}
	return ok, unavailable
}
