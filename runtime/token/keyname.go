package token

import (
	"fmt"
	"strings"
	"time"
)

// What the names of key files are made of.
const (
	keySuffix  = ".pem"
	nextPrefix = "next-"
	nameTime   = "20060102T150405Z" // UTC, in whole seconds
)

// SigningName returns the name of a file in a [Folder] whose key signs from a time on.
// Fractions of a second are cut.
func SigningName(k *Key, from time.Time) string {
	return from.UTC().Format(nameTime) + "-" + k.thumbprint + keySuffix
}

// NextName returns the name of a file in a [Folder] whose key is published since a time
// and does not sign yet. Fractions of a second are cut.
func NextName(k *Key, published time.Time) string { return nextPrefix + SigningName(k, published) }

// A keyName is what the name of a key file says.
type keyName struct {
	next bool
	from time.Time // zero for an operator's own key
	kid  string    // "" for an operator's own key
}

// parseKeyName reads the name of a file that ends in ".pem". A name that has the form
// of a time at its beginning must be right to the end: it was meant, and a key whose
// name is misread signs at a wrong time.
func parseKeyName(name string) (keyName, error) {
	rest := strings.TrimSuffix(name, keySuffix)
	rest, next := strings.CutPrefix(rest, nextPrefix)
	at, kid, _ := strings.Cut(rest, "-")
	if !isTimeShaped(at) {
		return keyName{}, nil
	}

	from, err := time.Parse(nameTime, at)
	if err != nil || kid == "" {
		return keyName{}, fmt.Errorf("the name must be %s-<kid>%s, with a time in UTC", nameTime, keySuffix)
	}
	return keyName{next: next, from: from, kid: kid}, nil
}

// isTimeShaped reports whether text is digits where nameTime has digits and letters
// where it has letters.
func isTimeShaped(text string) bool {
	if len(text) != len(nameTime) {
		return false
	}
	for i := range len(text) {
		isDigit := '0' <= text[i] && text[i] <= '9'
		if wantDigit := nameTime[i] != 'T' && nameTime[i] != 'Z'; wantDigit && !isDigit || !wantDigit && text[i] != nameTime[i] {
			return false
		}
	}
	return true
}
