package authn_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/audit/audittest"
	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/usage"
)

// A chain is a guard of a key, a token and a session, with a clock and a record of
// what it audits.
type chain struct {
	*authn.Guard[*user]
	key, token, session *strategy
	now                 time.Time
	audit               *audittest.Recorder
}

func newChain(retiring map[string]authn.Retirement) *chain {
	c := &chain{
		key:     &strategy{name: "api_key", header: "Key"},
		token:   &strategy{name: "jwt", header: "Token"},
		session: &strategy{name: "session", header: "Session"},
		now:     time.Date(2026, time.December, 1, 12, 0, 0, 0, time.UTC),
		audit:   new(audittest.Recorder),
	}
	frame, _ := newFrame()
	frame.Audit, frame.Now = c.audit, func() time.Time { return c.now }
	var all []authn.Authenticator[*user]
	for _, s := range []*strategy{c.key, c.token, c.session} {
		if r, ok := retiring[s.name]; ok {
			all = append(all, leaving{s, r})
			continue
		}
		all = append(all, s)
	}
	c.Guard = authn.NewGuard(frame, all...).Naming(func(u *user) string { return "id of " + u.name })
	return c
}

type leaving struct {
	*strategy
	retirement authn.Retirement
}

func (l leaving) Retirement() authn.Retirement { return l.retirement }

// SECURITY DUAL-01.
func TestDUAL01_TheFirstCredentialDecidesWhicheverStrategiesThereAre(t *testing.T) {
	for _, key := range []string{"", "bad", "k"} {
		for _, token := range []string{"", "bad", "t"} {
			for _, session := range []string{"", "bad", "s"} {
				c := newChain(nil)
				res := do(c.Require(nil)(whoami), "GET", "/", "Key", key, "Token", token, "Session", session)
				first := key + token + session // the first of them, if the rest is cut off
				switch {
				case key != "":
					first = key
				case token != "":
					first = token
				}
				want := "200 " + first
				if first == "" || first == "bad" {
					if res.StatusCode != http.StatusUnauthorized {
						t.Errorf("%q %q %q: status %d", key, token, session, res.StatusCode)
					}
				} else if got := body(t, res); got != want {
					t.Errorf("%q %q %q: %q, want %q", key, token, session, got, want)
				}
				if asked := c.key.calls + c.token.calls + c.session.calls; asked > 1 {
					t.Errorf("%q %q %q: %d stores were asked", key, token, session, asked)
				}
			}
		}
	}
}

// SECURITY DUAL-02.
func TestDUAL02_ASecondCredentialIsIgnoredAndRecordedOnceADay(t *testing.T) {
	c := newChain(nil)
	h := c.Require(nil)(whoami)
	both := func(key, token, session, want string) {
		t.Helper()
		if got := body(t, do(h, "GET", "/", "Key", key, "Token", token, "Session", session)); got != "200 "+want {
			t.Fatalf("answer %q, want %q", got, want)
		}
	}
	recorded := func(want ...string) {
		t.Helper()
		var got []string
		for _, e := range c.audit.Of(audit.CredentialIgnored) {
			got = append(got, fmt.Sprintf("%s by %s, not %s", e.Actor, e.Strategy, e.Reason))
			if e.Outcome != audit.Success || e.Request.ID == "" {
				t.Errorf("event %+v", e)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("recorded %q, want %q", got, want)
		}
	}
	both("", "ann", "", "ann")
	recorded()
	both("", "ann", "ben", "ann")
	both("", "ann", "ben", "ann")
	both("", "ann", "bad", "ann")
	recorded("id of ann by jwt, not session")
	both("cy", "ann", "", "cy")
	recorded("id of ann by jwt, not session", "id of cy by api_key, not jwt")
	c.now = c.now.Add(24 * time.Hour)
	both("", "ann", "ben", "ann")
	recorded("id of ann by jwt, not session", "id of cy by api_key, not jwt", "id of ann by jwt, not session")
	if c.session.calls != 0 {
		t.Errorf("the second credential was looked at %d times", c.session.calls)
	}
	do(h, "GET", "/", "Token", "bad", "Session", "ben")
	if n := len(c.audit.Of(audit.CredentialIgnored)); n != 3 {
		t.Errorf("a refused request leaves %d events", n-3)
	}
}

// SECURITY DUAL-01.
func TestDUAL01_ARouteThatTakesSomeStrategiesOnly(t *testing.T) {
	const bearer, key = `jwt realm="test"`, `api_key realm="test"`
	for name, tt := range map[string]struct {
		headers    []string
		want       string
		challenges []string
	}{
		"nothing":             {nil, "401", []string{key, bearer}},
		"a token":             {[]string{"Token", "t"}, "200 t", nil},
		"a key":               {[]string{"Key", "k"}, "200 k", nil},
		"a key and a session": {[]string{"Key", "k", "Session", "s"}, "200 k", nil},
		"a session":           {[]string{"Session", "s"}, "401", []string{key, bearer}},
		"a bad session":       {[]string{"Session", "bad"}, "401", []string{key, bearer}},
		"a bad token":         {[]string{"Token", "bad"}, "401", []string{bearer + `, error="invalid_token"`, key}},
		"two headers":         {[]string{"Session", "s", "Token", "bad"}, "401", []string{bearer + `, error="invalid_token"`, key}},
	} {
		t.Run(name, func(t *testing.T) {
			c := newChain(nil)
			some := c.Only("api_key", "jwt")
			for kind, h := range map[string]http.Handler{"require": some.Require(nil)(whoami), "nested": c.Optional()(some.Require(nil)(whoami))} {
				res := do(h, "GET", "/", tt.headers...)
				if res.StatusCode == http.StatusUnauthorized {
					if got := res.Header["Www-Authenticate"]; kind == "require" && !slices.Equal(got, tt.challenges) {
						t.Errorf("challenges %q, want %q", got, tt.challenges)
					}
					if tt.want != "401" {
						t.Errorf("%s: status 401", kind)
					}
					continue
				}
				if got := body(t, res); got != tt.want {
					t.Errorf("%s: %q, want %q", kind, got, tt.want)
				}
			}
			if len(tt.headers) == 2 && c.session.calls > 1 { // by the guard around the other
				t.Errorf("a session that is not taken was looked up %d times", c.session.calls)
			}
		})
	}

	// What is looked for first does not change with what is accepted: a route that takes
	// sessions only refuses a request that comes with a token.
	c := newChain(nil)
	h := c.Only("session").Optional()(whoami)
	for headers, want := range map[[2]string]string{{"t", "s"}: "", {"bad", "s"}: "", {"", "s"}: "200 s", {"", ""}: "200 nobody", {"t", ""}: ""} {
		res := do(h, "GET", "/", "Token", headers[0], "Session", headers[1])
		if want == "" {
			wantProblem(t, res, authn.CodeAuthenticationRequired)
		} else if got := body(t, res); got != want {
			t.Errorf("%q: %q, want %q", headers, got, want)
		}
	}
	if c.token.calls != 0 {
		t.Errorf("a token that is not taken was verified %d times", c.token.calls)
	}
}

func TestALimitIsAskedLast(t *testing.T) {
	c := newChain(nil)
	over := authn.NewProblem(authn.CodeRateLimited, "Wait.").WithRetryAfter(3 * time.Second)
	var asked []string
	limit := func(_ http.Header, _ *http.Request, u *user) error {
		asked = append(asked, u.name)
		switch u.name {
		case "over":
			return over
		case "unknown":
			return errStore
		case "panic":
			panic("no")
		}
		return nil
	}
	allow := func(u *user) error {
		if u.name == "weak" {
			return authn.ErrInsufficientRole
		}
		return nil
	}
	h := c.RequireWithin(allow, limit)(whoami)
	if got := body(t, do(h, "GET", "/", "Token", "ann")); got != "200 ann" {
		t.Errorf("answer %q", got)
	}
	wantProblem(t, do(h, "GET", "/", "Token", "weak"), authn.CodeInsufficientRole)
	wantProblem(t, do(h, "GET", "/", "Token", "bad"), authn.CodeInvalidSession)
	res := do(h, "GET", "/", "Token", "over")
	wantProblem(t, res, authn.CodeRateLimited)
	if got := res.Header.Get("Retry-After"); got != "3" {
		t.Errorf("Retry-After: %s", got)
	}
	if events := c.audit.Of(audit.RateLimited); len(events) != 1 || events[0].Actor != "id of over" || events[0].Strategy != "jwt" {
		t.Errorf("recorded %+v", events)
	}
	wantProblem(t, do(h, "GET", "/", "Token", "unknown"), authn.CodeUnavailable)
	wantProblem(t, do(h, "GET", "/", "Token", "panic"), authn.CodeInternal)
	if want := []string{"ann", "over", "unknown", "panic"}; !slices.Equal(asked, want) {
		t.Errorf("the limit was asked about %q, want %q", asked, want)
	}
}

func TestUsageCountsByStrategyAndOutcome(t *testing.T) {
	c := newChain(nil)
	h, some := c.Require(func(u *user) error {
		if u.name == "weak" {
			return authn.ErrInsufficientRole
		}
		return nil
	})(whoami), c.Only("jwt").Require(nil)(whoami)
	do(h, "GET", "/", "Token", "ann")
	do(h, "GET", "/", "Token", "weak") // authenticated, and not allowed
	do(some, "GET", "/", "Token", "ann")
	do(h, "GET", "/", "Token", "bad", "Session", "ben")
	do(h, "GET", "/", "Session", "ben")
	do(some, "GET", "/", "Session", "ben") // not looked at
	do(h, "GET", "/")
	c.session.set(errStore)
	do(h, "GET", "/", "Session", "ben")
	c.session.set(authn.ErrUnavailable)
	do(h, "GET", "/", "Session", "ben")
	for name, want := range map[string]usage.Counts{
		"api_key": {},
		"jwt":     {Accepted: 3, Refused: 1},
		"session": {Accepted: 1, Unavailable: 2},
		"none":    {},
	} {
		if got := c.Usage(name); got != want {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
	if got := c.Only("jwt").Usage("jwt"); got.Accepted != 3 {
		t.Errorf("a part of the chain counts by itself: %+v", got)
	}
}

func TestCheckSunset(t *testing.T) {
	sunset := time.Date(2027, time.June, 1, 0, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		sunset, now time.Time
		ended       bool
	}{
		"before": {sunset, sunset.Add(-time.Nanosecond), false},
		"at":     {sunset, sunset, true},
		"after":  {sunset, sunset.AddDate(1, 0, 0), true},
		"never":  {time.Time{}, sunset, false},
	} {
		if err := authn.CheckSunset(tt.sunset, tt.now); errors.Is(err, authn.ErrStrategyRetired) != tt.ended || !tt.ended && err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
