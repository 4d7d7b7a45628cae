package revocation

import "time"

// A Token is what is asked about: a token that was verified.
type Token[UID comparable] struct {
	// ID is the token's own name ("jti"); required.
	ID string
	// Family names the login that the token belongs to, in the text of its id; "" if it
	// belongs to none.
	Family string
	// UserID is whom it speaks for, and Version the version of their account that it was
	// made under.
	UserID  UID
	Version int64
	// IssuedAt is when it was made, and ExpiresAt when it ends.
	IssuedAt, ExpiresAt time.Time
}

// A State is what a storage knows of a token.
type State[U any] struct {
	// User is the token's user as of now.
	User U
	// Revoked says that the token's id is on the list of those that were revoked.
	Revoked bool
	// FamilyGone says that the token belongs to a family that its user does not have.
	FamilyGone bool
}

// An Account is what a [Checker] asks of a token's user.
type Account interface {
	// Active reports whether the user may authenticate.
	Active() bool
	// AuthVersion is the version that the user's tokens must have been made under.
	AuthVersion() int64
}
