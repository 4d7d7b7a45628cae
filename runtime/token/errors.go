package token

import (
	"errors"

	"github.com/authgen-go/authgen/runtime/authn"
)

// The refusals of this package, 401 both. Compare with errors.Is; what errors.Unwrap
// gives says for the log what was wrong, in fixed words, never with content of the
// token.
var (
	// ErrInvalidToken: the token is malformed, forged, of another kind, from another
	// issuer, for somebody else, or not valid yet.
	ErrInvalidToken = authn.NewProblem(authn.CodeInvalidToken, "The access token is not valid.")
	// ErrTokenExpired: the token was good in every respect, once. A client may fetch
	// a new one.
	ErrTokenExpired = authn.NewProblem(authn.CodeTokenExpired, "The access token has expired.")
)

// ErrUnknownKey is what a [Source] answers for a key it does not have.
var ErrUnknownKey = errors.New("token: unknown key")

// Why tokens are refused. They are made once, so that refusing costs nothing.
var (
	errSize      = invalid("longer than 8 KiB")
	errForm      = invalid("not three parts of canonical base64url")
	errHeader    = invalid("the header is not one strict JSON object")
	errExtension = invalid("the header demands an extension or brings a key")
	errAlgorithm = invalid("alg is missing or not that of the key")
	errType      = invalid("typ is missing or another")
	errKid       = invalid("kid is missing or too long")
	errKey       = invalid("no such key")
	errSignature = invalid("the signature does not hold")
	errClaims    = invalid("the claims are not one strict JSON object of the right types")
	errIssuer    = invalid("iss is missing or another")
	errAudience  = invalid("aud is missing or does not contain this service")
	errSubject   = invalid("sub is missing or empty")
	errID        = invalid("jti is missing or empty")
	errExpiry    = invalid("exp is missing or no sane date")
	errNotYet    = invalid("nbf or iat is in the future")
	errMissing   = invalid("a claim of the application is missing")
)

func invalid(why string) *authn.Problem { return ErrInvalidToken.WithCause(errors.New(why)) }
