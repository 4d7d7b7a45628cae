package authn

import "net/http"

// An admission says who makes a request. Its context is nil as long as nobody was
// asked.
type admission[I any] struct {
	*identityContext[I]
	inherited     bool // from a guard around this one, or from WithIdentity
	authenticated bool
}

// admit finds out who makes a request and whether that is allowed. The error is
// ErrNoCredential if no strategy found one. A panic in a strategy, its store, allow or
// limit is an error like another (SECURITY ERR-04, F-33).
func (g *Guard[I]) admit(r *http.Request, answer http.Header, allow func(I) error, limit func(http.Header, *http.Request, I) error) (a admission[I], err error) {
	defer catch(&err)
	if ctx, ok := r.Context().Value(identityKey[I]{}).(*identityContext[I]); ok && g.trusts(ctx) {
		a = admission[I]{identityContext: ctx, inherited: true, authenticated: true}
	} else {
		a.identityContext = &identityContext[I]{Context: r.Context(), guard: g}
		if err := g.authenticate(a.identityContext, g.frame.known(r), answer); err != nil {
			return a, err
		}
		a.authenticated = true
	}
	if allow != nil {
		if err := allow(a.identity); err != nil {
			return a, err
		}
	}
	if limit == nil {
		return a, nil
	}
	return a, limit(answer, r, a.identity)
}

// trusts reports whether the identity came from a strategy that this guard accepts
// too, or from WithIdentity.
func (g *Guard[I]) trusts(ctx *identityContext[I]) bool {
	if ctx.guard == nil || ctx.guard == g {
		return true
	}
	name := ctx.by().name
	for i, s := range g.strategies {
		if s.name == name {
			return g.takes(i)
		}
	}
	return false
}

// by returns the strategy that was asked last, or nil if none was.
func (c *identityContext[I]) by() *strategy[I] {
	if c == nil || c.guard == nil || len(c.guard.strategies) == 0 {
		return nil
	}
	return c.guard.strategies[c.strategy]
}
