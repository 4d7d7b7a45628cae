package apikey

import (
	"errors"

	"github.com/authgen-go/authgen/runtime/authn"
)

// ErrNotFound is what a [Storage] returns for an absent row. It is no Problem on
// purpose: the Service decides what the client is told, and one that slipped
// through would be answered 503, never as a verdict.
var ErrNotFound = errors.New("apikey: not found")

// The refusals of this package. Compare with errors.Is. Any other error of the
// package means that the answer could not be found out.
var (
	// ErrInvalidKey: the request has an API key that is malformed, ambiguous,
	// unknown, revoked, expired, or of an owner who may not authenticate. Nothing
	// tells these apart.
	ErrInvalidKey = authn.NewProblem(authn.CodeInvalidAPIKey, "The API key is not valid.")
	// ErrOverLimit: the key is good, but has made as many requests as it may.
	ErrOverLimit = authn.NewProblem(authn.CodeRateLimited, "This API key has made too many requests. Wait before the next one.")
	// ErrTooMany: the owner has as many active keys as anybody may.
	ErrTooMany = authn.NewProblem(authn.CodeTooManyKeys, "There are as many active API keys as there may be. Revoke one first.")
	// ErrNoSuchKey: the owner has no key of that id, or none that this can be done to.
	ErrNoSuchKey = authn.NewProblem(authn.CodeNotFound, "There is no such API key.")
	// ErrInactiveOwner: a key was asked for on behalf of a user who is disabled or
	// gone.
	ErrInactiveOwner = authn.NewProblem(authn.CodeUserRequired, "An API key needs an owner who may sign in.")
	// ErrInvalidName: the name of a new key is empty, longer than 100 characters, or
	// has others than printable ones.
	ErrInvalidName = authn.ErrInvalidRequest.WithDetail("The name must be 1 to 100 printable characters.")
	// ErrUnknownScope: a scope that was asked for is none of the application's. One
	// that the owner does not hold is [authn.ErrInsufficientScope].
	ErrUnknownScope = authn.ErrInvalidRequest.WithDetail("There is no such scope.")
	// ErrInvalidLife: a key was to live for less than a second, or longer than keys do.
	ErrInvalidLife = authn.ErrInvalidRequest.WithDetail("The key cannot be made to live that long, or so short.")
	// ErrInvalidOverlap: a rotated key was to live on longer than rotated keys do.
	ErrInvalidOverlap = authn.ErrInvalidRequest.WithDetail("The overlap cannot be negative, or that long.")
)
