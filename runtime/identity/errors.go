package identity

import (
	"errors"

	"github.com/authgen-go/authgen/runtime/authn"
)

// ErrNotFound is what a [Store] returns for an absent row. It is no Problem on purpose:
// the Service decides what the client is told.
var ErrNotFound = errors.New("identity: not found")

// The refusals of this package. Compare with errors.Is. Any other error of the package,
// but account.ErrEmailTaken, means that the answer could not be found out.
var (
	// ErrTaken: the account at the provider is linked to a user already, or the user has
	// another account of that provider.
	ErrTaken = authn.NewProblem(authn.CodeIdentityTaken, "This account of the provider, or another one of it, is linked already.")
	// ErrLastWayIn: without it the user could not log in any more.
	ErrLastWayIn = authn.NewProblem(authn.CodeLastWayIn, "This is the only way to log in to the account. Link another provider first.")
	// ErrNotLinked: the user has no account of that provider.
	ErrNotLinked = authn.NewProblem(authn.CodeNotFound, "The account is not linked to this provider.")
	// ErrDisabled: the user may not log in, whatever a provider says (SECURITY OAC-08).
	ErrDisabled = authn.NewProblem(authn.CodeAccountDisabled, "This account is disabled.")
	// ErrEmailUnverified: the provider vouches for no e-mail address, without which no
	// account is made.
	ErrEmailUnverified = authn.NewProblem(authn.CodeEmailUnverified, "The provider does not confirm an e-mail address.")
	// ErrClosed: there is no account for this login, and nobody may make one.
	ErrClosed = authn.NewProblem(authn.CodeRegistrationClosed, "There is no account for this login.")
)
