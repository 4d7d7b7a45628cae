package oauthserver

import (
	"fmt"
	"io"
	"log/slog"
	"time"
)

// An AuthMethod is how a client authenticates. It has one, and no other counts.
type AuthMethod string

// The methods there are.
const (
	// ClientSecret is a secret, in a Basic header or in the form, as the client likes (RFC
	// 6749 section 2.3.1).
	ClientSecret AuthMethod = "client_secret"
	// PrivateKeyJWT is an assertion that is signed with a key of the client, of which the
	// public half is registered (RFC 7523 section 2.2).
	PrivateKeyJWT AuthMethod = "private_key_jwt"
)

// A Client is what may be known of a machine that gets tokens for itself: anything but
// its secret. Times are UTC, in whole microseconds.
type Client struct {
	// ID is the client's name in requests and tokens: "client_" and 26 random characters,
	// which no uuid and no number is. It is public.
	ID string
	// Name is for people: 1 to 100 printable characters.
	Name string
	// Scopes are what the client may do, sorted and without repeats. Those of a Client
	// that [Clients.Check] returns are those that its token names as well.
	Scopes    []string
	Method    AuthMethod
	CreatedAt time.Time
	// Disabled says that the client gets no tokens, and that those it has do not count.
	Disabled bool
}

// A Hash is the SHA-256 of a whole secret; the zero Hash stands for none.
type Hash [32]byte

// Bytes returns the form that a Hash has in a column: nil for none.
func (h Hash) Bytes() []byte {
	if h == (Hash{}) {
		return nil
	}
	return h[:]
}

// HashOf undoes [Hash.Bytes].
func HashOf(column []byte) (h Hash) {
	copy(h[:], column)
	return h
}

// A Record is a Client with what only the storage and [Clients] may see. It prints as
// the id of the client, whatever the verb (SECURITY LOG-02).
type Record struct {
	Client
	// SecretHash is that of the secret; zero unless the Method is [ClientSecret].
	SecretHash Hash `json:"-"`
	// PreviousHash is that of the secret before, if there is one. It counts until
	// PreviousUntil, and not at all if that is zero.
	PreviousHash  Hash      `json:"-"`
	PreviousUntil time.Time `json:"-"`
	// JWKS are the public keys, as a JWK Set; "" unless the Method is [PrivateKeyJWT].
	JWKS string `json:"-"`
}

// Format implements [fmt.Formatter].
func (r Record) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, "oauth client "+r.ID) // a fmt.State keeps its own error
}

// LogValue implements [slog.LogValuer].
func (r Record) LogValue() slog.Value { return slog.StringValue("oauth client " + r.ID) }
