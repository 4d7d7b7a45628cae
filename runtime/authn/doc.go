// Package authn is what all strategies share around an HTTP request: guards,
// identities in contexts, refusals, strict bodies, routes, and the rules of whose
// address and whose site a request comes from.
//
// A [Guard] asks one [Authenticator] after the other. Each answers one of four
// things, which stay four different things everywhere (SECURITY section 2):
//
//	an identity        the handler is called; IdentityFrom finds it
//	ErrNoCredential    the next strategy is asked; after the last, 401
//	a *Problem         checked and bad: 401, 403, 400
//	any other error    cannot know now: 503 with Retry-After, never 401
//
// A [Frame] turns errors into answers: a *[Problem] is fit to be sent, as
// application/problem+json with the type "urn:authgen:" and its code; any other
// error is logged, and the client learns nothing of it. Endpoints are
// [HandlerFunc] values made into handlers by [Frame.Handler].
//
// Everything here is safe for concurrent use once constructed.
package authn
