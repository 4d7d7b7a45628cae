package apikey

import (
	"net/netip"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/ratelimit"
)

// A stripe without room blocks everybody rather than letting anybody go.
func TestRL05_BlocksAreBoundedAndNeverGivenUp(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	clock := func() time.Time { return now }
	var s stripe
	addr := netip.MustParseAddr("192.0.2.1")
	for i := range 10 * blocksPerStripe {
		s.block(addr, clock, time.Duration(10+i%3)*time.Second)
		addr = addr.Next()
	}
	if len(s.blocks) > blocksPerStripe {
		t.Fatalf("%d blocks", len(s.blocks))
	}
	addr = netip.MustParseAddr("192.0.2.1")
	for range 10 * blocksPerStripe {
		if s.blocked(addr, clock) == nil {
			t.Fatalf("%v is free", addr)
		}
		addr = addr.Next()
	}
	now = now.Add(12 * time.Second)
	for range 20 * blocksPerStripe {
		if err := s.blocked(addr, clock); err != nil {
			t.Fatalf("%v is not free afterwards: %v", addr, err)
		}
		addr = addr.Next()
	}
	s.block(addr, clock, time.Second) // and there is room again
	if len(s.blocks) != 1 || s.blocked(addr, clock) == nil || s.blocked(addr.Next(), clock) != nil {
		t.Errorf("%d blocks", len(s.blocks))
	}
}

// An address that is blocked again has one block, and the longer wait is its own.
func TestABlockReplacesTheOneBefore(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	clock := func() time.Time { return now }
	var s stripe
	a := netip.MustParseAddr("192.0.2.1")
	for range 1000 {
		s.block(a, clock, time.Second)
	}
	if len(s.blocks) != 1 {
		t.Errorf("%d blocks", len(s.blocks))
	}
}

// The crowd waits for the longest of those who found no room.
func TestRL05_TheCrowdWaitsForTheLongest(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	clock := func() time.Time { return now }
	var s stripe
	addr := netip.MustParseAddr("192.0.2.1")
	for i := range blocksPerStripe + 2 {
		s.block(addr, clock, []time.Duration{time.Minute, time.Second}[i%2])
		addr = addr.Next()
	}
	now = now.Add(time.Second)
	if s.blocked(addr, clock) == nil {
		t.Error("a crowd that waits for a minute is free after a second")
	}
}

func TestProofsAreOfOneKeyAndAddress(t *testing.T) {
	f := newFailures(nil, ratelimit.Rate{Count: 1, Per: time.Second}, time.Now)
	a, b := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	proof := f.proof(Hash{1}, a)
	f.prove(proof)
	for name, other := range map[string]uint64{"key": f.proof(Hash{2}, a), "address": f.proof(Hash{1}, b), "of the same slot": proof + provenSlots} {
		if f.proven(other) {
			t.Errorf("another %s is proven", name)
		}
		f.disprove(other)
	}
	if !f.proven(proof) {
		t.Error("what was proven is not")
	}
	f.prove(proof + provenSlots)
	if f.disprove(proof); !f.proven(proof+provenSlots) || f.proven(proof) {
		t.Error("who came later was driven out")
	}
}

func TestF21_ClockSetBackBlocksNobodyForLong(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	clock := func() time.Time { return now }
	var s stripe
	a := netip.MustParseAddr("192.0.2.1")
	s.block(a, clock, time.Second)
	now = now.Add(-time.Hour)
	if err := s.blocked(a, clock); err != nil {
		t.Errorf("an hour before: %v", err)
	}
}

func TestNetworkIsWhatLimitsCount(t *testing.T) {
	for text, want := range map[string]string{
		"192.0.2.7": "192.0.2.7", "::ffff:192.0.2.7": "192.0.2.7", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::", "fe80::1%eth0": "fe80::",
	} {
		if got := network(netip.MustParseAddr(text)); got.String() != want {
			t.Errorf("%s counts as %s, want %s", text, got, want)
		}
	}
	if got := network(netip.Addr{}); got.IsValid() {
		t.Errorf("no address counts as %s", got)
	}
}

// The ids that rand.Text makes are of the length and alphabet that isID expects.
func TestIDs(t *testing.T) {
	for range 1000 {
		if id := newID(); !isID(id) {
			t.Fatalf("%q is no id", id)
		}
	}
	good := newID()
	for _, id := range []string{"", good[1:], good + "A", "a" + good[1:], "1" + good[1:], "../" + good[3:], good[:25] + "\n"} {
		if isID(id) {
			t.Errorf("%q is an id", id)
		}
	}
}
