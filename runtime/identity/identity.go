package identity

import "time"

// An Identity is an account at a provider, linked to a user. Its times are UTC, in
// whole microseconds.
type Identity[ID comparable] struct {
	Provider string // its name in the spec
	Subject  string // the provider's own, unchanging id of the account
	UserID   ID
	// Email is the address that the provider has verified, in its canonical form, "" if
	// it has verified none. It says nothing about who the user is.
	Email     string
	CreatedAt time.Time
}

// A Login is what a provider says of whoever has just logged in there, verified.
type Login struct {
	Provider string
	Subject  string
	Email    string // as the provider spells it
	// EmailVerified says that the provider vouches for the address.
	EmailVerified bool
}
