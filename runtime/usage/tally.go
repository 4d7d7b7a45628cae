package usage

import (
	"sync"
	"sync/atomic"
)

// A Tally counts by name. Names are the program's own: a Tally has room for all that it
// is given, so that none may come from a request. The zero Tally is ready to use; it must
// not be copied, and is safe for concurrent use.
type Tally struct {
	counts sync.Map // of *atomic.Uint64 by name
}

// Add counts one more of name, and nothing for "".
func (t *Tally) Add(name string) {
	if name == "" {
		return
	}
	count, ok := t.counts.Load(name)
	if !ok {
		count, _ = t.counts.LoadOrStore(name, new(atomic.Uint64))
	}
	count.(*atomic.Uint64).Add(1)
}

// Counts returns what was counted so far. What was never counted is not there.
func (t *Tally) Counts() map[string]uint64 {
	counts := make(map[string]uint64)
	t.counts.Range(func(name, count any) bool {
		counts[name.(string)] = count.(*atomic.Uint64).Load()
		return true
	})
	return counts
}
