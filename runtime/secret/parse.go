package secret

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"strings"
)

// hint tells how to get a value that Parse accepts.
const hint = "make one with: openssl rand -base64 32"

// Parse reads a secret from base64 text: the standard or the URL alphabet, with
// or without padding, white space around it ignored. The decoded value must
// have at least [MinBytes] bytes (SECURITY KEY-01) and must not look made up:
// text that repeats itself, bytes that count upwards or hold few values, and
// well-known placeholders are refused.
//
// name is what the operator knows the value by, such as "AUTH_SECRET". Errors
// begin with it and say which rule was broken; they never hold any of the text.
func Parse(name, base64Text string) (Secret, error) {
	root, err := ParseBytes(name, base64Text)
	if err != nil {
		return Secret{}, err
	}
	return fromBytes(root), nil
}

// ParseBytes is [Parse] for a secret that others have to know too, and which therefore
// is a key itself and no root of derived ones. The bytes print as what they are: hand
// them to what uses them, and keep them nowhere else.
func ParseBytes(name, base64Text string) ([]byte, error) {
	text := strings.TrimSpace(base64Text)
	if text == "" {
		return nil, fmt.Errorf("%s is not set; %s", name, hint)
	}
	b, err := encodingOf(text).DecodeString(text)
	if err != nil {
		// err is dropped: it quotes nothing today, and must not start to.
		return nil, fmt.Errorf("%s is not base64; %s", name, hint)
	}
	if len(b) < MinBytes {
		return nil, fmt.Errorf("%s decodes to fewer than %d bytes; %s", name, MinBytes, hint)
	}
	if isMadeUp(text, b) {
		return nil, fmt.Errorf("%s is not random: it repeats or counts or holds a placeholder; %s", name, hint)
	}
	return b, nil
}

// Generate returns a new random secret of [MinBytes] bytes and its standard
// base64 text, which [Parse] accepts. The text is the secret: write it to a file
// of mode 0600 and nowhere else.
func Generate() (Secret, string) {
	for {
		root := make([]byte, MinBytes)
		_, _ = rand.Read(root) // never fails: the process ends instead (crypto/rand)
		text := base64.StdEncoding.EncodeToString(root)
		// Random text spells a placeholder about once in 10^9 times.
		if !isMadeUp(text, root) {
			return fromBytes(root), text
		}
	}
}

// encodingOf picks the variant by what the text itself shows. Text that mixes
// the alphabets is not base64 of either kind and fails to decode.
func encodingOf(text string) *base64.Encoding {
	enc := base64.StdEncoding
	if strings.ContainsAny(text, "-_") {
		enc = base64.URLEncoding
	}
	if !strings.HasSuffix(text, "=") && len(text)%4 != 0 {
		enc = enc.WithPadding(base64.NoPadding)
	}
	return enc
}
