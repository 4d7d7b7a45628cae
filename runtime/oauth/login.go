package oauth

// A Login is who somebody is at a provider, verified. The account is Provider and
// Subject together, and nothing else (SECURITY OAC-06).
type Login struct {
	// Provider is the name of the provider.
	Provider string
	// Subject is the provider's own, unchanging id of the account: printable ASCII without
	// spaces around it, at most 255 bytes.
	Subject string
	// Email is the address that the provider has of the user, as it spells it; "" if it
	// has none, or none that can be one.
	Email string
	// EmailVerified says that the provider vouches that the address is the user's. It is
	// false unless the provider said so, in the words that its documentation has for it.
	EmailVerified bool
	// Name is what the user is called, printable and at most 256 bytes; "" if the provider
	// does not say. It is for showing: users choose their names.
	Name string
	// Flow is what the login was begun with.
	Flow Flow
	// Tokens are the provider's.
	Tokens Tokens
}

// A Flow is what a login is begun with, and comes back with its end. The browser can
// neither read nor change it.
type Flow struct {
	// ReturnTo is where the application sends the browser afterwards. It is the caller's
	// to check, for one with page.ReturnTo; what is longer than 1024 bytes is forgotten.
	ReturnTo string
	// User is the id of who links the provider's account to their own, or "" for a login.
	// It says who began the flow in this browser. Before anything is linked, see that the
	// same user is still signed in there. At most 256 bytes.
	User string
}
