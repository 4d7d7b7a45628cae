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
	// ExpiresIn is how long it lives from when it was made, in whole seconds.
	ExpiresIn time.Duration
	// RefreshToken is good for one more Pair; "" where there are none.
	RefreshToken string
}

// Format implements [fmt.Formatter].
func (p Pair) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, "token pair") // a fmt.State keeps its own error
}

// LogValue implements [slog.LogValuer].
func (p Pair) LogValue() slog.Value { return slog.StringValue("token pair") }
