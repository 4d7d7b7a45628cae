package token

import (
	"fmt"
	"io"
	"log/slog"
)

// redacted stands for key material, whatever it is (SECURITY KEY-09).
const redacted = "[redacted]"

// String names the key and its algorithm, and nothing of what it is made of.
func (k *Key) String() string {
	if k == nil {
		return "<nil>"
	}
	return "token.Key(" + string(k.alg) + " " + k.id + " " + redacted + ")"
}

// GoString is String, for %#v.
func (k *Key) GoString() string { return k.String() }

// Format writes String for every verb and flag.
func (k *Key) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, k.String()) }

// MarshalText returns "[redacted]", for JSON, YAML, XML and map keys.
func (k *Key) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue returns String for log/slog.
func (k *Key) LogValue() slog.Value { return slog.StringValue(k.String()) }
