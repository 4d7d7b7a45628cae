package authn

// The refusals of this package. Each may come back with another detail; compare
// with errors.Is.
var (
	// ErrAuthenticationRequired: no strategy found a credential in the request.
	ErrAuthenticationRequired = NewProblem(CodeAuthenticationRequired, "This resource needs a credential.")
	// ErrStrategyRetired: credentials of this kind have ended for good, and no new ones
	// are made. Nothing is said about the one that was sent.
	ErrStrategyRetired = NewProblem(CodeStrategyRetired, "This way to authenticate has ended. Use another one.")
	// ErrInvalidRequest: the body or its parameters are not what the endpoint takes.
	ErrInvalidRequest = NewProblem(CodeInvalidRequest, "The request is not valid.")
	// ErrTooLarge: the body is larger than [MaxBody].
	ErrTooLarge = NewProblem(CodeTooLarge, "The body is too large.")
	// ErrUnsupportedMediaType: the body is of another type, charset or encoding.
	ErrUnsupportedMediaType = NewProblem(CodeUnsupportedMediaType, "The body is of a type this endpoint does not read.")
	// ErrCrossSite: a page of another site sent the request.
	ErrCrossSite = NewProblem(CodeCrossSite, "The request came from another site.")
	// ErrNotFound: there is nothing at this path.
	ErrNotFound = NewProblem(CodeNotFound, "There is nothing here.")
	// ErrMethodNotAllowed: the path exists, but not for this method.
	ErrMethodNotAllowed = NewProblem(CodeMethodNotAllowed, "The method is not allowed here.")
	// ErrInternal: a bug. The answer says nothing else; the log does.
	ErrInternal = NewProblem(CodeInternal, "The server made a mistake.")
	// ErrUnavailable: it cannot be checked now, which is not a refusal.
	ErrUnavailable = NewProblem(CodeUnavailable, "This cannot be checked right now. Try again later.")
)
