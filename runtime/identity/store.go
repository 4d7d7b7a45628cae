package identity

import (
	"context"

	"github.com/authgen-go/authgen/runtime/account"
)

// Store is what logging in through a provider needs of a storage. Implementations are
// safe for concurrent use, keep times in whole microseconds, and return [ErrNotFound]
// for an absent row. Every other error but those that are named means that the storage
// could not tell.
type Store[ID comparable, R ~string] interface {
	// Find returns the user of an identity, as of now, in one round trip.
	Find(ctx context.Context, provider, subject string) (account.User[ID, R], error)
	// Create adds an account, as account.Store does, and its first identity: both or
	// neither. A taken e-mail is account.ErrEmailTaken, a taken identity [ErrTaken].
	Create(ctx context.Context, r account.Record[ID, R], i Identity[ID]) (account.User[ID, R], error)
	// Link adds an identity of a user. It returns ErrTaken if the identity is there, or
	// another of the same user and provider, and ErrNotFound if the user is not.
	Link(ctx context.Context, i Identity[ID]) error
	// LinkVerified adds an identity to the user whose address is i.Email, if an identity
	// of that user has that address verified too, in one statement, and returns the user:
	// one who is disabled as well. It returns ErrNotFound if there is no such user, and
	// ErrTaken as Link does.
	LinkVerified(ctx context.Context, i Identity[ID]) (account.User[ID, R], error)
}

// Registry is what a user's own list needs of a storage, under the rules of [Store].
type Registry[ID comparable] interface {
	// List returns the identities of a user, the oldest first.
	List(ctx context.Context, user ID) ([]Identity[ID], error)
	// Unlink removes the identity of a user at a provider, in one statement, unless the
	// user has no password and no other identity: that is [ErrLastWayIn].
	Unlink(ctx context.Context, user ID, provider string) error
	// SetTokens keeps what the provider gave with an identity, sealed by the caller; nil
	// forgets it.
	SetTokens(ctx context.Context, provider, subject string, sealed []byte) error
	// Tokens returns what SetTokens kept for a user's identity at a provider; nil for
	// nothing.
	Tokens(ctx context.Context, user ID, provider string) (subject string, sealed []byte, err error)
}

// Storage is everything a [Service] needs.
type Storage[ID comparable, R ~string] interface {
	Store[ID, R]
	Registry[ID]
}
