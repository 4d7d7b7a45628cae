package session

import (
	"context"
	"time"
)

// Store is what the path of a request needs of a storage. Implementations are
// safe for concurrent use, keep times in whole microseconds, and return
// [ErrNotFound] for an absent row. Every other error means that the storage
// could not tell; it is answered 503 and ends no session (SECURITY ERR-05).
type Store[ID comparable, U Account] interface {
	// Create adds a session. It returns ErrNotFound if its user does not exist.
	Create(ctx context.Context, s Session[ID], hash Hash) error
	// Find returns a session together with its user as of now, in one round trip
	// where the storage can: a user disabled or demoted a moment ago is seen to
	// be so. A session whose user is gone is absent. Whether a session has
	// expired is judged by the Manager, so that no clean-up is needed for it.
	//
	// What only lists show may be left zero: CreatedAt, UserAgent and Addr of the
	// session, and when the user was created. A request pays for every column.
	Find(ctx context.Context, hash Hash) (Session[ID], U, error)
	// Rotate gives the session of old the token of new, the user version and the
	// time of authentication, and moves the last-seen time up to that time, in one
	// conditional statement. It returns ErrNotFound if old is not, or no longer,
	// the token of a session: of several callers one wins.
	Rotate(ctx context.Context, old, new Hash, userVersion int64, authenticatedAt time.Time) error
	// Touch moves last-seen times forward, never back, in one transaction. Absent
	// sessions are passed over.
	Touch(ctx context.Context, touches []Touch) error
	// Delete ends a session. An absent one is no error.
	Delete(ctx context.Context, hash Hash) error
}

// Registry is what lists and clean-up need of a storage, under the rules of [Store].
type Registry[ID comparable] interface {
	// List returns the sessions of a user, the newest first, expired ones
	// included. A user without sessions, or who does not exist, has none: no error.
	List(ctx context.Context, user ID) ([]Session[ID], error)
	// DeleteByID ends the session of user that is named id. It returns ErrNotFound
	// if user has no such session, even if somebody else has (SECURITY SES-09).
	DeleteByID(ctx context.Context, user ID, id string) error
	// DeleteByUser ends the sessions of a user, except the one named exceptID
	// ("" excepts none), and returns how many there were.
	DeleteByUser(ctx context.Context, user ID, exceptID string) (int, error)
	// DeleteExpired removes at most limit of the sessions that are over, and returns
	// how many it removed.
	DeleteExpired(ctx context.Context, over Cutoffs, limit int) (int, error)
}

// Storage is everything a [Manager] needs.
type Storage[ID comparable, U Account] interface {
	Store[ID, U]
	Registry[ID]
}
