package refresh

import (
	"context"
	"time"
)

// Store is what logins and refreshes need of a storage. Implementations are safe for
// concurrent use, keep times in whole microseconds, and return [ErrNotFound] for an
// absent row. Every other error means that the storage could not tell; it is answered
// 503 and ends no family (SECURITY ERR-05). Each verb is one statement.
type Store[UID comparable, U Account] interface {
	// Create adds a family. It returns ErrNotFound if its user does not exist.
	Create(ctx context.Context, f Family[UID]) error
	// Find returns a family together with its user as of now, in one round trip where
	// the storage can. A family whose user is gone is absent. Whether it has expired is
	// judged by the Service, so that no clean-up is needed for it.
	//
	// It must see what was stored before it was called: a replica that lags will not do.
	Find(ctx context.Context, id ID) (Family[UID], U, error)
	// Advance moves the counter of a family from from to the next number, and the times
	// of its rotation and last use to at, in one conditional statement. It returns
	// ErrNotFound if the counter is not, or no longer, from: of several callers one
	// wins (SECURITY REF-04).
	Advance(ctx context.Context, id ID, from int64, at time.Time) error
	// Adopt puts the family of user that is named id under another version of its user.
	// It returns ErrNotFound if user has no such family.
	Adopt(ctx context.Context, user UID, id ID, version int64) error
	// End removes a family. An absent one is no error.
	End(ctx context.Context, id ID) error
}

// Registry is what ends families otherwise, under the rules of [Store].
type Registry[UID comparable] interface {
	// EndByID removes the family of user that is named id. It returns ErrNotFound if
	// user has no such family, even if somebody else has.
	EndByID(ctx context.Context, user UID, id ID) error
	// EndByUser removes the families of a user, except the one named except (the zero
	// ID excepts none), and returns how many there were.
	EndByUser(ctx context.Context, user UID, except ID) (int, error)
	// DeleteExpired removes at most limit families that expired at or before expired,
	// or were last used at or before idleSince, and returns how many it removed.
	DeleteExpired(ctx context.Context, expired, idleSince time.Time, limit int) (int, error)
}

// Storage is everything a [Service] needs.
type Storage[UID comparable, U Account] interface {
	Store[UID, U]
	Registry[UID]
}
