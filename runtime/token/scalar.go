package token

import (
	"unicode/utf16"
	"unicode/utf8"
)

// str reads a string and returns what it stands for. The slice is good until the
// text is.
func (s *scanner) str() []byte {
	if !s.take('"') {
		s.fail()
		return nil
	}
	s.start = s.at
	out := s.at // where the next character goes: escapes are longer than what they mean
	for s.at < len(s.text) {
		switch c := s.text[s.at]; {
		case c == '"':
			s.at++
			return s.text[s.start:out]
		case c < ' ':
			s.fail()
			return nil
		case c == '\\':
			r, n := escape(s.text[s.at:])
			if n == 0 {
				s.fail()
				return nil
			}
			out += utf8.EncodeRune(s.text[out:out+n], r)
			s.at += n
		default:
			s.text[out] = c
			out++
			s.at++
		}
	}
	s.fail()
	return nil
}

// escape returns the character that text, which begins with a backslash, stands for,
// and the length of the escape, which is 0 if it is none. No character takes more
// bytes than its escape; the two-byte escapes are ASCII.
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
	var r rune
	for _, c := range text[2:6] {
		switch {
		case '0' <= c && c <= '9':
			r = r<<4 | rune(c-'0')
		case 'a' <= c && c <= 'f':
			r = r<<4 | rune(c-'a'+10)
		case 'A' <= c && c <= 'F':
			r = r<<4 | rune(c-'A'+10)
		default:
			return 0, false
		}
	}
	return r, true
}

// number reads a number and returns its text, which is not empty unless it failed.
func (s *scanner) number() []byte {
	s.peek()
	from := s.at
	s.accept('-')
	if !s.accept('0') && s.digits() == 0 {
		s.fail()
	}
	if s.accept('.') && s.digits() == 0 {
		s.fail()
	}
	if s.accept('e') || s.accept('E') {
		if !s.accept('+') {
			s.accept('-')
		}
		if s.digits() == 0 {
			s.fail()
		}
	}
	if s.failed {
		return nil
	}
	return s.text[from:s.at]
}

// accept consumes c if it is next, white space being none.
func (s *scanner) accept(c byte) bool {
	if s.failed || s.at == len(s.text) || s.text[s.at] != c {
		return false
	}
	s.at++
	return true
}

func (s *scanner) digits() int {
	from := s.at
	for s.at < len(s.text) && '0' <= s.text[s.at] && s.text[s.at] <= '9' {
		s.at++
	}
	return s.at - from
}

// integer reads a number without fraction and exponent that fits an int64.
func (s *scanner) integer() int64 {
	text := s.number()
	n, rest, ok := leadingInteger(text)
	if !ok || len(rest) > 0 {
		s.fail()
		return 0
	}
	return n
}

// leadingInteger parses the integer that a number begins with.
func leadingInteger(text []byte) (n int64, rest []byte, ok bool) {
	negative := len(text) > 0 && text[0] == '-'
	if negative {
		text = text[1:]
	}
	i := 0
	for ; i < len(text) && '0' <= text[i] && text[i] <= '9'; i++ {
		digit := int64(text[i] - '0')
		// Downwards, because the least int64 has no counterpart.
		if n < (-1<<63+digit)/10 {
			return 0, nil, false
		}
		n = n*10 - digit
	}
	if !negative {
		if n == -1<<63 {
			return 0, nil, false
		}
		n = -n
	}
	return n, text[i:], i > 0
}

func (s *scanner) boolean() bool {
	if s.peek() == 't' {
		return s.literal("true")
	}
	s.literal("false")
	return false
}

// literal reads a word. What follows it is for the next call to judge.
func (s *scanner) literal(word string) bool {
	s.peek()
	if s.failed || len(s.text)-s.at < len(word) || string(s.text[s.at:s.at+len(word)]) != word {
		s.fail()
		return false
	}
	s.at += len(word)
	return true
}

// strings reads an array of strings.
func (s *scanner) strings() []string {
	list := []string{}
	for o := s.array(); s.element(&o); {
		list = append(list, string(s.str()))
	}
	return list
}
