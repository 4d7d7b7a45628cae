package ratelimit

import "time"

const (
	// maxPairDelay and maxAccountDelay are the caps to which delays grow: for one address
	// that fails at one account, and for the account whoever fails at it.
	maxPairDelay    = 15 * time.Minute
	maxAccountDelay = time.Minute
)

// A growth is the buckets that tries of a [Gate] are taken from beside those of its rate,
// each larger and slower than the rate's: who goes on failing empties one after the other,
// and each makes the delay between two tries longer.
type growth struct {
	near, far Rate // of one address at one account
	account   Rate // of the account, whoever fails at it
}

// newGrowth returns the growth of a rate. For one address the delay is four times that of
// the rate after as many failures as two whole rates allow at once, and later sixteen times:
// with 5/1m that is 48 seconds, then 3 minutes.
//
// The account's bucket holds more than one address can use up before its own delay has
// grown, and refills faster than that: the address weighs more, so that one cannot lock the
// owner out (SECURITY RL-07). Several can use it up all the same, as it comes back. It binds
// nobody at an address from which a try has succeeded lately, so that they keep out those
// alone who were never there.
func newGrowth(r Rate) *growth {
	return &growth{
		near:    slower(r, 2, 4, maxPairDelay),
		far:     slower(r, 4, 16, maxPairDelay),
		account: slower(r, 4, 3, maxAccountDelay),
	}
}

// buckets are those of an address at an account, and that of the account.
func (g *growth) buckets(gate, addr, account string) []bucket {
	pair := pairOf(addr, account)
	return []bucket{
		{key: gate + "/failures/near/" + pair, rate: g.near},
		{key: gate + "/failures/far/" + pair, rate: g.far},
		{key: gate + "/failures/account/" + account, rate: g.account, unless: known(gate, addr, account)},
	}
}

// known is what is remembered of an address from which a try has succeeded.
func known(gate, addr, account string) string { return gate + "/known/" + pairOf(addr, account) }

// pairOf names an address at an account. The slash that an address may have comes before a
// 64.
func pairOf(addr, account string) string { return addr + "/" + account }

// slower returns a rate that holds more takes, each of which takes longer to come back: at
// most limit, unless it takes longer in r already.
func slower(r Rate, more int, longer, limit time.Duration) Rate {
	if r.Validate() != nil {
		return r
	}
	interval := r.interval()
	interval = max(interval, min(longer*interval, limit))
	count := min(r.Count*more, int(MaxPer/interval))
	return Rate{Count: count, Per: interval * time.Duration(count)}
}
