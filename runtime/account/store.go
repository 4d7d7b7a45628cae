package account

import "context"

// Store is what signing in needs of a storage. Implementations are safe for
// concurrent use, keep times in whole microseconds, hand out slices that no one
// else holds, and return [ErrNotFound] for an absent row. Every other error
// means that the storage could not tell.
//
// Where an old hash is given, "" stands for a user without a password.
type Store[ID comparable, R ~string] interface {
	// Create adds an account and returns it as stored. It assigns the id if
	// r.ID is the zero value, and starts the account enabled and at version 1
	// whatever r says. A taken e-mail is [ErrEmailTaken], decided by a unique
	// constraint and never by a look first (SECURITY PWD-11).
	Create(ctx context.Context, r Record[ID, R]) (User[ID, R], error)
	// ByEmail finds an account by its canonical e-mail.
	ByEmail(ctx context.Context, email string) (Record[ID, R], error)
	// ByID finds an account by its id.
	ByID(ctx context.Context, id ID) (Record[ID, R], error)
	// ChangePassword replaces oldHash by newHash and raises the version, in one
	// conditional statement, and returns the new version. It returns ErrNotFound
	// if there is no such account or its hash is no longer oldHash.
	ChangePassword(ctx context.Context, id ID, oldHash, newHash string) (version int64, err error)
	// UpgradeHash replaces oldHash by newHash, which is of the same password, and
	// keeps the version. If the hash is no longer oldHash it does nothing and
	// returns nil: somebody else has stored a better one.
	UpgradeHash(ctx context.Context, id ID, oldHash, newHash string) error
}

// Lifecycle is what administration needs of a storage, under the rules of
// [Store]. Each method is one statement.
type Lifecycle[ID comparable, R ~string] interface {
	// SetRoles replaces the roles. Sessions see it at their next request.
	SetRoles(ctx context.Context, id ID, roles []R) error
	// SetDisabled disables, which raises the version, or enables, which does not:
	// what a user held before it was disabled stays dead.
	SetDisabled(ctx context.Context, id ID, disabled bool) error
	// SignOutEverywhere raises the version.
	SignOutEverywhere(ctx context.Context, id ID) error
	// Delete removes the account and, with it, what belongs to it.
	Delete(ctx context.Context, id ID) error
}

// Storage is everything a [Service] needs.
type Storage[ID comparable, R ~string] interface {
	Store[ID, R]
	Lifecycle[ID, R]
}
