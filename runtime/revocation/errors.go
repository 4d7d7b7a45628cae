package revocation

import (
	"errors"

	"github.com/authgen-go/authgen/runtime/authn"
)

// ErrNotFound is what a [Store] returns for a user who does not exist. It is no Problem
// on purpose: the Checker decides what the client is told, and one that slipped
// through would be answered 503, never as a verdict.
var ErrNotFound = errors.New("revocation: not found")

// ErrFull is what a [List] returns that has no room for another token. It is no
// verdict: the token was not revoked.
var ErrFull = errors.New("revocation: the list of revoked tokens is full")

// ErrRevoked: the access token was good, and what it speaks for has ended: it was
// revoked, or its login, or its user is gone, disabled or of another version. Nothing
// tells these apart. Compare with errors.Is; any other error of the package means that
// the answer could not be found out.
var ErrRevoked = authn.NewProblem(authn.CodeTokenRevoked, "The access token was revoked.")

// errNoID: what has no id cannot be revoked, and cannot be known not to be.
var errNoID = errors.New("the access token has no id")
