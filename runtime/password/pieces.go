package password

import "strings"

// isRun reports whether i..j is one character, three times or more.
func (g *guess) isRun(i, j int) bool {
	return j-i >= 3 && g.repeats(i, j, 1)
}

// repeats reports whether i..j is its first period characters, again and again.
func (g *guess) repeats(i, j, period int) bool {
	if (j-i)%period != 0 {
		return false
	}
	for k := i + period; k < j; k++ {
		if g.runes[k] != g.runes[k-period] {
			return false
		}
	}
	return true
}

// sequences are the orders people follow, each of which may be read backwards:
// the alphabet, the digits, the rows and columns of keyboards, and two rows in
// turn. DEL keeps them apart, as it is not typed.
const sequences = "abcdefghijklmnopqrstuvwxyz\x7f01234567890\x7f" +
	"qwertyuiop\x7fasdfghjkl\x7fzxcvbnm\x7fqwertzuiop\x7fyxcvbnm\x7fazertyuiop\x7fqsdfghjklm\x7fwxcvbn\x7f" +
	"1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p\x7fqazwsxedcrfvtgbyhnujm\x7f" +
	"1q2w3e4r5t6y7u8i9o0p\x7fq1w2e3r4t5y6u7i8o9p0\x7fqawsedrftgyhujikol"

// isSequence reports whether i..j, of three characters or more, is part of a
// sequence; a shifted digit counts as the digit.
func (g *guess) isSequence(i, j int) bool {
	if j-i < 3 {
		return false
	}
	return strings.Contains(sequences, g.keys[i:j]) || strings.Contains(sequences, g.backward[len(g.keys)-j:len(g.keys)-i])
}

// isYear reports whether i..j is a year someone may care about.
func (g *guess) isYear(i, j int) bool {
	return j-i == 4 && "1930" <= g.plain[i:j] && g.plain[i:j] <= "2049" && isDigits(g.plain[i:j])
}

func isDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// findWords marks the pieces that are listed, as they stand or with digits and
// signs read as letters.
func (g *guess) findWords() {
	for i := range g.plain {
		for _, text := range [...]string{g.plain, g.leetI, g.leetL} {
			common.prefixes(text[i:], func(n int) {
				if isWordLike(g.plain[i : i+n]) {
					g.words.set(i, i+n, true)
				}
			})
		}
	}
}

// isWordLike reports whether a listed piece stands for one guess. Short numbers
// do not: the list holds so many that random digits contain some.
func isWordLike(piece string) bool {
	return !isDigits(piece) || len(piece) >= 8
}
