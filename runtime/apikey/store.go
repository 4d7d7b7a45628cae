package apikey

import (
	"context"
	"time"
)

// Store is what the requests of an application need of a storage. Implementations
// are safe for concurrent use, keep times in whole microseconds, hand out slices
// that no one else holds, and return [ErrNotFound] for an absent row. Every other
// error means that the storage could not tell; it is answered 503 and ends no key
// (SECURITY ERR-05).
//
// A key that is revoked leaves no row behind. The row of one that has expired may
// still be there: the Service judges.
type Store[ID comparable, S ~string, U Owner] interface {
	// Create adds a key, unless its owner has limit active ones already, in one
	// conditional statement. Active are those that were not rotated and expire after
	// r.CreatedAt. It returns [ErrTooMany] at the limit and ErrNotFound if the owner
	// does not exist.
	Create(ctx context.Context, r Record[ID, S], limit int) error
	// Find returns the key of hash together with its owner as of now, in one round
	// trip where the storage can: an owner disabled or demoted a moment ago is seen
	// to be so. A key whose owner is gone is absent.
	Find(ctx context.Context, hash Hash) (Record[ID, S], U, error)
	// Rotate replaces the key of owner that is named id by next, in one transaction,
	// and returns the new key as stored: next with the name and the scopes of the
	// old one. The old key was then rotated at next.CreatedAt and ends at oldEndsAt,
	// or when it would have ended anyway if that is earlier.
	//
	// It returns ErrNotFound, and changes nothing, if owner has no such key, or one
	// that was rotated already or expires at or before next.CreatedAt: of several
	// callers one wins.
	Rotate(ctx context.Context, owner ID, id string, next Record[ID, S], oldEndsAt time.Time) (Key[ID, S], error)
	// Touch moves last-used times forward, never back, and the address with them, in
	// one transaction. Absent keys are passed over.
	Touch(ctx context.Context, touches []Touch) error
	// RevokeByHash deletes a key for who holds it, and returns what it was.
	RevokeByHash(ctx context.Context, hash Hash) (Key[ID, S], error)
}

// Registry is what lists and clean-up need of a storage, under the rules of [Store].
type Registry[ID comparable, S ~string] interface {
	// List returns the keys of an owner, the newest first and those of one time by
	// id, expired ones included. An owner without keys, or who does not exist, has
	// none: no error.
	List(ctx context.Context, owner ID) ([]Key[ID, S], error)
	// Expiring returns at most limit keys that come after a position, in its order,
	// expire at or before until, and were not rotated.
	Expiring(ctx context.Context, after Position, until time.Time, limit int) ([]Key[ID, S], error)
	// Revoke deletes the key of owner that is named id. It returns ErrNotFound if
	// owner has no such key, even if somebody else has.
	Revoke(ctx context.Context, owner ID, id string) error
	// RevokeAll deletes the keys of an owner and returns how many there were.
	RevokeAll(ctx context.Context, owner ID) (int, error)
	// DeleteExpired removes at most limit keys that expired at or before now, and
	// returns how many it removed.
	DeleteExpired(ctx context.Context, now time.Time, limit int) (int, error)
}

// Storage is everything a [Service] needs.
type Storage[ID comparable, S ~string, U Owner] interface {
	Store[ID, S, U]
	Registry[ID, S]
}

// A Position is a place in the order of all keys by their end and, for those that
// end at the same time, by their id. The zero id comes before any other.
type Position struct {
	ExpiresAt time.Time
	ID        string
}
