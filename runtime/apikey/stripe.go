package apikey

import (
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/authgen-go/authgen/runtime/ratelimit"
)

// blocksPerStripe bounds the memory of addresses without a try.
const blocksPerStripe = 64

// A stripe belongs to the addresses of one part of the hash space: it gives turns to
// their attempts and knows which of them have no try left.
type stripe struct {
	turn chan struct{} // full while somebody has the turn

	mu     sync.Mutex
	blocks []block
	// crowd is the block of every address, once there is no room for another. A
	// block is never given up early: whatever other addresses come along, none that is
	// throttled becomes free (SECURITY RL-05).
	crowd block
}

// A block keeps an address from having keys looked up. It has a beginning, so that
// a clock that is set back does not make it longer (SECURITY F-21).
type block struct {
	net          netip.Addr
	since, until time.Time
}

func (b block) left(now time.Time) time.Duration {
	if now.Before(b.since) {
		return 0
	}
	return b.until.Sub(now)
}

// end passes the turn on.
func (s *stripe) end() { <-s.turn }

// blocked returns [ratelimit.ErrLimited] if net has no try left. The clock is read
// under the lock: who read it before a block began would take it for set back.
func (s *stripe) blocked(net netip.Addr, clock func() time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.blocks) == 0 { // the crowd comes with blocks only
		return nil
	}
	now := clock()
	left := s.crowd.left(now)
	for _, b := range s.blocks {
		if b.net == net {
			left = max(left, b.left(now))
		}
	}
	if left <= 0 {
		return nil
	}
	return ratelimit.ErrLimited.WithRetryAfter(left).WithLimit(failureLimit)
}

func (s *stripe) block(net netip.Addr, clock func() time.Time, d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := clock()
	b := block{net: net, since: now, until: now.Add(d)}
	s.blocks = slices.DeleteFunc(s.blocks, func(old block) bool { return old.net == net || old.left(now) <= 0 })
	switch {
	case len(s.blocks) < blocksPerStripe:
		s.blocks = append(s.blocks, b)
	case s.crowd.left(now) < d:
		s.crowd = b
	}
}
