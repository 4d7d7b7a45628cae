package authn

import (
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// A scanner reads the tokens of RFC 8259 from UTF-8 text, and nothing else:
// encoding/json would replace lone surrogates and match names without case. Its
// methods skip white space before a token and consume nothing if the token is not
// there.
type scanner struct {
	rest []byte
}

func (s *scanner) peek() byte {
	for len(s.rest) > 0 {
		switch c := s.rest[0]; c {
		case ' ', '\t', '\r', '\n':
			s.rest = s.rest[1:]
		default:
			return c
		}
	}
	return 0
}

func (s *scanner) done() bool {
	s.peek()
	return len(s.rest) == 0
}

// take consumes the character c.
func (s *scanner) take(c byte) bool {
	if s.peek() != c {
		return false
	}
	s.rest = s.rest[1:]
	return true
}

// literal consumes a word such as null. What follows it is the caller's to judge,
// so that "nullx" fails at the x.
func (s *scanner) literal(word string) bool {
	s.peek()
	if len(s.rest) < len(word) || string(s.rest[:len(word)]) != word {
		return false
	}
	s.rest = s.rest[len(word):]
	return true
}

// number consumes an integer and returns its text, or "" if there is none. It does
// not consume fractions and exponents, at which the caller then fails.
func (s *scanner) number() string {
	s.peek()
	n := 0
	if n < len(s.rest) && s.rest[n] == '-' {
		n++
	}
	digits := n
	for n < len(s.rest) && '0' <= s.rest[n] && s.rest[n] <= '9' {
		n++
	}
	if n == digits || n > digits+1 && s.rest[digits] == '0' {
		return ""
	}
	if n < len(s.rest) && (s.rest[n] == '.' || s.rest[n] == 'e' || s.rest[n] == 'E') {
		return ""
	}
	text := string(s.rest[:n])
	s.rest = s.rest[n:]
	return text
}

// str consumes a string and returns what it stands for.
func (s *scanner) str() (string, bool) {
	if s.peek() != '"' {
		return "", false
	}
	var out []byte
	for i := 1; i < len(s.rest); {
		switch c := s.rest[i]; {
		case c == '"':
			s.rest = s.rest[i+1:]
			return string(out), true
		case c < ' ':
			return "", false
		case c == '\\':
			r, n := escape(s.rest[i:])
			if n == 0 {
				return "", false
			}
			out = utf8.AppendRune(out, r)
			i += n
		default:
			out = append(out, c)
			i++
		}
	}
	return "", false
}

// escape returns the character that text, which begins with a backslash, stands
// for, and the length of the escape, which is 0 if it is none.
func escape(text []byte) (rune, int) {
	if len(text) < 2 {
		return 0, 0
	}
	switch text[1] {
	case '"', '\\', '/':
		return rune(text[1]), 2
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	}
	r, ok := codeUnit(text)
	if !ok {
		return 0, 0
	}
	if !utf16.IsSurrogate(r) {
		return r, 6
	}
	low, ok := codeUnit(text[6:])
	if pair := utf16.DecodeRune(r, low); ok && pair != utf8.RuneError {
		return pair, 12
	}
	return 0, 0
}

// codeUnit parses \uXXXX at the beginning of text.
func codeUnit(text []byte) (rune, bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	for _, c := range text[2:6] {
		if !('0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F') {
			return 0, false
		}
	}
	n, err := strconv.ParseUint(string(text[2:6]), 16, 16)
	return rune(n), err == nil
}
