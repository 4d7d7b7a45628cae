package apikey

import (
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"time"
)

// A Key is what may be known of an API key: anything but the key itself. Its times
// are UTC, in whole microseconds.
type Key[ID comparable, S ~string] struct {
	// ID names the key in lists. It is random, unrelated to the key, and of no use
	// as a credential.
	ID      string
	OwnerID ID
	Name    string // given by the owner: 1 to 100 printable characters
	// Scopes are what the key was given, sorted and without repeats. A key that
	// [Service.Authenticate] returns has those only that its owner holds as well. A
	// key without scopes may do nothing that needs one (SECURITY API-05).
	Scopes    []S
	Last4     string // the last four characters, by which an owner tells keys apart
	CreatedAt time.Time
	// ExpiresAt is when the key ends: no request at or after it is let through.
	ExpiresAt time.Time
	// RotatedAt is when the key was replaced by another; zero for one that was not.
	// It lives on until ExpiresAt, does not count as active and cannot be rotated
	// again.
	RotatedAt time.Time
	// LastUsedAt is the latest known request, and LastUsedAddr its client; zero if
	// there was none. What a storage holds may lag by [Config.LastUsedFlush].
	LastUsedAt   time.Time
	LastUsedAddr netip.Addr
}

// Retiring reports whether the key was rotated and lives out its overlap.
func (k Key[ID, S]) Retiring() bool { return !k.RotatedAt.IsZero() }

// LastUsedIP returns the address of the latest known client as text, or "" if it is
// not known: the form that lists show and databases keep.
func (k Key[ID, S]) LastUsedIP() string { return ip(k.LastUsedAddr) }

// A Hash is the SHA-256 of a whole key: the key of its record.
type Hash [32]byte

// A Record is a Key with what only the storage and the Service may see. It prints
// as the id of the key, whatever the verb (SECURITY LOG-02).
type Record[ID comparable, S ~string] struct {
	Key[ID, S]
	Hash Hash `json:"-"`
}

// Format implements [fmt.Formatter].
func (r Record[ID, S]) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, "api key "+r.ID) // a fmt.State keeps its own error
}

// LogValue implements [slog.LogValuer].
func (r Record[ID, S]) LogValue() slog.Value { return slog.StringValue("api key " + r.ID) }

// A Touch says when a key was last used, and from where.
type Touch struct {
	KeyID  string
	UsedAt time.Time // UTC, in whole microseconds
	Addr   netip.Addr
}

// IP returns the address as [Key.LastUsedIP] does.
func (t Touch) IP() string { return ip(t.Addr) }

// An Owner is what a Service asks of the user that a key acts for.
type Owner interface {
	// Active reports whether the user may authenticate.
	Active() bool
}

func ip(addr netip.Addr) string {
	if !addr.IsValid() {
		return ""
	}
	return addr.String()
}

// ParseIP reads what [Key.LastUsedIP] or [Touch.IP] returned; any other text is an
// address that is not known.
func ParseIP(text string) netip.Addr {
	addr, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Addr{}
	}
	return addr
}
