package password

// Readable returns nil for a hash that [Hasher.Verify] can check, and [ErrUnreadable] for
// any other. It computes nothing.
func Readable(encoded string) error {
	if isBcrypt(encoded) {
		return checkBcrypt(encoded)
	}
	_, err := parseArgon2(encoded)
	return err
}
