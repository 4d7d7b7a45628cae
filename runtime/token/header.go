package token

import "bytes"

// maxKid bounds the name of a key, in bytes (SECURITY JWT-05).
const maxKid = 256

// typeAccess is the typ of access tokens (RFC 9068 section 2.1).
const typeAccess = "at+jwt"

// A header is what matters of a JOSE header. Its slices end with the buffers that
// it was read from.
type header struct {
	alg, kid, typ []byte
}

// headerNames are the names that matter, so that one in another case is noticed.
// Ours is not the only JSON parser that may read the token, and others take them for
// the same (SECURITY JWT-10).
var headerNames = [...]string{"alg", "kid", "typ", "crit", "b64", "zip", "jwk", "jku", "x5u", "x5c"}

// parseHeader reads a decoded header. No extension is implemented, so crit and b64
// are refused whatever they say (SECURITY JWT-06), zip is (SECURITY JWT-07), and so
// is a header that brings a key or says where one is (SECURITY JWT-04).
func parseHeader(text []byte, names []span) (header, error) {
	var h header
	s := newScanner(text, names)
	for o := s.object(); s.next(&o); {
		switch string(o.name) {
		case "alg":
			h.alg = s.str()
		case "kid":
			h.kid = s.str()
		case "typ":
			h.typ = s.str()
		case "crit", "b64", "zip", "jwk", "jku", "x5u", "x5c":
			return header{}, errExtension
		default:
			if folds(o.name, headerNames[:]) {
				return header{}, errHeader
			}
			s.skip()
		}
	}
	if !s.finish() {
		return header{}, errHeader
	}
	return h, nil
}

// isOneOf reports whether typ is one of types. A media type is written without regard
// to case, and without "application/" if no other slash is in it (RFC 7515 section
// 4.1.9, SECURITY JWT-14).
func (h header) isOneOf(types []string) bool {
	const prefix = "application/"
	typ := h.typ
	if len(typ) > len(prefix) && equalFoldASCII(typ[:len(prefix)], prefix) {
		typ = typ[len(prefix):]
	}
	for _, t := range types {
		if equalFoldASCII(typ, t) {
			return true
		}
	}
	return false
}

// equalFoldASCII compares with a text in lower case.
func equalFoldASCII(b []byte, lower string) bool {
	if len(b) != len(lower) {
		return false
	}
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}

// folds reports whether name is one of known but for the case of its letters, which
// is Unicode's, as encoding/json's is.
func folds(name []byte, known []string) bool {
	if !hasOtherCase(name) {
		return false
	}
	for _, k := range known {
		if bytes.EqualFold(name, []byte(k)) {
			return true
		}
	}
	return false
}

func hasOtherCase(name []byte) bool {
	for _, c := range name {
		if 'A' <= c && c <= 'Z' || c >= 0x80 {
			return true
		}
	}
	return false
}
