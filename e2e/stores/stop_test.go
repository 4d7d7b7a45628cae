package stores

import (
	"errors"
	"net/http"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/authgen-go/authgen/e2e/internal/caller"
)

// A chain is somebody who refreshes again and again, each time with what came last.
type chain struct {
	member *caller.Member
	length int
	cut    []error // of requests that were sent and got no answer
	wrong  []caller.Answer
}

// run goes on until the server takes no more requests or stop is closed.
func (c *chain) run(url string, stop <-chan struct{}) {
	for {
		select {
		case <-stop:
			return
		default:
		}
		a := c.member.Renew(url, c.member.Refresh)
		switch {
		case errors.Is(a.Err, syscall.ECONNREFUSED), errors.Is(a.Err, syscall.ECONNRESET):
			return // the server had not accepted the connection
		case a.Err != nil:
			c.cut = append(c.cut, a.Err)
			return
		case a.Status == http.StatusOK && a.Decode(&c.member.Tokens) == nil:
			c.length++
		case a.Status != http.StatusServiceUnavailable:
			c.wrong = append(c.wrong, a)
			return
		}
	}
}

// chains begins chains at a server, and returns a function that waits for their end.
func chains(t *testing.T, r *rig, url string, n int) (list []*chain, wait func()) {
	t.Helper()
	stop := make(chan struct{})
	var running sync.WaitGroup
	for range n {
		c := &chain{member: r.newLogin(t)}
		list = append(list, c)
		running.Go(func() { c.run(url, stop) })
	}
	return list, func() { close(stop); running.Wait() }
}

// goOn fails the test unless each chain goes on at a server where it was left.
func goOn(t *testing.T, r *rig, url string, list []*chain) (length, cut, torn int) {
	t.Helper()
	for _, c := range list {
		for _, a := range c.wrong {
			t.Errorf("a refresh: %s", a)
		}
		length += c.length
		cut += len(c.cut)
		a := c.member.Renew(url, c.member.Refresh)
		if a.Status != http.StatusOK {
			torn++
			t.Errorf("a refresh after %d others, of which the last was answered with %v: %s", c.length, c.cut, a)
		}
	}
	return length, cut, torn
}

// SECURITY F-14.
func TestF14_AServerThatIsAskedToStopUnderLoad(t *testing.T) {
	onEach(t, all, func(t *testing.T, r *rig) {
		server, err := r.serve(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		before := markOf(server)
		list, wait := chains(t, r, server.URL, 8)
		time.Sleep(300 * time.Millisecond)
		ready := caller.Begin(5*time.Millisecond, caller.Probe{Ask: func() caller.Answer {
			nobody := caller.New(&suite.secrets) // as a balancer has
			defer nobody.Close()
			return nobody.Ask(http.MethodGet, server.URL+"/readyz")
		}})
		time.Sleep(100 * time.Millisecond)
		asked := time.Now()
		if err := server.Stop(); err != nil {
			t.Fatal(err)
		}
		ended := time.Since(asked)
		noticed := noticed(t, ready.End(), asked)
		wait()

		if err := server.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		length, cut, torn := goOn(t, r, server.URL, list)
		if alarms := before.count(reuseAlarm); alarms > 0 {
			t.Errorf("%d alarms", alarms)
		}
		if cut > 0 {
			t.Errorf("%d requests were sent and got no answer, such as: %v", cut, list[0].cut)
		}
		if noticed > time.Second { // after which connections are refused; chains keep the machine busy until then
			t.Errorf("readiness says 503 after %v", noticed)
		}
		t.Logf("readiness 503 after %v, ended after %v; %d refreshes of %d clients, %d without an answer, %d torn",
			noticed.Round(time.Millisecond), ended.Round(time.Millisecond), length, len(list), cut, torn)
	})
}

// noticed is how long after a server was asked to stop it said that it is not ready.
func noticed(t *testing.T, answers []caller.Noted, asked time.Time) time.Duration {
	t.Helper()
	for _, a := range answers {
		switch {
		case a.Came.Before(asked):
			if a.Status != http.StatusOK {
				t.Errorf("readiness before the signal: %s", a)
			}
		case a.Status == http.StatusServiceUnavailable:
			return a.Came.Sub(asked)
		}
	}
	t.Error("readiness never says that the server stops")
	return 0
}
