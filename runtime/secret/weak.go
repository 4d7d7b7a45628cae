package secret

import "strings"

// fewestValues is how many different bytes a secret must hold. Random bytes hold
// about 30 in 32; hexadecimal text, which may well be random, holds up to 16;
// what holds ten or so are digits and words.
const fewestValues = 12

// isMadeUp reports whether a secret was typed rather than drawn. It knows the
// usual ways only: it is a guard against mistakes, not a measure of entropy.
func isMadeUp(text string, root []byte) bool {
	return repeats(text) || repeats(string(root)) ||
		counts(root) || differentValues(root) < fewestValues ||
		isPlaceholder(text) || isPlaceholder(string(root))
}

// repeats reports whether s is one piece, at most half as long as s, again and again.
func repeats(s string) bool {
	for period := 1; period <= len(s)/2; period++ {
		if s[period:] == s[:len(s)-period] {
			return true
		}
	}
	return false
}

// counts reports whether each byte is the one before plus the same step, as in
// the 00 01 02 … of test vectors.
func counts(b []byte) bool {
	step := b[1] - b[0]
	for i := 2; i < len(b); i++ {
		if b[i]-b[i-1] != step {
			return false
		}
	}
	return true
}

func differentValues(b []byte) int {
	var seen [256]bool
	n := 0
	for _, v := range b {
		if !seen[v] {
			seen[v] = true
			n++
		}
	}
	return n
}

// isPlaceholder reports whether s, letters only and in lower case, holds a
// phrase that stands in for a secret in examples. All have eight letters or
// more, so that random base64 does not spell one.
func isPlaceholder(s string) bool {
	letters := strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z':
			return r
		case 'A' <= r && r <= 'Z':
			return r + 'a' - 'A'
		default:
			return -1
		}
	}, s)
	for _, phrase := range [...]string{
		"changeme", "changethis", "replaceme", "replacethis", "placeholder", "password",
		"mysecret", "yoursecret", "thesecret", "notasecret", "topsecret", "supersecret", "verysecret",
		"authsecret", "jwtsecret", "sessionsecret", "secretkey", "secretsecret", "secrethere",
		"insecure", "donotuse", "developmentonly", "testonly", "abcdefghijk",
	} {
		if strings.Contains(letters, phrase) {
			return true
		}
	}
	return false
}
