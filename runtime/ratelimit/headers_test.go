package ratelimit_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/authgen-go/authgen/internal/structured"
	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/ratelimit"
)

// An item is one member of a structured field that is a list of strings with parameters
// that are integers.
type item struct {
	name   string
	params map[string]int64
}

// parseList reads such a list (RFC 9651 section 4.2). What is no structured field, or one
// of another shape, fails the test.
func parseList(t testing.TB, lines []string) []item {
	t.Helper()
	members, err := structured.ParseList(lines...)
	if err != nil {
		t.Fatalf("%q: %v", lines, err)
	}
	list := make([]item, len(members))
	for i, member := range members {
		name, isString := member.Value.(string)
		list[i] = item{name, map[string]int64{}}
		for _, p := range member.Params {
			n, isInteger := p.Value.(int64)
			if !isString || !isInteger {
				t.Fatalf("%q: the item %v", lines, member)
			}
			list[i].params[p.Key] = n
		}
	}
	return list
}

// shown are the members of both fields of an answer.
func shown(t testing.TB, h http.Header) (policies, limits []item) {
	t.Helper()
	policies, limits = parseList(t, h.Values("RateLimit-Policy")), parseList(t, h.Values("RateLimit"))
	return policies, limits
}

// SECURITY RL-02.
func TestRL02_TheFieldsSayWhatIsLeft(t *testing.T) {
	rate := ratelimit.Rate{Count: 3, Per: 10 * time.Second} // one comes back in 3.3 s
	p := ratelimit.NewPolicy("login", rate)
	for i, want := range []map[string]int64{{"r": 2, "t": 4}, {"r": 1, "t": 4}, {"r": 0, "t": 4}, {"r": 0, "t": 4}, {"r": 0, "t": 3}} {
		w := newWall()
		m := ratelimit.NewMemory(ratelimit.MemoryConfig{Now: w.Now})
		var d ratelimit.Decision
		for n := range i + 1 {
			if n == 4 {
				w.add(500 * time.Millisecond)
			}
			d = take(t, m, "a", rate)
		}
		h := http.Header{}
		p.Show(h, d)
		policies, limits := shown(t, h)
		if len(policies) != 1 || policies[0].name != "login" || fmt.Sprint(policies[0].params) != "map[q:3 w:10]" {
			t.Errorf("take %d: %v", i, policies)
		}
		if len(limits) != 1 || limits[0].name != "login" || fmt.Sprint(limits[0].params) != fmt.Sprint(want) {
			t.Errorf("take %d: %v, want %v", i, limits, want)
		}
		// After t there is one more than r says.
		w.add(time.Duration(want["t"]) * time.Second)
		for n := range want["r"] + 1 {
			if got := take(t, m, "a", rate); !got.Allowed {
				t.Errorf("take %d: after t, take %d: %+v", i, n, got)
			}
		}
	}
}

func TestSeveralLimitsAreShown(t *testing.T) {
	h := http.Header{}
	rates := []ratelimit.Rate{{Count: 1, Per: time.Millisecond}, {Count: 1 << 30, Per: ratelimit.MaxPer}, {Count: 2, Per: time.Minute}}
	for i, rate := range rates {
		ratelimit.NewPolicy(fmt.Sprint(`"\`, "\r\n\x00ü", i), rate).Show(h, ratelimit.Decision{Allowed: true, Remaining: i})
	}
	policies, limits := shown(t, h)
	for i := range rates {
		if name := fmt.Sprint(`"\`, i); policies[i].name != name || limits[i].name != name || limits[i].params["r"] != int64(i) {
			t.Errorf("limit %d: %v, %v", i, policies[i], limits[i])
		}
	}
	if policies[0].params["w"] != 1 || policies[1].params["w"] != int64(ratelimit.MaxPer/time.Second) {
		t.Errorf("windows: %v", policies)
	}
	// What one answer adds is not in another.
	other := http.Header{}
	p := ratelimit.NewPolicy("a", fivePerMinute)
	p.Show(other, ratelimit.Decision{})
	p.Show(other, ratelimit.Decision{})
	h = http.Header{}
	p.Show(h, ratelimit.Decision{})
	if policies, _ := shown(t, h); len(policies) != 1 {
		t.Errorf("%v", policies)
	}
	p.Show(nil, ratelimit.Decision{})
}

// Whoever has used up a limit is told to wait for exactly as long as the field says,
// whatever refuses: SECURITY RL-02.
func TestRL02_RetryAfterIsNotBeforeT(t *testing.T) {
	for name, send := range map[string]func(i int) (addr, account string){
		"the address":        func(i int) (string, string) { return "192.0.2.1:1", fmt.Sprint("user", i) },
		"the account":        func(i int) (string, string) { return fmt.Sprintf("192.0.2.%d:1", i), "ada" },
		"the address and it": func(int) (string, string) { return "192.0.2.1:1", "ada" },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWall()
			rate := ratelimit.Rate{Count: 5, Per: 7 * time.Second}
			g := ratelimit.NewGate("login", ratelimit.NewMemory(ratelimit.MemoryConfig{Now: w.Now}), rate, nil).Growing()
			h := new(authn.Frame).Handler(func(w http.ResponseWriter, r *http.Request) error {
				return g.Enter(w.Header(), r, r.URL.Query().Get("account"))
			})
			refused := 0
			for i := range 200 {
				addr, account := send(i)
				r := from(addr)
				r.URL.RawQuery = "account=" + account
				answer := httptest.NewRecorder()
				h.ServeHTTP(answer, r)
				policies, limits := shown(t, answer.Header())
				if len(policies) != 1 || len(limits) != 1 || fmt.Sprint(policies[0]) != "{login map[q:5 w:7]}" {
					t.Fatalf("try %d: %v, %v", i, policies, limits)
				}
				if answer.Code == http.StatusTooManyRequests {
					refused++
					wait, err := strconv.ParseInt(answer.Header().Get("Retry-After"), 10, 64)
					if err != nil || wait < limits[0].params["t"] || limits[0].params["r"] != 0 || limits[0].params["t"] < 1 {
						t.Fatalf("try %d: Retry-After %d, %v", i, wait, limits)
					}
				}
				w.add(300 * time.Millisecond)
			}
			if refused < 50 {
				t.Fatalf("%d refusals", refused)
			}
		})
	}
}

// What others have tried at an account is nobody's business. SECURITY RL-06.
func TestRL06_TheFieldsDoNotTellOfTheAccount(t *testing.T) {
	g := ratelimit.NewGate("login", ratelimit.NewMemory(ratelimit.MemoryConfig{Now: newWall().Now}), fivePerMinute, nil).Growing()
	for i := range 4 {
		if err := g.Enter(nil, from(fmt.Sprintf("192.0.2.%d:1", i)), "ada"); err != nil {
			t.Fatal(err)
		}
	}
	tried, fresh := http.Header{}, http.Header{}
	if err := g.Enter(tried, from("198.51.100.1:1"), "ada"); err != nil {
		t.Fatal(err)
	}
	if err := g.Enter(fresh, from("198.51.100.2:1"), "bob"); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(tried.Values("RateLimit"), fresh.Values("RateLimit")) {
		t.Errorf("%v and %v", tried, fresh)
	}
}
