package jwks

import (
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
	return &state{set: a.set.Keeping(s.set), asked: asked, etag: a.etag, maxAge: a.maxAge}
}
