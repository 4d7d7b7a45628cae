package password

import (
	"fmt"
	"unicode/utf8"

	"github.com/authgen-go/authgen/runtime/authn"
)

// ErrWeak is what [Policy.Check] refuses with: errors.Is(err, ErrWeak) holds for
// every refusal, and its detail says which rule was broken.
var ErrWeak = authn.NewProblem(authn.CodeWeakPassword, "The password is too weak.")

// Bounds and defaults of a Policy.
const (
	defaultMinLength = 15
	floorMinLength   = 8   // never shorter (ASVS 5.0, 6.2.1)
	ceilingMinLength = 64  // a password of 64 is always long enough (ASVS 5.0, 6.2.9)
	floorMaxBytes    = 256 // 64 characters of 4 bytes fit
	defaultMaxBytes  = 1024
)

// A Policy says which passwords may be chosen (SECURITY PWD-03, PWD-04, PWD-05).
// Its zero value is the default. It asks for length and refuses what is easily
// guessed; it does not ask for kinds of characters. It holds no state and is
// safe for concurrent use.
type Policy struct {
	// MinLength is the least number of code points; 0 is 15. Below 8 counts as 8.
	MinLength int
	// MaxBytes is the greatest number of bytes; 0 is 1024. Below 256 counts as 256.
	MaxBytes int
}

// Validate returns nil if p is zero or within its bounds: MinLength from 8 to 64
// and MaxBytes of at least 256. Fields that are zero have their defaults.
func (p Policy) Validate() error {
	if p.MinLength != 0 && (p.MinLength < floorMinLength || p.MinLength > ceilingMinLength) {
		return fmt.Errorf("password: MinLength must be from %d to %d, not %d", floorMinLength, ceilingMinLength, p.MinLength)
	}
	if p.MaxBytes != 0 && p.MaxBytes < floorMaxBytes {
		return fmt.Errorf("password: MaxBytes must be at least %d, not %d", floorMaxBytes, p.MaxBytes)
	}
	return nil
}

// Check returns nil if password may be chosen, and otherwise a problem derived
// from [ErrWeak]. The rules, in this order:
//
//   - at most MaxBytes bytes, checked first so that no work grows with input;
//   - valid UTF-8;
//   - at least MinLength code points;
//   - not a common password, nor one made of so little that it is guessed like
//     one: a listed word or two with a few digits or signs, repeats, sequences,
//     runs along a keyboard, letters written as digits (3 for e);
//   - not built in the same way from personal: the e-mail address, the name of
//     the site, whatever else an attacker would try first. Words of these with 4
//     letters or more count.
//
// Check takes well under a millisecond, hashes nothing and keeps nothing. The
// problem's detail is for the user and never holds the password or personal.
func (p Policy) Check(password string, personal ...string) error {
	least, most := p.bounds()
	if len(password) > most {
		return weak(fmt.Sprintf("The password is longer than %d bytes.", most))
	}
	if !utf8.ValidString(password) {
		return weak("The password is not valid UTF-8 text.")
	}
	if utf8.RuneCountInString(password) < least {
		return weak(fmt.Sprintf("The password has fewer than %d characters.", least))
	}
	if isCommon(password) {
		return weak("The password is a common one, or little more than a common word with digits, signs, repeats or keyboard runs.")
	}
	if isPersonal(password, personal) {
		return weak("The password is built from your e-mail address or the name of this site.")
	}
	return nil
}

// bounds returns the limits in force.
func (p Policy) bounds() (minLength, maxBytes int) {
	minLength, maxBytes = defaultMinLength, defaultMaxBytes
	if p.MinLength != 0 {
		minLength = max(p.MinLength, floorMinLength)
	}
	if p.MaxBytes != 0 {
		maxBytes = max(p.MaxBytes, floorMaxBytes)
	}
	return minLength, maxBytes
}

func weak(detail string) error { return ErrWeak.WithDetail(detail) }
