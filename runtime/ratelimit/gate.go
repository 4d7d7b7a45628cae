package ratelimit

import (
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
	address Rate
	account Rate
}

// NewGate returns the Gate called name, which is part of its keys: two routes that
// share a limit share the name. An invalid rate lets nobody through.
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
		address: rate,
		account: faster(rate),
	}
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
// such an account.
//
// The address is asked first. When it has no try left the account's bucket is not
// touched: who floods from one address uses up that address, not the account.
// A try that the account refuses still counts for the address.
//
// The error is [ErrLimited] with the time to wait, or that of the Limiter, which
// becomes 503 (SECURITY RL-08).
func (g *Gate) Enter(r *http.Request, account string) error {
	addr := authn.AddrKey(g.proxies.ClientAddr(r))
	if err := g.take(r, "/address/", addr, g.address); err != nil {
		return err
	}
	if account == "" {
		return nil
	}
	return g.take(r, "/account/", account, g.account)
}

func (g *Gate) take(r *http.Request, kind, name string, rate Rate) error {
	d, err := g.limiter.Take(r.Context(), g.name+kind+name, rate)
	if err != nil {
		return fmt.Errorf("limit tries of %s: %w", g.name, err)
	}
	if !d.Allowed {
		return ErrLimited.WithRetryAfter(d.RetryAfter)
	}
	return nil
}
