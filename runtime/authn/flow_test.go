package authn_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/audit/audittest"
	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/usage"
)

// SECURITY DUAL-04 and DUAL-05.
func TestDUAL04_DUAL05_EndpointsThatEnd(t *testing.T) {
	now := leavingSession.Since.Add(-time.Second)
	frame, _ := newFrame()
	events := new(audittest.Recorder)
	frame.Now, frame.Audit = func() time.Time { return now }, events
	flow := authn.NewFlow(frame, "oauth").Ending(leavingSession)
	h := flow.Around(nil)(frame.Handler(flow.Counted(func(w http.ResponseWriter, r *http.Request) error {
		flow.Used(r, r.Header.Get("User"))
		return nil
	})))
	wantSilent(t, "before", do(h, "GET", "/", "User", "ann").Header)
	for _, now = range []time.Time{leavingSession.Since, leavingSession.Since.Add(time.Minute), leavingSession.Sunset.Add(-time.Second)} {
		since, sunset, link := announced(t, do(h, "GET", "/", "User", "ann").Header)
		if !since.Equal(leavingSession.Since) || !sunset.Equal(leavingSession.Sunset) || link != leavingSession.Link {
			t.Errorf("%v, %v, %s", since, sunset, link)
		}
	}
	do(h, "GET", "/", "User", "ben")
	now = leavingSession.Sunset
	res := do(h, "GET", "/", "User", "ann")
	wantProblem(t, res, authn.CodeStrategyRetired)
	wantSilent(t, "after", res.Header)
	if got, want := flow.Usage(), (usage.Counts{Accepted: 5, Deprecated: 4, Refused: 1}); got != want {
		t.Errorf("counted %+v, want %+v", got, want)
	}
	var actors []string
	for _, e := range events.Of(audit.StrategyDeprecated) {
		actors = append(actors, e.Actor)
		if e.Strategy != "oauth" || e.Outcome != audit.Success || e.Request.ID == "" {
			t.Errorf("event %+v", e)
		}
	}
	if want := []string{"ann", "ann", "ben"}; !slices.Equal(actors, want) {
		t.Errorf("recorded of %q, want %q", actors, want)
	}
}

func TestAFlowThatStays(t *testing.T) {
	frame, _ := newFrame()
	flow := authn.NewFlow(frame, "oauth")
	outcome := error(nil)
	outer := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Outer", "yes")
			next.ServeHTTP(w, r)
		})
	}
	h := flow.Around(outer)(frame.Handler(flow.Counted(func(_ http.ResponseWriter, r *http.Request) error {
		flow.Used(r, "ann")
		return outcome
	})))
	for _, outcome = range []error{nil, errBad, errStore, authn.ErrUnavailable} {
		res := do(h, "GET", "/")
		wantSilent(t, "an answer", res.Header)
		if res.Header.Get("Outer") == "" {
			t.Error("nothing is around")
		}
	}
	if got, want := flow.Usage(), (usage.Counts{Accepted: 1, Refused: 1, Unavailable: 2}); got != want {
		t.Errorf("counted %+v, want %+v", got, want)
	}
}
