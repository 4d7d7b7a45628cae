package oauthserver

import (
	"crypto/rand"
	"strings"
)

const (
	idPrefix = "client_"
	// idRandom is how long the texts are that rand.Text makes. It says so in its
	// documentation but promises no length for ever; see the test.
	idRandom = 26
	// nobody has the form of an id and is none: what asks for a client that cannot be
	// asks for this one, so that it costs the same (SECURITY OAS-01).
	nobody = idPrefix + "AAAAAAAAAAAAAAAAAAAAAAAAAA"
)

// newID returns an id that is not that of a user, whatever the type of those, unless
// users of that very form are made on purpose (SECURITY JWT-15).
func newID() string { return idPrefix + rand.Text() }

// isID reports whether text can be the id of a client. What cannot be one is neither
// looked up nor recorded.
func isID(text string) bool {
	random, ok := strings.CutPrefix(text, idPrefix)
	if !ok || len(random) != idRandom || text == nobody {
		return false
	}
	for i := range len(random) {
		if c := random[i]; (c < 'A' || c > 'Z') && (c < '2' || c > '7') {
			return false
		}
	}
	return true
}
