package servertest

import (
	"os"
	"strconv"
	"testing"
)

// Rounds is how often a race for what only one can have is run: as often as
// AUTHGEN_TEST_ROUNDS says, and where it is not set a few times. By hand it is a thousand
// (SECURITY STO-02, L-08).
func Rounds(t testing.TB, few int) int {
	t.Helper()
	text := os.Getenv("AUTHGEN_TEST_ROUNDS")
	if text == "" {
		return few
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("AUTHGEN_TEST_ROUNDS is %q, which is no number of rounds", text)
	}
	return n
}
