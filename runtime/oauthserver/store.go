package oauthserver

import (
	"context"
	"time"
)

// Store is what the requests of an application need of a storage. Implementations are
// safe for concurrent use, keep times in whole microseconds, hand out slices that no one
// else holds, compare ids byte for byte, and return [ErrNotFound] for an absent client.
// Every other error means that the storage could not tell; it is answered 503, never as
// a verdict (SECURITY ERR-05). Each verb is one statement.
type Store interface {
	// ByID returns a client.
	ByID(ctx context.Context, id string) (Record, error)
	// Check returns a client as of now, and whether the access token that is named
	// tokenID ("jti") is on the list of those that were revoked ([Revocations]), in one
	// round trip. Whether an entry of the list has ended does not matter.
	Check(ctx context.Context, id, tokenID string) (c Client, revoked bool, err error)
}

// Registry is what the administration of clients needs of a storage, under the rules of
// [Store].
type Registry interface {
	// Create adds a client, which has no previous secret yet and is not disabled. An id
	// that exists is an error.
	Create(ctx context.Context, r Record) error
	// List returns all clients, the newest first and those of one time by id.
	List(ctx context.Context) ([]Client, error)
	// Rotate makes the secret of a client the previous one, which counts until
	// previousUntil, and next its secret. With the zero time it counts no more, and may be
	// forgotten; what was the previous one before is forgotten in any case.
	// It returns ErrNotFound also for a client without a secret.
	Rotate(ctx context.Context, id string, next Hash, previousUntil time.Time) error
	// SetDisabled disables a client, or enables it. To do so twice is no error.
	SetDisabled(ctx context.Context, id string, disabled bool) error
	// SetScopes replaces the scopes of a client.
	SetScopes(ctx context.Context, id string, scopes []string) error
	// SetKeys replaces the public keys of a client. It returns ErrNotFound also for one
	// that has none.
	SetKeys(ctx context.Context, id, jwks string) error
}

// Storage is everything [Clients] needs to keep clients.
type Storage interface {
	Store
	Registry
}

// Revocations is the list of access tokens that were revoked. A revocation.Store is one,
// and one list serves the tokens of users and of machines: what is put on it here is
// what [Store.Check] looks for.
type Revocations interface {
	// Revoke lists id at least until until. If it is listed already the later end
	// counts.
	Revoke(ctx context.Context, id string, until time.Time) error
}
