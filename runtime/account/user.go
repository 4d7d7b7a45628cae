package account

import (
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"
)

// A User is an account as the application may see it: it holds no secret.
type User[ID comparable, R ~string] struct {
	ID    ID
	Email string // canonical, see [CanonicalEmail]; mail goes to this spelling only
	Roles []R    // sorted, without repeats
	// Disabled users cannot authenticate by any means.
	Disabled bool
	// Version counts what ends every credential of the user: a password change,
	// signing out everywhere, disabling. It starts at 1. A session remembers the
	// version it was made under and is dead under any other (SECURITY SES-07, SES-08).
	Version int64
	// CreatedAt is in UTC and in whole microseconds; zero where the table of users is the
	// application's, which keeps such a time by itself or not at all.
	CreatedAt time.Time
}

// Active reports whether the user may authenticate.
func (u User[ID, R]) Active() bool { return !u.Disabled }

// AuthVersion returns the version that a credential must have been made under.
func (u User[ID, R]) AuthVersion() int64 { return u.Version }

// HasRole reports whether the user holds role.
func (u User[ID, R]) HasRole(role R) bool { return slices.Contains(u.Roles, role) }

// A Record is a User with what only the storage and the Service may see. It
// prints as the id of its user, whatever the verb, so that a password hash does
// not end in a log (SECURITY LOG-02).
type Record[ID comparable, R ~string] struct {
	User[ID, R]
	// PasswordHash is the encoded hash, or "" for a user without a password.
	PasswordHash string `json:"-"`
}

// Format implements [fmt.Formatter].
func (r Record[ID, R]) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, "account "+text(r.ID)) // a fmt.State keeps its own error
}

// LogValue implements [slog.LogValuer].
func (r Record[ID, R]) LogValue() slog.Value { return slog.StringValue("account " + text(r.ID)) }

// text is the form of an id that audit events carry.
func text[ID comparable](id ID) string { return fmt.Sprint(id) }

// JoinRoles encodes roles for a text column: separated by one space. Role names
// hold no white space; the Service refuses those that do.
func JoinRoles[R ~string](roles []R) string {
	var b strings.Builder
	for i, role := range roles {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(string(role))
	}
	return b.String()
}

// SplitRoles decodes what [JoinRoles] wrote. It returns a slice of its own.
func SplitRoles[R ~string](text string) []R {
	fields := strings.Fields(text)
	roles := make([]R, len(fields))
	for i, field := range fields {
		roles[i] = R(field)
	}
	return roles
}
