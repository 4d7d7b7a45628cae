package authn_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/authgen-go/authgen/internal/structured"
	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/usage"
)

var leavingSession = authn.Retirement{
	Since:  time.Date(2026, time.December, 1, 0, 0, 0, 0, time.UTC),
	Sunset: time.Date(2027, time.June, 1, 0, 0, 0, 0, time.UTC),
	Link:   "https://app.example/docs/tokens",
}

func newRetiring() *chain { return newChain(map[string]authn.Retirement{"session": leavingSession}) }

// announced reads the three headers as their RFCs say: a Date of structured fields (RFC
// 9651 section 3.3.7), an HTTP date, and a link with a relation.
func announced(t *testing.T, h http.Header) (since, sunset time.Time, link string) {
	t.Helper()
	if n := len(h["Deprecation"]); n != 1 || len(h["Sunset"]) != 1 {
		t.Fatalf("the answer has %q", h)
	}
	deprecation, err := structured.ParseItem(h["Deprecation"]...)
	date, isDate := deprecation.Value.(structured.Date)
	if err != nil || !isDate || len(deprecation.Params) > 0 {
		t.Errorf("Deprecation: %q is no date of structured fields: %v", h.Get("Deprecation"), err)
	}
	sunset, err = http.ParseTime(h.Get("Sunset"))
	if err != nil || h.Get("Sunset") != sunset.UTC().Format(http.TimeFormat) {
		t.Errorf("Sunset: %q is no HTTP date", h.Get("Sunset"))
	}
	for _, line := range h["Link"] {
		if target, found := strings.CutSuffix(line, `>; rel="deprecation"`); found && strings.HasPrefix(target, "<") {
			link = target[1:]
		}
	}
	return time.Unix(int64(date), 0).UTC(), sunset.UTC(), link
}

func wantSilent(t *testing.T, what string, h http.Header) {
	t.Helper()
	for _, name := range []string{"Deprecation", "Sunset", "Link"} {
		if h.Get(name) != "" {
			t.Errorf("%s: %s: %s", what, name, h.Get(name))
		}
	}
}

// SECURITY DUAL-04.
func TestDUAL04_AnswersOfADeprecatedStrategySaySo(t *testing.T) {
	c := newRetiring()
	deny := func(*user) error { return authn.ErrInsufficientRole }
	h, denied := c.Require(nil)(whoami), c.Require(deny)(whoami)

	c.now = leavingSession.Since.Add(-time.Second)
	wantSilent(t, "before", do(h, "GET", "/", "Session", "ann").Header)

	c.now = leavingSession.Since
	for name, handler := range map[string]http.Handler{
		"an answer": h, "a refusal": denied, "optional": c.Optional()(whoami), "nested": c.Optional()(c.Require(nil)(h)),
	} {
		since, sunset, link := announced(t, do(handler, "GET", "/", "Session", "ann").Header)
		if !since.Equal(leavingSession.Since) || !sunset.Equal(leavingSession.Sunset) || link != leavingSession.Link {
			t.Errorf("%s: %v, %v, %s", name, since, sunset, link)
		}
	}
	own := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Add("Link", `</next>; rel="next"`) })
	if got := do(c.Require(nil)(own), "GET", "/", "Session", "ann").Header["Link"]; len(got) != 2 || got[1] != `</next>; rel="next"` {
		t.Errorf("the application's own Link: %q", got)
	}

	for name, res := range map[string]*http.Response{
		"a token":             do(h, "GET", "/", "Token", "ann"),
		"a token and session": do(h, "GET", "/", "Token", "ann", "Session", "ann"),
		"nobody":              do(h, "GET", "/"),
		"nobody, optional":    do(c.Optional()(whoami), "GET", "/"),
		"a bad session":       do(h, "GET", "/", "Session", "bad"),
	} {
		wantSilent(t, name, res.Header)
	}
}

// SECURITY DUAL-04.
func TestDUAL04_TheFirstUseOfADayIsRecorded(t *testing.T) {
	c := newRetiring()
	h := c.Require(nil)(whoami)
	for range 3 {
		do(h, "GET", "/", "Session", "ann")
		do(h, "GET", "/", "Session", "ben")
		do(h, "GET", "/", "Token", "cy")
	}
	c.now = c.now.Add(24 * time.Hour)
	do(h, "GET", "/", "Session", "ann")
	var actors []string
	for _, e := range c.audit.Of(audit.StrategyDeprecated) {
		actors = append(actors, e.Actor)
		if e.Strategy != "session" || e.Outcome != audit.Success || e.Request.ID == "" {
			t.Errorf("event %+v", e)
		}
	}
	if want := []string{"id of ann", "id of ben", "id of ann"}; !slices.Equal(actors, want) {
		t.Errorf("recorded of %q, want %q", actors, want)
	}
	if got, want := c.Usage("session"), (usage.Counts{Accepted: 7, Deprecated: 7}); got != want {
		t.Errorf("counted %+v, want %+v", got, want)
	}
}

// SECURITY DUAL-05.
func TestDUAL05_AStrategyStopsAtItsSunset(t *testing.T) {
	c := newRetiring()
	h := c.Require(nil)(whoami)
	c.now = leavingSession.Sunset.Add(-time.Second)
	if got := body(t, do(h, "GET", "/", "Session", "ann")); got != "200 ann" {
		t.Errorf("a second before: %q", got)
	}
	asked := c.session.calls

	c.now = leavingSession.Sunset
	for name, handler := range map[string]http.Handler{"required": h, "optional": c.Optional()(whoami), "in part": c.Only("session").Require(nil)(whoami)} {
		for _, session := range []string{"ann", "bad"} {
			res := do(handler, "GET", "/", "Session", session)
			wantProblem(t, res, authn.CodeStrategyRetired)
			wantSilent(t, name, res.Header)
			want := []string{`api_key realm="test"`, `jwt realm="test"`}
			if got := res.Header["Www-Authenticate"]; name != "in part" && !slices.Equal(got, want) {
				t.Errorf("%s: challenges %q, want %q", name, got, want)
			}
		}
	}
	if c.session.calls != asked {
		t.Error("the store of a strategy that has ended was asked")
	}
	if got := body(t, do(h, "GET", "/", "Token", "ann")); got != "200 ann" {
		t.Errorf("a token: %q", got)
	}
	if got := body(t, do(h, "GET", "/", "Token", "ann", "Session", "old")); got != "200 ann" {
		t.Errorf("a token beside a session that was left over: %q", got)
	}
	res := do(h, "GET", "/")
	wantProblem(t, res, authn.CodeAuthenticationRequired)
	if got := res.Header["Www-Authenticate"]; slices.Contains(got, `session realm="test"`) {
		t.Errorf("what has ended is asked for: %q", got)
	}
	if got, want := c.Challenges(), []string{`api_key realm="test"`, `jwt realm="test"`}; !slices.Equal(got, want) {
		t.Errorf("challenges of every answer: %q, want %q", got, want)
	}
	if got, want := c.Usage("session"), (usage.Counts{Accepted: 1, Deprecated: 1, Refused: 6}); got != want {
		t.Errorf("counted %+v, want %+v", got, want)
	}
}
