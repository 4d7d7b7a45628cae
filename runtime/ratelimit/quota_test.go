package ratelimit_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/ratelimit"
)

func TestQuotaIsOfEach(t *testing.T) {
	now := time.Date(2026, time.December, 1, 0, 0, 0, 0, time.UTC)
	limiter := ratelimit.NewMemory(ratelimit.MemoryConfig{Now: func() time.Time { return now }})
	rate := ratelimit.Rate{Count: 2, Per: time.Minute}
	orders, reports := ratelimit.NewQuota("orders", limiter, rate), ratelimit.NewQuota("reports", limiter, rate)
	request, answer := httptest.NewRequest("GET", "/", nil), http.Header{}
	take := func(q *ratelimit.Quota, who string, want error) {
		t.Helper()
		if err := q.Take(answer, request, who); !errors.Is(err, want) {
			t.Fatalf("%s: %v, want %v", who, err, want)
		}
	}
	take(orders, "ann", nil)
	take(orders, "ann", nil)
	take(orders, "ann", ratelimit.ErrOverQuota)
	take(orders, "ben", nil)
	take(reports, "ann", nil)
	problem, ok := errors.AsType[*authn.Problem](orders.Take(nil, request, "ann"))
	if !ok || problem.RetryAfter != 30*time.Second || problem.Code.Status() != 429 {
		t.Errorf("the refusal is %+v", problem)
	}
	if got := answer["Ratelimit"]; len(got) == 0 || got[0] != `"orders";r=1;t=30` || got[2] != `"orders";r=0;t=30` {
		t.Errorf("RateLimit: %q", got)
	}
	now = now.Add(30 * time.Second)
	take(orders, "ann", nil)
	take(orders, "ann", ratelimit.ErrOverQuota)
}

// SECURITY RL-08.
func TestRL08_AQuotaThatCannotBeCountedIsNotGranted(t *testing.T) {
	away := errors.New("away")
	q := ratelimit.NewQuota("orders", limiterFunc(func(string) (ratelimit.Decision, error) { return ratelimit.Decision{}, away }), ratelimit.Rate{Count: 1, Per: time.Minute})
	err := q.Take(nil, httptest.NewRequest("GET", "/", nil), "ann")
	if _, isProblem := errors.AsType[*authn.Problem](err); !errors.Is(err, away) || isProblem {
		t.Errorf("Take = %v", err)
	}
}
