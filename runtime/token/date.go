package token

import "time"

// lastDate is the end of the year 9999.
const lastDate = 253402300799

// date reads a NumericDate: seconds since 1970, with or without a fraction (RFC 7519
// section 2). Dates before 1970, after the year 9999 and with an exponent are
// refused: nobody writes them, except to see what happens (SECURITY JWT-11).
func (s *scanner) date() time.Time {
	seconds, rest, ok := leadingInteger(s.number())
	if !ok || seconds < 0 || seconds > lastDate {
		s.fail()
		return time.Time{}
	}
	var micros int64
	if len(rest) > 0 {
		micros, ok = fraction(rest)
		if !ok {
			s.fail()
			return time.Time{}
		}
	}
	return time.Unix(seconds, micros*int64(time.Microsecond)).UTC()
}

// fraction parses what follows the integer of a number, as microseconds. Further
// digits are left out.
func fraction(text []byte) (int64, bool) {
	if text[0] != '.' {
		return 0, false
	}
	micros, unit := int64(0), int64(100_000)
	for _, c := range text[1:] {
		if c < '0' || c > '9' {
			return 0, false
		}
		micros += int64(c-'0') * unit
		unit /= 10
	}
	return micros, true
}
