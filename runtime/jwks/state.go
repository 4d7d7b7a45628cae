package jwks

import (
	"encoding/json"
	"time"

	"github.com/authgen-go/authgen/runtime/token"
)

// A state is what is known of the issuer's keys. It is immutable.
type state struct {
	set    *token.KeySet // nil before the first good answer
	asked  time.Time     // when the last good answer was asked for
	etag   string
	maxAge time.Duration
	// failure is why the last fetch failed, or nil.
	failure error
}

// in reports whether the keys are in force. Where the clock was set back they are.
func (s *state) in(now time.Time, maxStale time.Duration) bool {
	return s.set != nil && now.Sub(s.asked) < maxStale
}

// failing is the state after a fetch that failed. What is in force stays so.
func (s *state) failing(err error) *state {
	next := *s
	next.failure = err
	return &next
}

// after is the state after a good answer.
func (s *state) after(a answer, asked time.Time) *state {
	if a.set == nil {
		a.set = s.set
	}
	return &state{set: keepKeys(s.set, a.set), asked: asked, etag: a.etag, maxAge: a.maxAge}
}

// keepKeys returns fresh with those keys of old that are the same: verifiers know the
// tokens that they have seen by the key that verified them, and would have to do all
// their work again.
func keepKeys(old, fresh *token.KeySet) *token.KeySet {
	if old == nil || old == fresh {
		return fresh
	}
	var published struct{ Keys []struct{ Kid string } }
	if json.Unmarshal(fresh.JWKS(), &published) != nil {
		return fresh
	}
	keys := make([]*token.Key, len(published.Keys))
	for i, p := range published.Keys {
		keys[i] = fresh.Find(p.Kid)
		if k := old.Find(p.Kid); k != nil && k.Algorithm() == keys[i].Algorithm() && k.Thumbprint() == keys[i].Thumbprint() {
			keys[i] = k
		}
	}
	kept, err := token.NewKeySet(nil, keys...)
	if err != nil {
		return fresh
	}
	return kept
}
