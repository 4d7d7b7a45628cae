package password

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func commonLines() []string {
	return strings.Split(strings.TrimSuffix(string(common), "\n"), "\n")
}

// SECURITY PWD-05.
func TestPWD05_ThreeThousandListedPasswordsFitTheDefaultPolicyAndAreRefused(t *testing.T) {
	fit := 0
	for _, line := range commonLines() {
		if len(line) < defaultMinLength {
			continue
		}
		fit++
		for _, pw := range []string{line, strings.ToUpper(line)} {
			if err := (Policy{}).Check(pw); !errors.Is(err, ErrWeak) {
				t.Errorf("Check(%q) = %v", pw, err)
			}
		}
	}
	if fit < 3000 {
		t.Errorf("%d listed passwords fit, want 3000", fit)
	}
}

// Every length a policy may ask for leaves at least 3,000 listed passwords, up
// to the default.
// SECURITY PWD-05.
func TestPWD05_ShorterPoliciesHaveAsMany(t *testing.T) {
	for length := floorMinLength; length <= defaultMinLength; length++ {
		fit := 0
		for _, line := range commonLines() {
			if len(line) >= length {
				fit++
			}
		}
		if fit < 3000 {
			t.Errorf("%d listed passwords have %d characters, want 3000", fit, length)
		}
	}
}

// SECURITY PWD-05.
func TestPWD05_ListedWordsAreRefusedInTheirUsualForms(t *testing.T) {
	for i, line := range commonLines() {
		if i%23 != 0 || !isWordLike(line) || len(line) < 5 {
			continue
		}
		for _, pw := range []string{
			line + line + line, line + " " + line, line + "2024!", line + "1234567890", "!!" + line + "1234567", strings.ToUpper(line) + "123456!!!!!!",
		} {
			if n := utf8.RuneCountInString(pw); n >= defaultMinLength && n <= longest && !isCommon(pw) {
				t.Errorf("%q is not seen as common", pw)
			}
		}
	}
}

func TestTheListIsSortedLowerCaseASCII(t *testing.T) {
	lines := commonLines()
	if !slices.IsSorted(lines) || len(slices.Compact(slices.Clone(lines))) != len(lines) {
		t.Error("not sorted, or with doubles: search would miss entries")
	}
	for _, line := range lines {
		if line == "" || line != strings.ToLower(line) || !isASCII(line) || strings.Trim(line, " ") != line || strings.Contains(line, "\r") {
			t.Errorf("entry %q", line)
		}
	}
}

func TestSearchFindsEveryLineAndNothingElse(t *testing.T) {
	list := wordList("aa\nab\nabba\nb\nbeta\n")
	for s, want := range map[string]string{
		"": "aa", "a": "aa", "aa": "aa", "aaa": "ab", "ab": "ab", "abb": "abba", "abba": "abba", "abbaa": "b",
		"b": "b", "bet": "beta", "beta": "beta", "betaa": "", "z": "", "\xff": "",
	} {
		if got := list.search(s); got != want {
			t.Errorf("search(%q) = %q, want %q", s, got, want)
		}
	}
	for i, line := range commonLines() {
		if i%101 == 0 && (!common.contains(line) || common.contains(line+"\n") || common.contains(line+"\x01")) {
			t.Errorf("line %d, %q", i, line)
		}
	}
	if common.contains("") || common.contains("\n") {
		t.Error("an empty line was found")
	}
	if wordList("").contains("a") {
		t.Error("found in an empty list")
	}
}
