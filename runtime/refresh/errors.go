package refresh

import (
	"errors"

	"github.com/authgen-go/authgen/runtime/authn"
)

// ErrNotFound is what a [Storage] returns for an absent row. It is no Problem on
// purpose: the Service decides what the client is told, and one that slipped
// through would be answered 503, never as a verdict.
var ErrNotFound = errors.New("refresh: not found")

// The refusals of this package. Compare with errors.Is. Any other error of the
// package means that the answer could not be found out.
var (
	// ErrInvalidGrant: the refresh token is malformed, unknown, expired, idle, used
	// before, revoked, or of a user who may not sign in. Nothing tells these apart.
	ErrInvalidGrant = authn.NewProblem(authn.CodeInvalidGrant, "The refresh token is not valid; sign in again.")
	// ErrNoSuchFamily: the user has no family of that id.
	ErrNoSuchFamily = authn.NewProblem(authn.CodeNotFound, "There is no such login.")
	// ErrInactiveUser: a family was asked for on behalf of a user who is gone. It is
	// answered like a wrong password (SECURITY PWD-06).
	ErrInactiveUser = authn.NewProblem(authn.CodeInvalidCredentials, "E-mail address or password is wrong.")
)
