package authn

import "slices"

// The refusals of a right that is missing.
var (
	// ErrInsufficientRole: the identity lacks the role that the route asks for.
	ErrInsufficientRole = NewProblem(CodeInsufficientRole, "This needs a role that you do not have.")
	// ErrUserRequired: the route is for somebody who logged in, not for a
	// credential that acts for them or for itself.
	ErrUserRequired = NewProblem(CodeUserRequired, "Log in to do this; a key or a machine may not.")
	// ErrInsufficientScope: the identity lacks a scope; see [InsufficientScope].
	ErrInsufficientScope = NewProblem(CodeInsufficientScope, "This needs a scope that you do not hold.")
)

// InsufficientScope is [ErrInsufficientScope] for scope, which the challenge
// names (RFC 6750 section 3).
func InsufficientScope(scope string) *Problem {
	p := ErrInsufficientScope.derive()
	p.Scope = scope
	return p
}

// Rights says which scopes each role holds. It is immutable and safe for
// concurrent use; the zero Rights holds none.
type Rights[R, S ~string] struct {
	scopes map[R][]S
}

// NewRights returns the rights of a table, which it copies.
func NewRights[R, S ~string](table map[R][]S) Rights[R, S] {
	scopes := make(map[R][]S, len(table))
	for role, held := range table {
		scopes[role] = slices.Clip(append([]S{}, held...))
	}
	return Rights[R, S]{scopes}
}

// Of returns the scopes that roles hold together, each once, in the order of the
// roles; never nil. A role that is not in the table holds none. The result is
// shared with other callers when one role alone has scopes, which is the usual
// case and costs nothing: it must not be changed.
func (t Rights[R, S]) Of(roles []R) []S {
	held := []S{}
	for _, role := range roles {
		more := t.scopes[role]
		if len(held) == 0 && more != nil {
			held = more
			continue
		}
		for _, scope := range more {
			if !slices.Contains(held, scope) {
				held = append(held, scope) // held is clipped: this copies
			}
		}
	}
	return held
}

// Covered returns those of roles that scopes make up: a role is a named set of
// scopes, and who holds the whole set holds the role. A role without scopes is made
// up by none. It says which of its owner's roles a credential with fewer scopes has
// (SECURITY API-05). The result is never nil and must not be changed.
func (t Rights[R, S]) Covered(roles []R, scopes []S) []R {
	covered := []R{}
	for _, role := range roles {
		held := t.scopes[role]
		missing := slices.ContainsFunc(held, func(scope S) bool { return !slices.Contains(scopes, scope) })
		if len(held) > 0 && !missing {
			covered = append(covered, role)
		}
	}
	return covered
}
