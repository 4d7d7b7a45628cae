package apikey

import (
	"encoding/binary"
	"testing"
	"time"
)

type anyone struct{}

func (anyone) Active() bool { return true }

// Memory is bounded: a key that finds no room takes that of another, if possible of
// one whose time is over.
func TestKeptKeysAreBounded(t *testing.T) {
	k := newKept[int, string, anyone](time.Minute)
	now := time.Unix(1_000_000, 0)
	keep := func(i int) Hash {
		var hash Hash
		binary.BigEndian.PutUint64(hash[:], uint64(i)*0x9E3779B97F4A7C15)
		f := &found[int, string, anyone]{hash: hash, readAt: now}
		got, err := k.find(t.Context(), hash, now, func() (*found[int, string, anyone], error) { return f, nil })
		if got != f || err != nil || k.get(hash, now) != f {
			t.Fatalf("key %d: %v, %v, kept %v", i, got, err, k.get(hash, now))
		}
		return hash
	}
	const capacity = keptShards * keptPerShard
	for i := range 3 * capacity {
		keep(i)
	}
	total := 0
	for i := range k.shards {
		total += len(k.shards[i].keys)
		if n := len(k.shards[i].keys); n > keptPerShard || len(k.shards[i].flights) != 0 {
			t.Errorf("shard %d keeps %d keys", i, n)
		}
	}
	if total != capacity {
		t.Errorf("%d keys are kept, want %d", total, capacity)
	}
	now = now.Add(time.Minute) // all are stale: the new one drives out none that is fresh
	fresh := make(map[Hash]bool)
	for i := range capacity / 16 {
		fresh[keep(3*capacity+i)] = true
	}
	for hash := range fresh {
		kept, err := k.find(t.Context(), hash, now, func() (*found[int, string, anyone], error) {
			t.Fatal("read again, though somebody else has just done so")
			return nil, nil
		})
		if err != nil || kept == nil || kept.hash != hash {
			t.Fatalf("found %v, %v", kept, err)
		}
		if k.get(hash, now) == nil {
			t.Fatal("a fresh key was driven out by another, though there were stale ones")
		}
	}
}
