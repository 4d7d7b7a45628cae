package session

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
)

// A token is 32 random bytes in unpadded base64url (SECURITY SES-01).
const (
	tokenBytes  = 32
	tokenLength = 43
)

// newToken returns a token and its hash.
func newToken() (string, Hash) {
	var random [tokenBytes]byte
	_, _ = rand.Read(random[:]) // never fails: it ends the process instead (F-30)
	token := base64.RawURLEncoding.EncodeToString(random[:])
	hash, _ := hashToken(token)
	return token, hash
}

// hashToken returns the hash of a token, or false if the text cannot be one; then
// no storage is asked. What is hashed is the text, so that another spelling of the
// same bytes is another token.
func hashToken(token string) (Hash, bool) {
	if len(token) != tokenLength {
		return Hash{}, false
	}
	var text [tokenLength]byte
	for i := range text {
		c := token[i]
		if !isTokenByte(c) {
			return Hash{}, false
		}
		text[i] = c
	}
	return sha256.Sum256(text[:]), true
}

func isTokenByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_'
}

// idLength is how long the ids are that rand.Text makes: at least 128 bits in
// base32. It says so in its documentation but promises no length for ever; see
// the test.
const idLength = 26

func newID() string { return rand.Text() }

// isID reports whether text can be the id of a session. What cannot be one is
// neither looked up nor recorded.
func isID(text string) bool {
	if len(text) != idLength {
		return false
	}
	for i := range len(text) {
		if c := text[i]; (c < 'A' || c > 'Z') && (c < '2' || c > '7') {
			return false
		}
	}
	return true
}
