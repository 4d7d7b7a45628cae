package password

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// shortestPersonal is the number of code points from which a word of the user's
// own counts. Shorter ones turn up in passwords by chance.
const shortestPersonal = 4

// isPersonal reports whether password is built from the values: easily guessed
// by one who tries their words.
func isPersonal(password string, values []string) bool {
	words := personalWords(values)
	if len(words) == 0 {
		return false
	}
	g := newGuess(password)
	if len(g.runes) > longest {
		return isMostly(strings.ToLower(password), words)
	}
	g.findPersonal(words)
	return g.isEasy()
}

// findPersonal marks the pieces that are one of words, letter for letter or with
// digits and signs read as letters on both sides.
func (g *guess) findPersonal(words []string) {
	for _, word := range words {
		w := spell(word)
		for i := 0; i+len(w.runes) <= len(g.runes); i++ {
			j := i + len(w.runes)
			if slices.Equal(g.runes[i:j], w.runes) ||
				isASCII(word) && (g.leetI[i:j] == w.leetI || g.leetL[i:j] == w.leetL) {
				g.personal.set(i, j, true)
			}
		}
	}
}

// isMostly reports whether a long password, in lower case, is words and too
// little else to be enough. Signs count for nothing in it: they may be what
// stands between the words.
func isMostly(password string, words []string) bool {
	rest := password
	for _, word := range words {
		rest = strings.ReplaceAll(rest, word, "")
	}
	if rest == password {
		return false
	}
	others := utf8.RuneCountInString(strings.Join(strings.FieldsFunc(rest, isSign), ""))
	return others*worthOfDigit < enough
}

// personalWords returns what an attacker would try first of values, in lower
// case, longest first: each whole, the two sides of an address, the parts between
// signs, and these written as one.
func personalWords(values []string) []string {
	var words []string
	for _, value := range values {
		value = strings.ToLower(value)
		local, domain, _ := strings.Cut(value, "@")
		words = append(words, value, local, domain)
		for _, side := range [...]string{local, domain} {
			parts := strings.FieldsFunc(side, isSign)
			words = append(words, parts...)
			words = append(words, strings.Join(parts, ""))
		}
	}
	words = slices.DeleteFunc(words, func(w string) bool { return utf8.RuneCountInString(w) < shortestPersonal })
	slices.SortFunc(words, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
	return slices.Compact(words)
}

func isSign(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
