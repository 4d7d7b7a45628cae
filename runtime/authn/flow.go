package authn

import (
	"net/http"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/usage"
)

// A Flow is a strategy that authenticates at endpoints of its own and not in front of
// others, such as logins through a provider: what it gives is a credential of another
// strategy. Its use is counted, and it may have a dated end. It is safe for concurrent use.
type Flow struct {
	frame      *Frame
	name       string
	usage      usage.Counter
	retirement *retirement // nil for one that stays
}

// NewFlow returns the Flow that the spec calls name.
func NewFlow(f *Frame, name string) *Flow { return &Flow{frame: f, name: name} }

// Ending gives s a dated end and returns s. Call it before s is used.
func (s *Flow) Ending(end Retirement) *Flow {
	s.retirement = newRetirement(end)
	return s
}

// Usage returns what was counted so far.
func (s *Flow) Usage() usage.Counts { return s.usage.Counts() }

// Counted returns h with what comes of it counted: it is where s authenticates.
func (s *Flow) Counted(h HandlerFunc) HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		err := h(w, r)
		switch {
		case err != nil:
			count(&s.usage, err)
		case s.deprecated():
			s.usage.AcceptDeprecated()
		default:
			s.usage.Accept()
		}
		return err
	}
}

// Used records that s authenticated actor, for the first time that day, if s is
// deprecated.
func (s *Flow) Used(r *http.Request, actor string) {
	if s.deprecated() && s.retirement.first.Of(actor, s.frame.now()) {
		s.frame.record(r, audit.Event{
			Type: audit.StrategyDeprecated, Outcome: audit.Success, Actor: actor, Strategy: s.name,
		})
	}
}

func (s *Flow) deprecated() bool {
	return s.retirement != nil && !s.frame.now().Before(s.retirement.since)
}

// Around returns middleware for the endpoints of s: they announce its end, and from then
// on they are [ErrStrategyRetired]. Outer, if not nil, is around the middleware.
func (s *Flow) Around(outer func(http.Handler) http.Handler) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		var h http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if s.retirement == nil {
				next.ServeHTTP(w, r)
				return
			}
			if err := CheckSunset(s.retirement.sunset, s.frame.now()); err != nil {
				s.usage.Refuse()
				s.frame.Fail(w, r, err)
				return
			}
			if s.deprecated() {
				s.retirement.announce(w.Header())
			}
			next.ServeHTTP(w, r)
		})
		if outer != nil {
			h = outer(h)
		}
		return h
	}
}
