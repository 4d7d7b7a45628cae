package password

import (
	"slices"
	"unicode"
)

// spellings is a password in lower case, read in several ways. The strings have
// one byte for each rune; a rune that is not ASCII is a zero byte in them, which
// no list and no sequence has.
type spellings struct {
	runes    []rune
	plain    string // as it is
	leetI    string // digits and signs as the letters they look like, 1 as i
	leetL    string // the same, 1 as l
	keys     string // shifted digits as digits
	backward string // keys, from the end
}

func spell(password string) spellings {
	var s spellings
	var plain, leetI, leetL, keys []byte
	for _, r := range password {
		r = unicode.ToLower(r)
		b := byte(0)
		if r < 0x80 {
			b = byte(r)
		}
		s.runes = append(s.runes, r)
		plain = append(plain, b)
		leetI = append(leetI, unleet(b, 'i'))
		leetL = append(leetL, unleet(b, 'l'))
		keys = append(keys, unshift(b))
	}
	s.plain, s.leetI, s.leetL, s.keys = string(plain), string(leetI), string(leetL), string(keys)
	slices.Reverse(keys)
	s.backward = string(keys)
	return s
}

// unleet returns the letter that b is written for; one stands for 1, ! and |,
// which are read as i or as l.
func unleet(b, one byte) byte {
	switch b {
	case '0':
		return 'o'
	case '1', '!', '|':
		return one
	case '2':
		return 'z'
	case '3':
		return 'e'
	case '4', '@':
		return 'a'
	case '5', '$':
		return 's'
	case '6', '9':
		return 'g'
	case '7', '+':
		return 't'
	case '8':
		return 'b'
	default:
		return b
	}
}

// unshift returns the digit whose key b is on, on the commonest keyboard.
func unshift(b byte) byte {
	switch b {
	case '!':
		return '1'
	case '@':
		return '2'
	case '#':
		return '3'
	case '$':
		return '4'
	case '%':
		return '5'
	case '^':
		return '6'
	case '&':
		return '7'
	case '*':
		return '8'
	case '(':
		return '9'
	case ')':
		return '0'
	default:
		return b
	}
}
