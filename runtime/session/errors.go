package session

import (
	"errors"

	"github.com/authgen-go/authgen/runtime/authn"
)

// ErrNotFound is what a [Storage] returns for an absent row. It is no Problem on
// purpose: the Manager decides what the client is told, and one that slipped
// through would be answered 503, never as a verdict.
var ErrNotFound = errors.New("session: not found")

// The refusals of this package. Compare with errors.Is. Any other error of the
// package means that the answer could not be found out.
var (
	// ErrInvalidSession: the request has a session cookie that is malformed,
	// ambiguous, unknown, ended, expired, idle, or of a user who may not sign in.
	// Nothing tells these apart.
	ErrInvalidSession = authn.NewProblem(authn.CodeInvalidSession, "The session is not valid; sign in again.")
	// ErrNoSuchSession: the user has no session of that id.
	ErrNoSuchSession = authn.NewProblem(authn.CodeNotFound, "There is no such session.")
	// ErrReauthenticationRequired: the session is good, but its user last proved
	// who they are too long ago for what was asked (SECURITY SES-10).
	ErrReauthenticationRequired = authn.ErrReauthenticationRequired
	// ErrInactiveUser: a session was asked for on behalf of a user who is
	// disabled or gone. It is answered like a wrong password (SECURITY PWD-06).
	ErrInactiveUser = authn.NewProblem(authn.CodeInvalidCredentials, "E-mail address or password is wrong.")
)
