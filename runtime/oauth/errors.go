package oauth

import (
	"errors"
	"strings"

	"github.com/authgen-go/authgen/runtime/authn"
)

// The refusals of this package. Each may come back with another detail or a cause;
// compare with errors.Is.
var (
	// ErrUnknownProvider: no provider of that name is configured.
	ErrUnknownProvider = authn.NewProblem(authn.CodeNotFound, "There is no such provider.")
	// ErrState: the callback is malformed, or belongs to no flow of this browser at this
	// provider: it was not begun here, is over, took too long, or is a forgery. Nothing
	// tells these apart.
	ErrState = authn.NewProblem(authn.CodeInvalidRequest, "This login was not begun in this browser, took too long or is over. Begin again.")
	// ErrRefused: the provider did not let the user in. The detail says why, as far as the
	// provider did in a word that is known.
	ErrRefused = authn.NewProblem(authn.CodeInvalidRequest, "The provider refused the login.")
	// ErrIdentity: what the provider says of the user cannot be believed.
	ErrIdentity = authn.NewProblem(authn.CodeInvalidCredentials, "What the provider says of you could not be verified.")
	// ErrProvider: the provider does not answer as it should, or cannot be reached
	// (SECURITY F-27).
	ErrProvider = authn.NewProblem(authn.CodeUnavailable, "The provider cannot be used right now. Try again later.")
)

// The reasons of events.
const (
	reasonInsecureCookie = "insecure-cookie"
	reasonUnavailable    = "store-unavailable"

	// ErrState
	reasonMalformed = "malformed-callback"
	reasonUnknown   = "unknown-state"
	reasonExpired   = "expired-state"
	reasonUsed      = "used-state"
	reasonMixUp     = "wrong-issuer-in-callback"

	// ErrRefused
	reasonRefused = "refused-by-provider"
	reasonCode    = "code-refused"

	// ErrIdentity
	reasonForm      = "malformed-id-token"
	reasonAlgorithm = "wrong-algorithm"
	reasonNoKeyID   = "no-key-id"
	reasonKey       = "unknown-key"
	reasonSignature = "bad-signature"
	reasonClaims    = "malformed-claims"
	reasonIssuer    = "wrong-issuer"
	reasonAudience  = "wrong-audience"
	reasonParty     = "wrong-authorized-party"
	reasonOver      = "expired"
	reasonIssuedAt  = "bad-issued-at"
	reasonSubject   = "no-subject"
	reasonNonce     = "wrong-nonce"
	reasonTokenHash = "wrong-at-hash"
	reasonOther     = "subject-of-another"

	// ErrProvider
	reasonUnreachable = "unreachable"
	reasonTimeout     = "timeout"
	reasonStatus      = "unexpected-status"
	reasonTooLarge    = "too-large"
	reasonAnswer      = "bad-answer"
	reasonMetadata    = "bad-metadata"
	reasonClient      = "client-refused"
	reasonKeys        = "keys-unavailable"
	reasonPanic       = "panic"
)

// maxText bounds what a failure says.
const maxText = 200

// A failure says why something was refused or could not be done: by a word for the
// record, and in words for the log. It wraps nothing and quotes nothing that is secret
// or that a provider wrote.
type failure struct{ reason, text string }

func (f *failure) Error() string { return f.text }

// because is p with a failure as its cause.
func because(p *authn.Problem, reason, text string) error {
	if len(text) > maxText {
		text = text[:maxText] + "…"
	}
	return p.WithCause(&failure{reason: reason, text: strings.ToValidUTF8(text, "")})
}

// reasonOf returns the word for the record.
func reasonOf(err error) string {
	if f, ok := errors.AsType[*failure](err); ok {
		return f.reason
	}
	return reasonUnavailable
}
