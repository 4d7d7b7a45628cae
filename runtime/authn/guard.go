package authn

import (
	"errors"
	"net/http"
	"slices"

	"github.com/authgen-go/authgen/runtime/internal/daily"
	"github.com/authgen-go/authgen/runtime/usage"
)

// A Guard protects handlers with the strategies of an application. It is safe for
// concurrent use.
type Guard[I any] struct {
	frame      *Frame
	strategies []*strategy[I]
	only       []bool // which of them are accepted; nil for all
	principal  func(I) string
	mixed      *daily.First // whose second credential was recorded today
	// The header values of a good answer are shared between requests. Their
	// capacity is their length, so that Header.Add copies them.
	private, vary []string
}

type strategy[I any] struct {
	Authenticator[I]
	name       string
	outage     outage
	usage      usage.Counter
	retirement *retirement // nil for one that stays
}

// NewGuard returns a guard that asks the strategies in this order. A strategy that
// finds no credential of its kind passes to the next; one that finds a bad
// credential, or cannot know, ends the matter (SECURITY DUAL-01).
func NewGuard[I any](f *Frame, strategies ...Authenticator[I]) *Guard[I] {
	g := &Guard[I]{frame: f, mixed: new(daily.First), private: []string{"private, no-store"}}
	vary := "Authorization, Cookie"
	for _, a := range strategies {
		s := &strategy[I]{Authenticator: a, name: a.Name()}
		if retiring, ok := a.(Retiring); ok {
			s.retirement = newRetirement(retiring.Retirement())
		}
		g.strategies = append(g.strategies, s)
		if reader, ok := a.(HeaderReader); ok {
			vary += ", " + reader.Header()
		}
	}
	g.vary = []string{vary}
	return g
}

// Naming sets how events name the one who acts, and returns g. Call it before g is
// used; without it they name nobody.
func (g *Guard[I]) Naming(principal func(I) string) *Guard[I] {
	g.principal = principal
	return g
}

// Only returns a guard for routes that accept some of the strategies of g, by name. It
// looks for credentials as g does: a request whose first one is of another strategy is
// ErrAuthenticationRequired, with the challenges of those that are accepted, and is never
// taken for one without a credential (SECURITY DUAL-01). The two count as one.
func (g *Guard[I]) Only(strategies ...string) *Guard[I] {
	some := *g
	some.only = make([]bool, len(g.strategies))
	for i, s := range g.strategies {
		some.only[i] = g.takes(i) && slices.Contains(strategies, s.name)
	}
	return &some
}

// Usage returns what was counted of the strategy called name; zero if g has none.
func (g *Guard[I]) Usage(name string) usage.Counts {
	for _, s := range g.strategies {
		if s.name == name {
			return s.usage.Counts()
		}
	}
	return usage.Counts{}
}

// Require returns middleware that lets a request through if it is authenticated
// and allow returns nil; allow may be nil. What allow returns otherwise is
// answered as by [Frame.Fail], with the challenge of the strategy if a scope was
// missing. The handler finds the identity with [IdentityFrom]. Methods make no
// difference: HEAD and OPTIONS are guarded like GET (SECURITY AUT-02).
//
// Answers carry Cache-Control: private, no-store and Vary: Authorization, Cookie
// and the headers of strategies that are a [HeaderReader], unless the handler sets
// others (SECURITY DUAL-06).
//
// A request that another guard has authenticated, by a strategy of this one, is
// not authenticated again; allow is still asked.
func (g *Guard[I]) Require(allow func(I) error) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return &guarded[I]{Guard: g, allow: allow, next: next}
	}
}

// RequireWithin is [Guard.Require] with a limit, which is asked last, may set headers of
// the answer, and may refuse with a Problem such as ratelimit.ErrOverQuota. limit may be
// nil.
func (g *Guard[I]) RequireWithin(allow func(I) error, limit func(answer http.Header, r *http.Request, id I) error) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return &guarded[I]{Guard: g, allow: allow, limit: limit, next: next}
	}
}

// Optional returns middleware that lets a request through with its identity, or
// without one if it carries no credential. A bad credential is 401 all the same.
func (g *Guard[I]) Optional() func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return &optional[I]{Guard: g, next: next}
	}
}

// A guarded handler is one that is reached by authenticated requests only.
type guarded[I any] struct {
	*Guard[I]
	allow  func(I) error
	limit  func(http.Header, *http.Request, I) error
	next   http.Handler
	outage outage // of allow and limit
}

func (h *guarded[I]) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a, err := h.admit(r, w.Header(), h.allow, h.limit)
	if err != nil {
		h.refuse(w, r, a, err, &h.outage)
		return
	}
	h.outage.end(h.frame, r, "")
	h.pass(w, r, a, h.next)
}

// protected marks the handler for NewRouter.
func (h *guarded[I]) protected() {}

type optional[I any] struct {
	*Guard[I]
	next http.Handler
}

func (h *optional[I]) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a, err := h.admit(r, w.Header(), nil, nil)
	switch {
	case err == nil:
		h.pass(w, r, a, h.next)
	case errors.Is(err, ErrNoCredential):
		h.varies(w.Header())
		h.next.ServeHTTP(w, r)
	default:
		h.refuse(w, r, a, err, &h.frame.outage)
	}
}

// pass serves the request with the identity in its context, which an inherited
// identity is already.
func (g *Guard[I]) pass(w http.ResponseWriter, r *http.Request, a admission[I], next http.Handler) {
	if !a.inherited {
		h := w.Header()
		h["Cache-Control"] = g.private
		g.varies(h)
		r = r.WithContext(a.identityContext)
	}
	next.ServeHTTP(w, r)
}

// varies adds to the names that the application's own middleware may have set,
// once however many guards there are.
func (g *Guard[I]) varies(h http.Header) {
	values := h["Vary"]
	for _, v := range values {
		if v == g.vary[0] {
			return
		}
	}
	if len(values) == 0 {
		h["Vary"] = g.vary
		return
	}
	h["Vary"] = append(values[:len(values):len(values)], g.vary[0])
}
