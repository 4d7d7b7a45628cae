package apikey

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

const (
	maxName = 100 // characters
	minLife = time.Second
)

// A NewKey is what an owner chooses about a key to be made by [Service.Create].
type NewKey[S ~string] struct {
	// Name is 1 to 100 printable characters; white space around it is dropped.
	Name string
	// Scopes are what the key may do, as long as its owner may. None are none.
	Scopes []S
	// ExpiresIn is how long the key lives, in whole microseconds; zero means as long
	// as keys do.
	ExpiresIn time.Duration
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
