package audit

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
)

const (
	minPseudonymKey = 16
	// pseudonymBytes of the digest are kept: enough to tell that two events speak
	// of one name, in a record that is still short.
	pseudonymBytes = 8
)

// A Pseudonym stands for names that must not be recorded: what people type where
// an account's name belongs, which may be an e-mail address or a password in the
// wrong field (SECURITY LOG-02). One name has one pseudonym for as long as the
// key lives, and without the key nobody can test a guess. It is safe for
// concurrent use and prints nothing of its key.
//
// The zero Pseudonym turns every name into "".
type Pseudonym struct {
	of func(name string) string // a closure, so that no way of printing reaches the key
}

// NewPseudonym returns the Pseudonym of key, a secret of its own purpose (KEY-08).
// It panics when key has fewer than 16 bytes: a guessable key would be none.
func NewPseudonym(key []byte) Pseudonym {
	if len(key) < minPseudonymKey {
		panic("audit: the key of a Pseudonym has at least 16 bytes")
	}
	key = append([]byte(nil), key...)
	return Pseudonym{of: func(name string) string {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(name))
		return "unknown:" + hex.EncodeToString(mac.Sum(nil)[:pseudonymBytes])
	}}
}

// Of returns the pseudonym of name: "unknown:" and 16 hexadecimal digits. Names
// are compared byte for byte; pass them in their canonical form.
func (p Pseudonym) Of(name string) string {
	if p.of == nil {
		return ""
	}
	return p.of(name)
}
