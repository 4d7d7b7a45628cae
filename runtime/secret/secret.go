// Package secret holds the root secret of an installation and derives from it
// one key per purpose (SECURITY KEY-08).
//
// A [Secret] cannot be printed, encoded, compared with == or read back. All it
// does is give derived keys, so code that needs key material has to say what
// for:
//
//	root, err := secret.Parse("AUTH_SECRET", text)
//	…
//	key := root.Derive("audit pseudonyms", 32)
package secret

import (
	"crypto/hkdf"
	"crypto/sha256"
)

// MinBytes is the least number of bytes a secret may have: 256 bits (SECURITY KEY-01).
const MinBytes = 32

// maxDerived is what HKDF-SHA-256 can give at most: 255 blocks (RFC 5869 section 2.3).
const maxDerived = 255 * sha256.Size

// A Secret is root key material. The zero Secret holds none; see
// [Secret.IsZero]. Secrets are immutable, cheap to copy and safe for concurrent
// use.
type Secret struct {
	// The bytes sit behind a function because fmt and other printers read
	// unexported fields by reflection, past the methods in redact.go, when a
	// Secret is itself an unexported field. A function also makes Secrets
	// incomparable, so == on them does not compile (SECURITY KEY-10).
	bytes func() []byte
}

// IsZero reports whether s holds nothing, as after a failed [Parse].
func (s Secret) IsZero() bool { return s.bytes == nil }

// Derive returns n bytes that depend on the secret and on label, by HKDF with
// SHA-256, no salt, and the label as info (RFC 5869). The same secret, label
// and n give the same bytes in every release; keys of different labels say
// nothing about each other. Use a label for one purpose and one length only: a
// shorter key is the beginning of a longer one.
//
// Derive panics on the zero Secret, on an empty label, and on n outside 1 to
// 8160: each would be a key that protects nothing, and none depends on input.
func (s Secret) Derive(label string, n int) []byte {
	switch {
	case s.IsZero():
		panic("secret: Derive on the zero Secret")
	case label == "":
		panic("secret: Derive without a label")
	case n < 1 || n > maxDerived:
		panic("secret: Derive of a length outside 1 to 8160")
	}
	key, err := hkdf.Key(sha256.New, s.bytes(), nil, label, n)
	if err != nil {
		panic("secret: " + err.Error()) // only for a length that was checked above
	}
	return key
}

// fromBytes takes over root.
func fromBytes(root []byte) Secret {
	return Secret{bytes: func() []byte { return root }}
}
