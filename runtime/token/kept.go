package token

import (
	"crypto/sha256"
	"sync"
	"time"
)

const (
	keptShards = 32
	// evictTries is how many tokens are looked at for one that is over, when a place is
	// needed.
	evictTries = 8
)

// kept holds tokens whose signature held, by the digest of the whole token (SECURITY
// REV-05): other spellings and signatures of the same claims are other tokens. Only
// good tokens are kept, so that nobody can fill it with inventions.
type kept[C any] struct {
	perShard int
	shards   [keptShards]keptShard[C]
}

type keptShard[C any] struct {
	mu     sync.RWMutex
	tokens map[[sha256.Size]byte]*verified[C]
}

// newKept returns room for n tokens, or nil for none.
func newKept[C any](n int) *kept[C] {
	if n < 0 {
		return nil
	}
	if n == 0 {
		n = defaultKept
	}
	k := &kept[C]{perShard: (n + keptShards - 1) / keptShards}
	for i := range k.shards {
		k.shards[i].tokens = make(map[[sha256.Size]byte]*verified[C])
	}
	return k
}

func (k *kept[C]) get(digest [sha256.Size]byte) *verified[C] {
	s := &k.shards[digest[0]%keptShards]
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.tokens[digest]
}

// put keeps t, in the place of one that is over, or of any.
func (k *kept[C]) put(digest [sha256.Size]byte, t *verified[C], now time.Time, leeway time.Duration) {
	s := &k.shards[digest[0]%keptShards]
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.tokens) >= k.perShard {
		tries := 0
		var victim [sha256.Size]byte
		for d, old := range s.tokens {
			victim = d
			if tries++; tries == evictTries || !now.Before(old.times.until.Add(leeway)) {
				break
			}
		}
		delete(s.tokens, victim)
	}
	s.tokens[digest] = t
}
