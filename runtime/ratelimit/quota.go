package ratelimit

import (
	"fmt"
	"net/http"

	"github.com/authgen-go/authgen/runtime/authn"
)

// ErrOverQuota says that the one who acts has made too many requests of one kind. Its
// RetryAfter is the time to wait.
var ErrOverQuota = authn.NewProblem(authn.CodeRateLimited, "There were too many requests. Wait before the next one.")

// A Quota limits what each of those who are known already may do. It is safe for
// concurrent use.
type Quota struct {
	name    string
	limiter Limiter
	rate    Rate
	policy  *Policy
}

// NewQuota returns the Quota called name, which is part of its keys and which clients
// read in RateLimit. An invalid rate lets nobody through.
func NewQuota(name string, l Limiter, rate Rate) *Quota {
	return &Quota{name: name, limiter: l, rate: rate, policy: NewPolicy(name, rate)}
}

// Take reserves a request of whoever is called who, and returns nil when there was one
// left. Call it before what is limited (SECURITY RL-04). The headers of the answer learn
// what is left, see [Policy.Show]. The error is [ErrOverQuota] with the time to wait, or
// that of the Limiter, which becomes 503 (SECURITY RL-08).
func (q *Quota) Take(answer http.Header, r *http.Request, who string) error {
	d, err := q.limiter.Take(r.Context(), "quota/"+q.name+"/"+who, q.rate)
	if err != nil {
		return fmt.Errorf("limit requests of %s: %w", q.name, err)
	}
	q.policy.Show(answer, d)
	if !d.Allowed {
		return ErrOverQuota.WithRetryAfter(d.RetryAfter).WithLimit(q.name)
	}
	return nil
}
