package session

import (
	"net/netip"
	"time"
)

// A Session is one signed-in browser. Its times are UTC, in whole microseconds.
type Session[ID comparable] struct {
	// ID names the session in lists. It is random, unrelated to the token, and
	// of no use as a credential.
	ID     string
	UserID ID
	// UserVersion is the version of the user that the session was made under.
	// The session is dead as soon as the user has another.
	UserVersion int64
	CreatedAt   time.Time
	// AuthenticatedAt is when the user last proved who they are: at the login or
	// at a confirmation since. See [Manager.RequireRecent].
	AuthenticatedAt time.Time
	// LastSeenAt is the latest known request. What a storage holds may lag by
	// the Manager's TouchInterval.
	LastSeenAt time.Time
	// ExpiresAt is the absolute end; nothing moves it (SECURITY SES-05).
	ExpiresAt time.Time
	// Remembered says that the login asked to be remembered, which gave it a longer
	// life and another idle timeout.
	Remembered bool
	UserAgent  string     // as sent at the login: at most 256 bytes, no control characters
	Addr       netip.Addr // the client at the login; invalid if not known
}

// A Hash is the SHA-256 of a session token: the key of its record.
type Hash [32]byte

// A Touch says when a session was last seen.
type Touch struct {
	Hash   Hash
	SeenAt time.Time // UTC, in whole microseconds
}

// Cutoffs say which sessions are over: those that expired at or before ExpiredAt, and
// those last seen at or before IdleSince or, if they are remembered, at or before
// RememberedIdleSince. The times are UTC, in whole microseconds.
type Cutoffs struct {
	ExpiredAt, IdleSince, RememberedIdleSince time.Time
}

// An Account is what a Manager asks of a session's user.
type Account interface {
	// Active reports whether the user may authenticate.
	Active() bool
	// AuthVersion is the version that the user's sessions must have been made under.
	AuthVersion() int64
}
