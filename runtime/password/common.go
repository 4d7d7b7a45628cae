package password

import (
	_ "embed" // for common.txt
	"strings"
)

// common lists common passwords; COMMON.md says where they come from. It is
// searched where it lies, without decoding.
//
//go:embed common.txt
var common wordList

// A wordList is ASCII text in lower case: sorted lines, each ended by a newline.
type wordList string

// search returns the first line that is not less than s, or "".
func (l wordList) search(s string) string {
	lo, hi := 0, len(l) // line starts; the line sought starts in lo..hi
	for lo < hi {
		start := strings.LastIndexByte(string(l[:(lo+hi)/2]), '\n') + 1
		line := l.line(start)
		if line < s {
			lo = start + len(line) + 1
		} else {
			hi = start
		}
	}
	return l.line(lo)
}

// line returns the line that starts at an offset, "" at the end.
func (l wordList) line(start int) string {
	line, _, _ := strings.Cut(string(l[start:]), "\n")
	return line
}

func (l wordList) contains(s string) bool { return s != "" && l.search(s) == s }

// prefixes calls found with each length of 4 or more at which s, cut there, is
// a line of the list.
func (l wordList) prefixes(s string, found func(length int)) {
	const shortest = 4
	for n := shortest; n <= len(s); n++ {
		line := l.search(s[:n])
		if line == s[:n] {
			found(n)
		}
		if !strings.HasPrefix(line, s[:n]) {
			return // no line begins like this, so none begins like more of it
		}
	}
}

// isCommon reports whether password is on the list, in any letter case and with
// or without separators, or is guessed as easily as if it were.
func isCommon(password string) bool {
	lower := strings.ToLower(password)
	if common.contains(lower) || common.contains(strings.Map(withoutSeparators, lower)) {
		return true
	}
	return newGuess(password).isEasy()
}

// withoutSeparators drops what people put between words.
func withoutSeparators(r rune) rune {
	if strings.ContainsRune(" -_.", r) {
		return -1
	}
	return r
}
