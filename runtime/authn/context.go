package authn

import (
	"context"
	"fmt"
)

// identityKey is the context key of identities of type I. It is unexported and
// has a type of its own for each I, so that nothing but this package can put an
// identity into a context (SECURITY AUT-04).
type identityKey[I any] struct{}

// An identityContext is a context that carries an identity, and which strategy of
// which guard it came from. It does in one allocation what context.WithValue does
// in two.
type identityContext[I any] struct {
	context.Context
	identity I
	guard    *Guard[I]
	strategy int // index in guard.strategies; meaningless without a guard
}

func (c *identityContext[I]) Value(key any) any {
	if key == any(identityKey[I]{}) {
		return c
	}
	return c.Context.Value(key)
}

// String keeps the identity out of what prints a context.
func (c *identityContext[I]) String() string { return fmt.Sprint(c.Context) + ".WithIdentity" }

// WithIdentity returns a context in which id is the one who acts, as if a guard
// had found it. It serves tests and work that is done on somebody's behalf; guards
// accept it without asking for a credential.
func WithIdentity[I any](ctx context.Context, id I) context.Context {
	return &identityContext[I]{Context: ctx, identity: id}
}

// IdentityFrom returns the identity that a guard found, and whether one did. The
// identity is the zero I without one; never use it then (SECURITY AUT-04).
func IdentityFrom[I any](ctx context.Context) (I, bool) {
	if c, ok := ctx.Value(identityKey[I]{}).(*identityContext[I]); ok {
		return c.identity, true
	}
	var none I
	return none, false
}
