package password

// The worth of a piece of a password: tenths of a bit of the number of guesses
// that reach it. They are rough on purpose; what counts is that three words, or
// 15 random characters of any kind, are worth enough.
const (
	worthOfDigit    = 33  // one of 10
	worthOfLetter   = 47  // one of 26
	worthOfSign     = 50  // one of 32
	worthOfOther    = 80  // not ASCII
	worthOfWord     = 130 // a listed word, taken for one of the 8,000 commonest; letter case and 3 for e are free
	worthOfPattern  = 60  // a run, a sequence or a year
	worthOfRepeat   = 30  // the same again, once or often
	worthOfPersonal = 30  // one of the few words an attacker knows of the user
)

// What a password must be worth: about 2^38 guesses. A short one cannot be, and
// needs as much for each character as random ones have with some to spare. What
// is digits alone needs less, or many random numbers would be refused: their
// pieces look like years and sequences by chance.
const (
	enough, enoughPerChar          = 380, 25
	enoughOfDigits, enoughPerDigit = 300, 20
)

// longest is the number of code points beyond which a password is not taken
// apart. What repeats itself for longer is not what attackers try first.
const longest = 32

// A guess is a password, taken apart in the way that makes it cheapest to guess.
type guess struct {
	spellings
	words    table[bool] // the piece i..j is a listed word
	personal table[bool] // the piece i..j is a word an attacker knows of the user
}

func newGuess(password string) *guess {
	g := &guess{spellings: spell(password)}
	if len(g.runes) > longest {
		return g
	}
	g.words, g.personal = newTable[bool](len(g.runes)), newTable[bool](len(g.runes))
	g.findWords()
	return g
}

// isEasy reports whether the pieces of the password are worth less than enough.
// It is false for one too long to be taken apart.
func (g *guess) isEasy() bool {
	n := len(g.runes)
	if n > longest {
		return false
	}
	need := min(enough, enoughPerChar*n)
	if isDigits(g.plain) {
		need = min(enoughOfDigits, enoughPerDigit*n)
	}
	return g.worth() < need
}

// worth returns the least sum of the worths of pieces that make up the password.
func (g *guess) worth() int {
	n := len(g.runes)
	worth := newTable[int](n)
	for length := 1; length <= n; length++ {
		for i := 0; i+length <= n; i++ {
			j := i + length
			best := g.worthOfPiece(i, j)
			for k := i + 1; k < j; k++ {
				best = min(best, worth.at(i, k)+worth.at(k, j))
			}
			for period := 2; period <= length/2; period++ {
				if g.repeats(i, j, period) {
					best = min(best, worth.at(i, i+period)+worthOfRepeat)
				}
			}
			worth.set(i, j, best)
		}
	}
	return worth.at(0, n)
}

// worthOfPiece is the worth of i..j as one piece; more than enough if it is none.
func (g *guess) worthOfPiece(i, j int) int {
	switch {
	case g.personal.at(i, j):
		return worthOfPersonal
	case j-i == 1:
		return worthOfRune(g.runes[i])
	case g.isRun(i, j), g.isSequence(i, j), g.isYear(i, j):
		return worthOfPattern
	case g.words.at(i, j):
		return worthOfWord
	default:
		return enough
	}
}

func worthOfRune(r rune) int {
	switch {
	case '0' <= r && r <= '9':
		return worthOfDigit
	case 'a' <= r && r <= 'z':
		return worthOfLetter
	case r < 0x80:
		return worthOfSign
	default:
		return worthOfOther
	}
}

// A table holds a value for each piece i..j, 0 <= i < j <= n.
type table[T any] struct {
	n      int
	values []T
}

func newTable[T any](n int) table[T] { return table[T]{n: n, values: make([]T, n*(n+1))} }

func (t table[T]) at(i, j int) T     { return t.values[i*(t.n+1)+j] }
func (t table[T]) set(i, j int, v T) { t.values[i*(t.n+1)+j] = v }
