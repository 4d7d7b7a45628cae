package apikey

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"net/http"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/ratelimit"
)

// The names of the limits, as clients and operators read them.
const (
	requestLimit = "api_key"
	failureLimit = "api_key_failure"
	leakLimit    = "api_key_leaked"
)

const (
	// provenSlots is how many keys, each with an address, are remembered to be good:
	// in half a megabyte. It is a power of two.
	provenSlots = 1 << 16
	// stripeCount makes it rare that two addresses wait for each other.
	stripeCount = 1 << 10
)

// failures limits the bad keys of a client address. A try is counted once it is
// known to have failed, so that good keys cost nothing; what makes that as strict as
// counting first (SECURITY RL-04) is that an address has its keys looked up one at a
// time, as long as it has not proved them, and not at all while it has no try left. Of
// processes that share a limiter each may look one up before it learns that.
type failures struct {
	limiter ratelimit.Limiter
	rate    ratelimit.Rate
	policy  *ratelimit.Policy
	now     func() time.Time
	seed    maphash.Seed
	stripes [stripeCount]stripe
	// known holds proofs. Two that fall into one slot drive each other out: what that
	// costs is a privilege while the address is throttled, never a right.
	known [provenSlots]atomic.Uint64
}

func newFailures(l ratelimit.Limiter, rate ratelimit.Rate, now func() time.Time) *failures {
	f := &failures{limiter: l, rate: rate, policy: ratelimit.NewPolicy(failureLimit, rate), now: now, seed: maphash.MakeSeed()}
	for i := range f.stripes {
		f.stripes[i].turn = make(chan struct{}, 1)
	}
	return f
}

// proof stands for a good key that came from an address. Its seed is random: nobody
// outside can aim for the proof of another key.
func (f *failures) proof(hash Hash, addr netip.Addr) uint64 {
	return maphash.Comparable(f.seed, struct {
		hash Hash
		net  netip.Addr
	}{hash, network(addr)})
}

func (f *failures) proven(proof uint64) bool { return f.slot(proof).Load() == proof }

func (f *failures) prove(proof uint64) { f.slot(proof).Store(proof) }

func (f *failures) disprove(proof uint64) { f.slot(proof).CompareAndSwap(proof, 0) }

func (f *failures) slot(proof uint64) *atomic.Uint64 { return &f.known[proof%provenSlots] }

// enter waits until it is the turn of the attempt to look a key up, which must then
// be ended. The error is [ratelimit.ErrLimited] if its address has no try left, or
// that of ctx.
func (f *failures) enter(ctx context.Context, a attempt) (*stripe, error) {
	net := network(a.addr)
	s := f.stripe(net)
	if err := s.blocked(net, f.now); err != nil {
		return nil, err
	}
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("wait to look up an API key: %w", context.Cause(ctx))
	}
	// Those who were before it may have used up what was left.
	if err := s.blocked(net, f.now); err != nil {
		s.end()
		return nil, err
	}
	return s, nil
}

// count counts a failure. The error is [ratelimit.ErrLimited] if there was no try
// left for it, or that of the limiter (SECURITY RL-08).
func (f *failures) count(ctx context.Context, a attempt) error {
	net := network(a.addr)
	s := f.stripe(net)
	if err := s.blocked(net, f.now); err != nil {
		return err
	}
	d, err := f.limiter.Take(ctx, failureLimit+"/address/"+authn.AddrKey(a.addr), f.rate)
	switch {
	case err != nil:
		return fmt.Errorf("limit bad API keys: %w", err)
	case !d.Allowed:
		s.block(net, f.now, d.RetryAfter)
		return ratelimit.ErrLimited.WithRetryAfter(d.RetryAfter).WithLimit(failureLimit)
	case d.Remaining == 0:
		// The next one is due after this time at the latest.
		s.block(net, f.now, (f.rate.Per+time.Duration(f.rate.Count)-1)/time.Duration(f.rate.Count))
	}
	return nil
}

// tell shows in the headers of an answer that an address has no try left, and returns the
// error that says so or anything else.
func (f *failures) tell(answer http.Header, err error) error {
	if p, ok := errors.AsType[*authn.Problem](err); ok && errors.Is(err, ratelimit.ErrLimited) {
		f.policy.Show(answer, ratelimit.Decision{RetryAfter: p.RetryAfter})
	}
	return err
}

func (f *failures) stripe(net netip.Addr) *stripe {
	return &f.stripes[maphash.Comparable(f.seed, net)%stripeCount]
}

// network is what counts as one client: see [authn.AddrKey].
func network(addr netip.Addr) netip.Addr {
	addr = addr.Unmap().WithZone("")
	if !addr.Is6() {
		return addr
	}
	prefix, err := addr.Prefix(64)
	if err != nil {
		return addr
	}
	return prefix.Addr()
}
