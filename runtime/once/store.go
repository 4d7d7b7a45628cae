package once

import (
	"context"
	"errors"
	"time"
)

// ErrUsed: the value was used before. It is no Problem on purpose: what that means is
// for the caller to say.
var ErrUsed = errors.New("once: used before")

// A Key stands for a value in a storage: its SHA-256, so that what is stored is of no
// use to whoever reads it.
type Key [32]byte

// Store is what a [Register] needs of a storage. Implementations are safe for
// concurrent use and keep times in whole microseconds. An error that is not [ErrUsed]
// means that the storage could not tell.
type Store interface {
	// Use records key until until, in one statement. It returns ErrUsed if key is
	// recorded, whether or not that has ended: of several callers one wins.
	Use(ctx context.Context, key Key, until time.Time) error
	// DeleteUsed removes at most limit records that ended at or before now, and none that
	// did not, and returns how many it removed.
	DeleteUsed(ctx context.Context, now time.Time, limit int) (int, error)
}
