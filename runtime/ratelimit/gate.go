package ratelimit

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/authgen-go/authgen/runtime/authn"
)

// ErrLimited says that there were too many tries, for the client's address or for
// the account, and not which of the two (SECURITY RL-06). Its RetryAfter is the
// time to wait.
var ErrLimited = authn.NewProblem(authn.CodeRateLimited, "There were too many attempts. Wait before the next one.")

// A Gate limits the tries of one route that checks a secret or makes an account. It
// is safe for concurrent use.
type Gate struct {
	name    string
	limiter Limiter
	proxies *authn.Proxies
	policy  *Policy
	address Rate
	account Rate
	growth  *growth // nil: delays do not grow
}

// NewGate returns the Gate called name, which is part of its keys: two routes that
// share a limit share the name. Clients read it in RateLimit. An invalid rate lets
// nobody through.
//
// The bucket of an account holds as many tries as that of an address, but gets one
// more back in each rate.Per. At the same pace a single address could take every
// try of an account the moment it comes back, and lock its owner out for good; so
// there is always one that the address cannot take (SECURITY RL-07).
func NewGate(name string, l Limiter, rate Rate, proxies *authn.Proxies) *Gate {
	return &Gate{
		name:    name,
		limiter: l,
		proxies: proxies,
		policy:  NewPolicy(name, rate),
		address: rate,
		account: faster(rate),
	}
}

// Growing returns a Gate like g whose delays grow with repeated failures at one account
// (SECURITY RL-07): for the address they come from up to sixteen times as long as between
// two tries of the rate, 15 minutes at most, and for everybody else up to three times, a
// minute at most. A try counts as failed until [Gate.Succeed] says otherwise.
func (g *Gate) Growing() *Gate {
	grown := *g
	grown.growth = newGrowth(g.address)
	return &grown
}

// faster returns a rate with the same burst that refills by one more in each Per.
func faster(r Rate) Rate {
	if r.Validate() != nil {
		return r
	}
	interval := Rate{Count: r.Count + 1, Per: r.Per}.interval()
	return Rate{Count: r.Count, Per: interval * time.Duration(r.Count)}
}

// Enter reserves a try for r and, unless account is "", for the account, and
// returns nil when both had one left. Call it before the secret is looked at. The
// account is the name that was sent, in its canonical form, whether or not there is
// such an account. The headers of the answer learn what the address has left, see
// [Policy.Show]; nil headers do not. They do not tell what others have tried at the
// account.
//
// The address is asked first. When it has no try left the account's bucket is not
// touched: who floods from one address uses up that address, not the account.
// A try that the account refuses still counts for the address.
//
// The error is [ErrLimited] with the time to wait, or that of the Limiter, which
// becomes 503 (SECURITY RL-08).
func (g *Gate) Enter(answer http.Header, r *http.Request, account string) error {
	addr := authn.AddrKey(g.proxies.ClientAddr(r))
	d, err := g.take(r.Context(), bucket{key: g.name + "/address/" + addr, rate: g.address})
	if err == nil && d.Allowed && account != "" {
		var refused Decision
		if refused, err = g.takeAll(r.Context(), g.buckets(addr, account)); !refused.Allowed {
			d = refused
		}
	}
	if err != nil {
		return err
	}
	g.policy.Show(answer, d)
	if !d.Allowed {
		return ErrLimited.WithRetryAfter(d.RetryAfter)
	}
	return nil
}

// Succeed says that the last try of r at the account was no failure: delays that had grown
// there are forgotten. The tries of the rate itself stay used. What cannot be forgotten,
// since the Limiter cannot be asked, passes by itself.
func (g *Gate) Succeed(r *http.Request, account string) {
	if g.growth == nil || account == "" {
		return
	}
	// A client that goes away has succeeded all the same.
	ctx := context.WithoutCancel(r.Context())
	for _, b := range g.growth.buckets(g.name, authn.AddrKey(g.proxies.ClientAddr(r)), account) {
		_ = g.limiter.GiveBack(ctx, b.key, b.rate, b.rate.Count)
	}
}

// A bucket is a key with its rate.
type bucket struct {
	key  string
	rate Rate
}

// buckets are those of an account, the address's own first: a try that they refuse takes
// nothing from the account.
func (g *Gate) buckets(addr, account string) []bucket {
	own := bucket{key: g.name + "/account/" + account, rate: g.account}
	if g.growth == nil {
		return []bucket{own}
	}
	return append(g.growth.buckets(g.name, addr, account), own)
}

// takeAll takes from all buckets or from none.
func (g *Gate) takeAll(ctx context.Context, list []bucket) (Decision, error) {
	for i, b := range list {
		d, err := g.take(ctx, b)
		if err == nil && d.Allowed {
			continue
		}
		for _, taken := range list[:i] {
			_ = g.limiter.GiveBack(ctx, taken.key, taken.rate, 1) // or it counts
		}
		return Decision{RetryAfter: d.RetryAfter}, err
	}
	return Decision{Allowed: true}, nil
}

func (g *Gate) take(ctx context.Context, b bucket) (Decision, error) {
	d, err := g.limiter.Take(ctx, b.key, b.rate)
	if err != nil {
		return Decision{}, fmt.Errorf("limit tries of %s: %w", g.name, err)
	}
	return d, nil
}
