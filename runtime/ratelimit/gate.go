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
	told    *told   // nil: addresses are not remembered
	knower  knower  // the limiter, if it is one; or nil, and so are turns
	turns   *turns
}

// A knower is a [Limiter] that knows of some keys, without asking, that they are refused.
type knower interface {
	// refusing returns for how long; zero if that is not known.
	refusing(key string) time.Duration
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
	g := &Gate{
		name:    name,
		limiter: l,
		proxies: proxies,
		policy:  NewPolicy(name, rate),
		address: rate,
		account: faster(rate),
	}
	if k, ok := l.(knower); ok {
		g.knower, g.turns = k, newTurns()
	}
	return g
}

// Growing returns a Gate like g whose delays grow with repeated failures at one account
// (SECURITY RL-07): for the address they come from up to sixteen times as long as between
// two tries of the rate, 15 minutes at most, and for everybody else up to three times, a
// minute at most, but for addresses from which a try has succeeded in the last 30 days:
// a crowd that takes every try of the account leaves them theirs. A try counts as failed
// until [Gate.Succeed] says otherwise.
func (g *Gate) Growing() *Gate {
	grown := *g
	grown.growth, grown.told = newGrowth(g.address), newTold()
	return &grown
}

// Remembering returns a Gate like g that binds nobody by what others try at the account who
// comes from an address from which a try has succeeded in the last 30 days, as
// [Gate.Succeed] says: their own address's limit is all there is. It is for accounts whose
// secrets nobody can guess, such as machines, which several addresses could otherwise keep
// out (SECURITY RL-07).
func (g *Gate) Remembering() *Gate {
	remembering := *g
	remembering.told = newTold()
	return &remembering
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
// touched: who floods from one address uses up that address, not the account. A try
// that the account refuses is given back to the address, or an owner who waits for the
// account would have to wait for the address next.
//
// The error is [ErrLimited] with the time to wait, or that of the Limiter, which
// becomes 503 (SECURITY RL-08).
func (g *Gate) Enter(answer http.Header, r *http.Request, account string) error {
	addr := authn.AddrKey(g.proxies.ClientAddr(r))
	list := []bucket{{key: g.name + "/address/" + addr, rate: g.address}}
	if account != "" {
		list = append(list, g.buckets(addr, account)...)
		if g.turns != nil {
			end, err := g.turns.take(r.Context(), account)
			if err != nil {
				return fmt.Errorf("limit tries of %s: %w", g.name, err)
			}
			defer end()
		}
	}
	d, err := g.takeAll(r.Context(), list)
	if err != nil {
		return err
	}
	g.policy.Show(answer, d)
	if !d.Allowed {
		return ErrLimited.WithRetryAfter(d.RetryAfter).WithLimit(g.name)
	}
	return nil
}

// Succeed says that the last try of r at the account was no failure: delays that had grown
// for the address there are forgotten, and the address is remembered. Those that others
// have brought upon the account stay, and so do the tries of the rate itself. What cannot
// be forgotten, since the Limiter cannot be asked, passes by itself.
func (g *Gate) Succeed(r *http.Request, account string) {
	if g.told == nil || account == "" {
		return
	}
	// A client that goes away has succeeded all the same.
	ctx := context.WithoutCancel(r.Context())
	addr := authn.AddrKey(g.proxies.ClientAddr(r))
	for _, b := range g.growing(addr, account) {
		n := b.rate.Count
		if b.unless != "" {
			n = 1 // others' failures are not forgotten for it
		}
		if g.limiter.GiveBack(ctx, b.key, b.rate, n) != nil {
			return
		}
	}
	g.told.remember(ctx, g.limiter, known(g.name, addr, account))
}

// A bucket is a key with its rate.
type bucket struct {
	key    string
	rate   Rate
	unless string // what exempts, if it is remembered; "" for nothing
}

// buckets are those of an account, the address's own first: a try that they refuse takes
// nothing from the account.
func (g *Gate) buckets(addr, account string) []bucket {
	own := bucket{key: g.name + "/account/" + account, rate: g.account}
	if g.growth == nil && g.told != nil {
		own.unless = known(g.name, addr, account)
	}
	return append(g.growing(addr, account), own)
}

// growing are the buckets of delays that grow.
func (g *Gate) growing(addr, account string) []bucket {
	if g.growth == nil {
		return nil
	}
	return g.growth.buckets(g.name, addr, account)
}

// takeAll takes from all buckets or from none, and decides as the one that refuses, or as
// the first. Where one cannot be asked, what was taken counts.
func (g *Gate) takeAll(ctx context.Context, list []bucket) (Decision, error) {
	var first Decision
	taken := list[:0:0]
	for i, b := range list {
		if wait := g.refusing(list[i:]); wait > 0 {
			g.giveBack(ctx, taken)
			return Decision{RetryAfter: wait}, nil
		}
		d, err := g.limiter.Take(ctx, b.key, b.rate)
		if err == nil && d.Allowed {
			taken = append(taken, b)
			if i == 0 {
				first = d
			}
			continue
		}
		exempt := false
		if err == nil && b.unless != "" {
			exempt, err = g.limiter.Remembers(ctx, b.unless)
		}
		if err != nil {
			return Decision{}, fmt.Errorf("limit tries of %s: %w", g.name, err)
		}
		if !exempt {
			g.giveBack(ctx, taken)
			return Decision{RetryAfter: d.RetryAfter}, nil
		}
	}
	return first, nil
}

// refusing returns for how long one of the buckets is known to refuse.
func (g *Gate) refusing(list []bucket) time.Duration {
	if g.knower == nil {
		return 0
	}
	for _, b := range list {
		if b.unless != "" {
			continue
		}
		if wait := g.knower.refusing(b.key); wait > 0 {
			return wait
		}
	}
	return 0
}

// giveBack undoes a take of each. What cannot be given back counts.
func (g *Gate) giveBack(ctx context.Context, taken []bucket) {
	ctx = context.WithoutCancel(ctx) // who goes away has tried nothing all the same
	for _, b := range taken {
		if g.limiter.GiveBack(ctx, b.key, b.rate, 1) != nil {
			return // nor can the others, and each may take its time to find out
		}
	}
}
