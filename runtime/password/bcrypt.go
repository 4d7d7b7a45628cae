package password

import (
	"strings"

	"golang.org/x/crypto/bcrypt"
)

const (
	bcryptLen      = 60   // "$2b$12$", 22 characters of salt, 31 of hash
	bcryptMaxInput = 72   // bytes of a password that bcrypt looks at
	bcryptMinCost  = "04" // the costs are two digits, so they compare as text
	bcryptMaxCost  = "15" // about two seconds; each step doubles it
)

// isBcrypt reports whether encoded claims to be a bcrypt hash.
func isBcrypt(encoded string) bool { return strings.HasPrefix(encoded, "$2") }

// checkBcrypt refuses what bcryptMatches must not be given. Version 2x is left
// out: it marks hashes of an implementation with a bug.
func checkBcrypt(encoded string) error {
	if len(encoded) != bcryptLen || encoded[3] != '$' || encoded[6] != '$' {
		return ErrUnreadable
	}
	version, cost := encoded[2], encoded[4:6]
	switch {
	case version != 'a' && version != 'b' && version != 'y',
		strings.Trim(cost, "0123456789") != "", cost < bcryptMinCost, cost > bcryptMaxCost,
		strings.Trim(encoded[7:], bcryptAlphabet) != "":
		return ErrUnreadable
	}
	return nil
}

const bcryptAlphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// bcryptMatches reports whether password is the one encoded was made from. It
// takes as long for passwords that cannot be, which are (SECURITY PWD-02):
//
//   - those over 72 bytes, as bcrypt would compare only the first 72;
//   - those with a NUL byte, as bcrypt ends its input with one and repeats it,
//     so that "a" and "a\x00a" hash alike.
func bcryptMatches(encoded, password string) bool {
	whole := len(password) <= bcryptMaxInput && !strings.Contains(password, "\x00")
	err := bcrypt.CompareHashAndPassword([]byte(encoded), []byte(password[:min(len(password), bcryptMaxInput)]))
	return whole && err == nil
}
