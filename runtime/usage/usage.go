// Package usage counts what strategies are asked and what comes of it, so that
// whoever retires one sees its use fall to zero.
package usage

import "sync/atomic"

// Counts are how many requests carried the credential of one strategy, by what came
// of it, since the process started. They only ever grow. The counts of one Counts
// were read one after the other: requests in between may be in some of them.
type Counts struct {
	// Accepted requests were authenticated.
	Accepted uint64
	// Refused requests carried a credential that is of no use: bad, too frequent, or
	// of a strategy that has ended.
	Refused uint64
	// Unavailable requests carried a credential that could not be checked.
	Unavailable uint64
	// Deprecated requests are those of Accepted since the strategy is deprecated.
	Deprecated uint64
}

// A Counter counts the requests of one strategy. The zero Counter is ready to use;
// it must not be copied, and is safe for concurrent use.
type Counter struct {
	accepted, refused, unavailable, deprecated atomic.Uint64
}

// Accept counts a request that was authenticated.
func (c *Counter) Accept() { c.accepted.Add(1) }

// AcceptDeprecated counts a request that was authenticated by a strategy on its way
// out.
func (c *Counter) AcceptDeprecated() {
	c.accepted.Add(1)
	c.deprecated.Add(1)
}

// Refuse counts a request whose credential is of no use.
func (c *Counter) Refuse() { c.refused.Add(1) }

// Miss counts a request whose credential could not be checked.
func (c *Counter) Miss() { c.unavailable.Add(1) }

// Counts returns what was counted so far. Deprecated is never more than Accepted.
func (c *Counter) Counts() Counts {
	deprecated := c.deprecated.Load() // before accepted, which is counted before it
	return Counts{
		Accepted: c.accepted.Load(), Refused: c.refused.Load(), Unavailable: c.unavailable.Load(), Deprecated: deprecated,
	}
}
