package token

import (
	"encoding/base64"
	"strings"
)

// MaxSize is the length of the longest token that is looked at, in bytes (SECURITY
// JWT-09).
const MaxSize = 8 << 10

// base64url has one spelling for every value (SECURITY JWT-08). It would skip line
// breaks, which split has refused by then.
var base64url = base64.RawURLEncoding.Strict()

// A compact is a JWS in compact serialization (RFC 7515 section 7.1), cut but not
// decoded.
type compact struct {
	signed    string // header and payload with the dot between
	header    string
	payload   string
	signature string
}

// split cuts token, looking at every byte once and allocating nothing. It refuses
// whatever is not exactly three parts, none of them empty, in the alphabet of
// base64url without padding (SECURITY JWT-07).
func split(token string) (compact, error) {
	if len(token) > MaxSize {
		return compact{}, errSize
	}
	var dots [2]int
	n := 0
	for i := range len(token) {
		switch c := token[i]; {
		case inAlphabet(c):
		case c == '.' && n < len(dots):
			dots[n] = i
			n++
		default:
			return compact{}, errForm
		}
	}
	if n != len(dots) || dots[0] == 0 || dots[1] == dots[0]+1 || dots[1] == len(token)-1 {
		return compact{}, errForm
	}
	return compact{
		signed:    token[:dots[1]],
		header:    token[:dots[0]],
		payload:   token[dots[0]+1 : dots[1]],
		signature: token[dots[1]+1:],
	}, nil
}

func inAlphabet(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_'
}

// decode decodes one part into dst, which must have room for it, and returns what
// it wrote.
func decode(dst []byte, part string, scratch []byte) ([]byte, bool) {
	n, err := base64url.Decode(dst, scratch[:copy(scratch, part)])
	return dst[:n], err == nil
}

// decodeBase64 decodes text of any length with the same strictness.
func decodeBase64(text string) ([]byte, bool) {
	if strings.ContainsAny(text, "\r\n") {
		return nil, false
	}
	b, err := base64url.DecodeString(text)
	return b, err == nil
}
