package oauth

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"
)

// Tokens are what a provider gives an application to act for a user there. They are
// secrets, print as "[redacted]", and are kept by nobody but the caller: sealed, see
// [Seal], or not at all (SECURITY OAC-11).
type Tokens struct {
	// Access is sent to the provider's API as a bearer token.
	Access string
	// Refresh gets a new access token; "" if the provider gave none.
	Refresh string
	// ExpiresAt is when Access ends; zero if the provider did not say.
	ExpiresAt time.Time
	// Scopes are what the provider says that it granted. It need not say so if that is
	// what was asked for (RFC 6749 section 5.1).
	Scopes []string
}

const redacted = "[redacted]"

// Format implements [fmt.Formatter]: no way of printing shows a token.
func (Tokens) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, redacted) // a fmt.State keeps its own error
}

// LogValue implements [slog.LogValuer].
func (Tokens) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalJSON returns "[redacted]" as a JSON string. To keep tokens, seal them.
func (Tokens) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// storedTokens is what is sealed. The names of its members are those of every release.
type storedTokens struct {
	Access    string    `json:"access"`
	Refresh   string    `json:"refresh,omitempty"`
	ExpiresAt time.Time `json:"expires_at,omitzero"`
	Scopes    []string  `json:"scopes,omitempty"`
}

var (
	errKey    = fmt.Errorf("oauth: a key has %d bytes", keyBytes)
	errSealed = errors.New("oauth: tokens were not sealed under this key, for this account of this provider")
)

const purposeTokens = "tokens"

// Seal encrypts tokens for a storage: by AES-256-GCM under key, 32 bytes that serve
// nothing else (SECURITY KEY-08), such as those of secret.Derive. They are bound to the
// account that they belong to: in another's row they do not open.
func Seal(key []byte, provider, subject string, t Tokens) ([]byte, error) {
	if len(key) != keyBytes {
		return nil, errKey
	}
	plain, err := json.Marshal(storedTokens(t))
	if err != nil {
		return nil, errors.New("oauth: the tokens cannot be written") // err may quote them
	}
	return newBox(key, purposeTokens).seal(plain, provider, subject), nil
}

// Open gives back what [Seal] made of tokens.
func Open(key []byte, provider, subject string, sealed []byte) (Tokens, error) {
	if len(key) != keyBytes {
		return Tokens{}, errKey
	}
	plain, ok := newBox(key, purposeTokens).open(sealed, provider, subject)
	if !ok {
		return Tokens{}, errSealed
	}
	var t storedTokens
	if err := json.Unmarshal(plain, &t); err != nil {
		return Tokens{}, errSealed
	}
	return Tokens(t), nil
}
