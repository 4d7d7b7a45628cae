package authn

import (
	"errors"
	"net/http"
)

// refuse answers a request that was not admitted. What allow could not find out
// is another outage than that of a strategy: the strategy has just succeeded.
func (g *Guard[I]) refuse(w http.ResponseWriter, r *http.Request, a admission[I], err error, allow *outage) {
	g.varies(w.Header())
	by := a.by()
	if errors.Is(err, ErrNoCredential) {
		err, by = ErrAuthenticationRequired, nil
	}
	ref := refusal{err: err, outage: allow, challenges: g.challenges(by, err)}
	if by != nil && !a.authenticated {
		ref.outage, ref.source = &by.outage, by.name
	}
	if by != nil && a.authenticated {
		ref.actor, ref.by = g.nameOf(a.identity), by.name
	}
	g.frame.fail(w, r, ref)
}

// Challenges returns a challenge for each strategy that g accepts and that has not ended,
// in the order in which g looks for them. The caller may change the result.
func (g *Guard[I]) Challenges() []string { return g.challenges(nil, ErrAuthenticationRequired) }

// challenges returns what goes with err (SECURITY ERR-01): with a 401 one
// challenge for each strategy that is accepted here and has not ended, that of the
// refusing one first and with its reason; with a missing scope that of the strategy
// that authenticated the request (RFC 6750 section 3); otherwise none.
func (g *Guard[I]) challenges(by *strategy[I], err error) []string {
	p, ok := errors.AsType[*Problem](err)
	if !ok || p == nil {
		return nil
	}
	if p.Code == CodeInsufficientScope && by != nil {
		return []string{by.Challenge(p)}
	}
	if p.Code.Status() != http.StatusUnauthorized {
		return nil
	}
	var all []string
	for i, s := range g.strategies {
		switch {
		case g.closed(i) != nil:
		case by != nil && s.name == by.name:
			all = append([]string{s.Challenge(p)}, all...)
		default:
			all = append(all, s.Challenge(nil))
		}
	}
	return all
}
