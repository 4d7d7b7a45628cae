package password

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestWorthOfPieces(t *testing.T) {
	for text, want := range map[string]int{
		"7":              worthOfDigit,
		"q":              worthOfLetter,
		"Q":              worthOfLetter,
		"#":              worthOfSign,
		"é":              worthOfOther,
		"qx#":            2*worthOfLetter + worthOfSign,
		"aaa":            worthOfPattern,
		"aa":             2 * worthOfLetter,
		"abc":            worthOfPattern,
		"CBA":            worthOfPattern,
		"ab":             2 * worthOfLetter,
		"7890":           worthOfPattern,
		"$%^":            worthOfPattern,
		"1999":           worthOfPattern,
		"2090":           4 * worthOfDigit,
		"dragon":         worthOfWord,
		"dr4g0n":         worthOfWord,
		"1e4der":         worthOfWord, // the 1 is an l
		"dragondr":       worthOfWord + 2*worthOfLetter,
		"xqxqxq":         2*worthOfLetter + worthOfRepeat,
		"dragon dragon ": worthOfWord + worthOfSign + worthOfRepeat,
		"😀😀😀":            worthOfPattern,
	} {
		if got := newGuess(text).worth(); got != want {
			t.Errorf("%q is worth %d, want %d", text, got, want)
		}
	}
}

// What is random must pass, or people who do it right are sent away.
func TestPWD04_RandomPasswordsAreAccepted(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 2))
	words := strings.Fields("abacus blizzard cactus dolphin eclipse festival gravity harvest island jungle kettle lantern meadow nebula orchard pepper quiver ribbon saddle tunnel umbrella velvet walnut yogurt zipper")
	for range 2000 {
		for alphabet, n := range map[string]int{
			"0123456789": 15, "abcdefghijklmnopqrstuvwxyz": 15, "0123456789abcdef": 16,
			"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz": 15,
		} {
			b := make([]byte, n)
			for i := range b {
				b[i] = alphabet[r.IntN(len(alphabet))]
			}
			if isCommon(string(b)) {
				t.Errorf("%q is seen as common", b)
			}
		}
		pick := func() string { return words[r.IntN(len(words))] }
		a, b, c := pick(), pick(), pick()
		if phrase := a + " " + b + " " + c; a != b && b != c && a != c && isCommon(phrase) {
			t.Errorf("%q is seen as common", phrase)
		}
	}
}

func FuzzCheck(f *testing.F) {
	for _, s := range [][2]string{
		{"correct horse battery staple", "alice@example.com"}, {"passwordpassword", ""}, {"alice@example.com", "alice@example.com"},
		{"\xff\xfe", "\xff@\xff"}, {strings.Repeat("😀", 33), "😀😀😀😀@😀"}, {"İİİİİİİİİİİİİİİ", "İiİi"}, {"\x7f\x7f\x7f\x00\x00\x00\n\n\n      ", "@"},
	} {
		f.Add(s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, password, personal string) {
		err := Policy{}.Check(password, personal)
		n := utf8.RuneCountInString(password)
		switch {
		case err == nil && (n < defaultMinLength || len(password) > defaultMaxBytes || !utf8.ValidString(password)):
			t.Fatalf("%q was accepted", password)
		case err == nil && (Policy{}).Check(password) != nil:
			t.Fatalf("%q is accepted with personal words and refused without", password)
		}
	})
}
