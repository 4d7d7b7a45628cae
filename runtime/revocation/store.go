package revocation

import (
	"context"
	"time"
)

// Store is what a [Checker] needs of a storage. Implementations are safe for
// concurrent use and keep times in whole microseconds. An error that is not
// [ErrNotFound] means that the storage could not tell; it is answered 503, never as a
// verdict (SECURITY ERR-05). Each verb is one statement.
type Store[UID comparable, U Account] interface {
	// Check returns what is known now of a token, in one round trip: its user, whether
	// id is listed, and whether family, the text of an id unless it is "", is none of
	// user's families. It returns ErrNotFound if the user does not exist. Whether an
	// entry of the list has ended does not matter.
	Check(ctx context.Context, user UID, family, id string) (State[U], error)
	// Revoke lists id at least until until. If it is listed already the later end
	// counts.
	Revoke(ctx context.Context, id string, until time.Time) error
	// DeleteRevoked removes at most limit entries that ended at or before now, and none
	// that did not (SECURITY REV-04), and returns how many it removed.
	DeleteRevoked(ctx context.Context, now time.Time, limit int) (int, error)
}

// A List keeps the tokens that were revoked somewhere else than in the [Store], which is
// asked as well: see [Checker.RevokeID]. It is safe for concurrent use; its errors mean
// that it could not tell.
type List interface {
	// Revoke lists id at least until until. If it is listed already the later end
	// counts.
	Revoke(ctx context.Context, id string, until time.Time) error
	// Revoked reports whether id is listed, or may have been before it was forgotten:
	// that is for the list to decide, from when the token was made.
	Revoked(ctx context.Context, id string, issuedAt time.Time) (bool, error)
}
