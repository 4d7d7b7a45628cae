package account

import (
	"crypto/sha256"
	"encoding/hex"
)

// LimitKey returns the name under which attempts on an account are counted:
// the canonical e-mail, so that every spelling of it counts as one (SECURITY
// PWD-11). Text that is no e-mail address gets a name of fixed length, so that
// what is typed into a login decides neither how large the counter's keys grow
// nor whether an attempt is counted.
func LimitKey(email string) string {
	canonical, err := CanonicalEmail(email)
	if err != nil {
		sum := sha256.Sum256([]byte(email))
		return "sha256:" + hex.EncodeToString(sum[:16])
	}
	return canonical
}
