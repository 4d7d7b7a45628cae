package grant

import (
	"fmt"
	"io"
	"log/slog"
	"time"
)

// A Pair is what a login or a refresh gives. It prints without what it holds
// (SECURITY LOG-02).
type Pair struct {
	// AccessToken is the JWT that requests carry.
	AccessToken string
	// ExpiresAt is when the access token ends, in whole seconds.
	ExpiresAt time.Time
	// RefreshToken is good for one more Pair; "" where there are none.
	RefreshToken string
}

// ExpiresIn is how many whole seconds the access token lives from now on (RFC 6749
// section 5.1); never less than 0.
func (p Pair) ExpiresIn(now time.Time) int64 {
	return max(0, int64(p.ExpiresAt.Sub(now)/time.Second))
}

// Format implements [fmt.Formatter].
func (p Pair) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, "token pair") // a fmt.State keeps its own error
}

// LogValue implements [slog.LogValuer].
func (p Pair) LogValue() slog.Value { return slog.StringValue("token pair") }
