// Package daily tells the first time a day from the others, in bounded memory.
package daily

import (
	"hash/maphash"
	"sync"
	"time"
)

// max is how many names a day are told apart; those beyond have no first time that
// day, rather than several.
const max = 1 << 16

// First remembers which names it was asked about today, by the day of UTC. The zero
// First is ready to use; it must not be copied, and is safe for concurrent use.
type First struct {
	mu   sync.Mutex
	day  int64
	seen map[uint64]struct{} // by a hash with a seed of its own: in one megabyte or two
	seed maphash.Seed
}

// Of reports whether this is the first call for name on the day of now. A day that is
// over does not come back: a clock that goes back a little over midnight makes no
// second first time for everybody.
func (f *First) Of(name string, now time.Time) bool {
	day := now.Unix() / int64(24*time.Hour/time.Second)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.seen == nil {
		f.seed = maphash.MakeSeed()
	}
	if f.seen == nil || day > f.day {
		f.day, f.seen = day, make(map[uint64]struct{})
	}
	hash := maphash.String(f.seed, name)
	if _, ok := f.seen[hash]; ok || len(f.seen) >= max {
		return false
	}
	f.seen[hash] = struct{}{}
	return true
}
