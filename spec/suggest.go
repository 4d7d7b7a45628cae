package spec

import (
	"strings"
	"unicode"
)

// maxGuess bounds the names that are compared for a suggestion: the distance
// costs the product of both lengths, and long names are not typing errors.
const maxGuess = 64

// nearest returns the name that a person most likely meant by typed, if one is
// near enough. The first of several equally near names wins.
func nearest(typed string, names []string) (string, bool) {
	if len(typed) > maxGuess {
		return "", false
	}

	best, least := "", 1+max(1, len(typed)/3)
	for _, name := range names {
		if d := distance(plain(typed), plain(name)); d < least {
			best, least = name, d
		}
	}

	return best, best != ""
}

// plain removes what differs between spelling conventions: idleTimeout,
// idle-timeout and idle_timeout are one name.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("_- ", r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}

// didYouMean completes a message about typed with the nearest name, if any.
func didYouMean(typed string, names []string) string {
	if near, ok := nearest(typed, names); ok {
		return " (did you mean " + quote(near) + "?)"
	}

	return ""
}

// distance counts the insertions, deletions, substitutions and swaps of
// neighbours that turn a into b (optimal string alignment).
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}

	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}

	return last[len(b)]
}
