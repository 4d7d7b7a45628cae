package oauthserver

import (
	"errors"

	"github.com/authgen-go/authgen/runtime/authn"
)

// ErrNotFound is what a [Storage] returns for an absent client. It is no Problem on
// purpose: what the client is told is decided here, and one that slipped through would
// be answered 503, never as a verdict.
var ErrNotFound = errors.New("oauthserver: not found")

// The refusals of the endpoints (RFC 6749 section 5.2). Compare with errors.Is; a request
// that is malformed is [authn.ErrInvalidRequest]. Any other error means that the answer
// could not be found out.
var (
	// ErrInvalidClient: the client did not authenticate, or is unknown or disabled, or the
	// secret or assertion is wrong, of the past, or used before. Nothing tells these apart.
	ErrInvalidClient = authn.NewProblem(authn.CodeInvalidClient, "The client could not be authenticated.")
	// ErrUnauthorizedClient: the client is good, and this kind of grant is not for it.
	ErrUnauthorizedClient = authn.NewProblem(authn.CodeUnauthorizedClient, "This grant type is not for clients that authenticate.")
	// ErrUnsupportedGrantType: there is no such grant here.
	ErrUnsupportedGrantType = authn.NewProblem(authn.CodeUnsupportedGrantType, "There is no such grant type here.")
	// ErrInvalidScope: the scope that was asked for is malformed, or more than may be asked
	// for.
	ErrInvalidScope = authn.NewProblem(authn.CodeInvalidScope, "The scope is malformed, or more than may be granted.")
)

// The refusals of administration. Compare with errors.Is.
var (
	// ErrNoSuchClient: there is no client of that id, or none that this can be done to.
	ErrNoSuchClient = authn.NewProblem(authn.CodeNotFound, "There is no such client.")
	// ErrInvalidName: the name is empty, longer than 100 characters, or has others than
	// printable ones.
	ErrInvalidName = authn.ErrInvalidRequest.WithDetail("The name must be 1 to 100 printable characters.")
	// ErrUnknownScope: a scope is none of the application's.
	ErrUnknownScope = authn.ErrInvalidRequest.WithDetail("There is no such scope.")
	// ErrInvalidKeys: the keys are no JWK Set, or private, weak, without names, or of no
	// use; or no client signs assertions here. Its cause says which.
	ErrInvalidKeys = authn.ErrInvalidRequest.WithDetail("The keys must be a JWK Set of public keys, each with a kid.")
	// ErrInvalidOverlap: a rotated secret was to live on for less than nothing, or longer
	// than rotated secrets do.
	ErrInvalidOverlap = authn.ErrInvalidRequest.WithDetail("The overlap cannot be negative, or that long.")
)
