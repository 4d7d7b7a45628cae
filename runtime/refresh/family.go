package refresh

import (
	"encoding/base64"
	"errors"
	"time"
)

// An ID names a family. It is random and of no use as a credential.
type ID [16]byte

var errID = errors.New("refresh: not the id of a family")

// String returns the 22 characters of base64url that are id.
func (id ID) String() string { return base64.RawURLEncoding.EncodeToString(id[:]) }

// ParseID undoes [ID.String]. There is one text for each id.
func ParseID(text string) (ID, error) {
	var id ID
	if base64.RawURLEncoding.DecodedLen(len(text)) != len(id) {
		return ID{}, errID
	}
	// Written back and compared: base64 has several texts for the same bytes.
	if n, err := base64.RawURLEncoding.Decode(id[:], []byte(text)); err != nil || n != len(id) || id.String() != text {
		return ID{}, errID
	}
	return id, nil
}

// A Family is one login: the refresh tokens that came one from another. Its times
// are UTC, in whole microseconds.
type Family[UID comparable] struct {
	ID     ID
	UserID UID
	// UserVersion is the version of the user that the family was made under. The
	// family is dead as soon as the user has another.
	UserVersion int64
	// Counter is the number of the newest token; that of the first is 1.
	Counter   int64
	CreatedAt time.Time
	// AuthenticatedAt is when the user last proved who they are. A refresh is no
	// such proof.
	AuthenticatedAt time.Time
	// RotatedAt is when the newest token replaced the one before.
	RotatedAt time.Time
	// LastUsedAt is when the family was made or last refreshed.
	LastUsedAt time.Time
	// ExpiresAt is the absolute end; nothing moves it (SECURITY REF-07).
	ExpiresAt time.Time
}

// An Account is what a Service asks of a family's user.
type Account interface {
	// Active reports whether the user may authenticate.
	Active() bool
	// AuthVersion is the version that the user's families must have been made under.
	AuthVersion() int64
}
