package audit

import (
	"net/netip"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// SECURITY LOG-03.
func TestLOG03_FieldsAreCutAndPrintable(t *testing.T) {
	long := strings.Repeat("a", MaxField)
	for name, c := range map[string]struct{ in, want string }{
		"empty":                    {"", ""},
		"plain":                    {"0197-user:42", "0197-user:42"},
		"letters of any script":    {"Zoë 名前", "Zoë 名前"},
		"quotes are the handler's": {`a"b\c=d`, `a"b\c=d`},
		"line feed":                {"a\nb", "a\uFFFDb"},
		"CRLF":                     {"a\r\nb", "a\uFFFD\uFFFDb"},
		"NUL":                      {"a\x00b", "a\uFFFDb"},
		"escape sequence":          {"\x1b[2Ja", "\uFFFD[2Ja"},
		"C1 control":               {"a\u009bb", "a\uFFFDb"},
		"line separator":           {"a\u2028b\u2029c", "a\uFFFDb\uFFFDc"},
		"right-to-left override":   {"a\u202eb", "a\uFFFDb"},
		"invalid UTF-8":            {"a\xffb", "a\uFFFDb"},
		"half a surrogate":         {"a\xed\xa0\x80b", "a\uFFFD\uFFFD\uFFFDb"},
		"as long as allowed":       {long, long},
		"one too long":             {long + "a", long[:MaxField-3] + "…"},
		"cut at a character":       {long[:MaxField-4] + "éaaaaa", long[:MaxField-4] + "…"},
		"ends with a character":    {long[:MaxField-2] + "é", long[:MaxField-2] + "é"},
		"10 kB":                    {strings.Repeat("a", 10<<10), long[:MaxField-3] + "…"},
		"10 kB of rubbish":         {strings.Repeat("\xff", 10<<10), strings.Repeat("\uFFFD", (MaxField-3)/3) + "…"},
	} {
		got := cleanText(c.in)
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if again := cleanText(got); again != got {
			t.Errorf("%s: cleaning twice gives %q", name, again)
		}
	}
}

// SECURITY LOG-03.
func TestLOG03_EveryCharacterIsPrintableOrReplaced(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		got := cleanText(string(r))
		one, size := utf8.DecodeRuneInString(got)
		if size != len(got) || !unicode.IsPrint(one) {
			t.Fatalf("%U became %q", r, got)
		}
	}
}

// SECURITY LOG-03.
func TestLOG03_EveryFieldIsCleaned(t *testing.T) {
	const in, want = "a\nb", "a\uFFFDb"
	got := clean(Event{Type: in, Outcome: in, Reason: in, Actor: in, Target: in, Strategy: in,
		Request: Request{ID: in, Addr: netip.MustParseAddr("fe80::1%a\nb")}})
	if exp := (Event{Type: want, Outcome: want, Reason: want, Actor: want, Target: want, Strategy: want,
		Request: Request{ID: want, Addr: netip.MustParseAddr("fe80::1")}}); got != exp {
		t.Fatalf("%+v", got)
	}
}

func TestCleanEventCostsNoAllocation(t *testing.T) {
	e := Event{Type: Login, Outcome: Denied, Reason: "wrong-password", Target: "unknown:0123456789abcdef"}
	if n := testing.AllocsPerRun(100, func() { clean(e) }); n != 0 {
		t.Fatalf("%v allocations", n)
	}
}
