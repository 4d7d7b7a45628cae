package account

import "github.com/authgen-go/authgen/runtime/authn"

// The refusals of this package. Compare with errors.Is. Any other error of the
// package means that the answer could not be found out.
var (
	// ErrNotFound: no such account. [Service.Authenticate], [Service.Confirm] and
	// [Service.ChangePassword] never return it.
	ErrNotFound = authn.NewProblem(authn.CodeNotFound, "There is no such user.")
	// ErrEmailTaken: another account has this e-mail address.
	ErrEmailTaken = authn.NewProblem(authn.CodeEmailTaken, "An account with this e-mail address exists.")
	// ErrInvalidCredentials: wrong password, unknown or disabled account, or an
	// account without a password. Nothing tells these apart (SECURITY PWD-06).
	ErrInvalidCredentials = authn.NewProblem(authn.CodeInvalidCredentials, "E-mail address or password is wrong.")
	// ErrInvalidEmail: the text is not an e-mail address.
	ErrInvalidEmail = authn.NewProblem(authn.CodeInvalidRequest, "The e-mail address is not valid.")
)
