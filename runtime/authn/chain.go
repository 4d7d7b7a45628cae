package authn

import (
	"errors"
	"net/http"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/usage"
)

// errOtherKind refuses a request whose first credential is of a kind that the route
// does not accept. It is not asked whether it is good.
var errOtherKind = ErrAuthenticationRequired.WithDetail("This resource needs a credential of another kind.")

// authenticate asks the strategies in turn and fills in ctx. The first credential
// that is there decides, whatever else comes with it (SECURITY DUAL-01).
func (g *Guard[I]) authenticate(ctx *identityContext[I], r *http.Request, answer http.Header) error {
	for i, s := range g.strategies {
		ctx.strategy = i
		if err := g.closed(i); err != nil {
			if !s.Presents(r) {
				continue
			}
			if errors.Is(err, ErrStrategyRetired) {
				s.usage.Refuse()
			}
			return err
		}
		identity, err := s.Authenticate(r, answer)
		if err == nil {
			s.outage.end(g.frame, r, s.name)
			g.frame.outage.end(g.frame, r, s.name)
			ctx.identity = identity
			g.accepted(s, r, identity, answer)
			g.noteOthers(i, r, identity)
			return nil
		}
		// The comparison is the common case and cheaper.
		if err != ErrNoCredential && !errors.Is(err, ErrNoCredential) {
			count(&s.usage, err)
			return err
		}
	}
	return ErrNoCredential
}

// closed returns why the strategy at index i is not asked, or nil if it is.
func (g *Guard[I]) closed(i int) error {
	if g.strategies[i].ended(g.frame) {
		return ErrStrategyRetired
	}
	if !g.takes(i) {
		return errOtherKind
	}
	return nil
}

// takes reports whether the guard accepts the strategy at index i.
func (g *Guard[I]) takes(i int) bool { return g.only == nil || g.only[i] }

// count counts a credential that was not accepted.
func count(c *usage.Counter, err error) {
	if p, ok := errors.AsType[*Problem](err); ok && p != nil && p.Code.Status() < http.StatusInternalServerError {
		c.Refuse()
		return
	}
	c.Miss()
}

// noteOthers records that a request carried credentials of two strategies, of which the
// second was not looked at (SECURITY DUAL-02). To find out whose it is would take a
// look-up on every request of everybody who has two, so it is recorded whoever that is,
// at most once a day for each principal.
func (g *Guard[I]) noteOthers(used int, r *http.Request, id I) {
	for _, other := range g.strategies[used+1:] {
		if !other.Presents(r) {
			continue
		}
		actor := g.nameOf(id)
		if g.mixed.Of(actor, g.frame.now()) {
			g.frame.record(r, audit.Event{
				Type: audit.CredentialIgnored, Outcome: audit.Success, Reason: other.name,
				Actor: actor, Strategy: g.strategies[used].name,
			})
		}
		return
	}
}

// nameOf is who acts, as events name it.
func (g *Guard[I]) nameOf(id I) string {
	if g.principal == nil {
		return ""
	}
	return g.principal(id)
}
