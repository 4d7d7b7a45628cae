package oauthserver

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/authgen-go/authgen/runtime/token"
)

const maxName = 100 // characters

// A NewClient is what is chosen about a client to be made by [Clients.Create].
type NewClient struct {
	// Name is 1 to 100 printable characters; white space around it is dropped.
	Name string
	// Scopes are what the client may do. None are none.
	Scopes []string
	// JWKS are public keys as a JWK Set (RFC 7517 section 5), each with a kid, for a client
	// that signs assertions; nil gives it a secret.
	JWKS []byte
}

// cleanName returns the name as it is stored.
func cleanName(name string) (string, error) {
	if len(name) > maxName*utf8.UTFMax || !utf8.ValidString(name) { // before work that grows with input
		return "", ErrInvalidName
	}
	name = strings.TrimSpace(name)
	n := utf8.RuneCountInString(name)
	if n < 1 || n > maxName || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return "", ErrInvalidName
	}
	return name, nil
}

// cleanKeys returns public keys as they are stored: those that can be used, and of them
// what is public (SECURITY KEY-01, KEY-07).
func cleanKeys(jwks []byte) (string, error) {
	set, err := token.ParseJWKS(jwks)
	if err != nil {
		return "", ErrInvalidKeys.WithCause(err)
	}
	return string(set.JWKS()), nil
}
