package spec_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/authgen-go/authgen/spec"
)

const smallest = "version: 1\nstrategies: {session: {}}\n"

// TestGEN02_Text holds that what editors hide or reorder is refused where it
// stands, before YAML sees it.
// SECURITY GEN-02.
func TestGEN02_Text(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"byte order mark", "\uFEFF" + smallest, `authgen.yaml:1:1: expected text, found a byte order mark`},
		{"byte order mark inside", "version: 1\n# \uFEFF\n", `authgen.yaml:2:3: expected text, found the control character U+FEFF`},
		{"UTF-16", "v\x00e\x00r\x00", `authgen.yaml:1:2: expected text, found the control character U+0000`},
		{"Latin-1", "version: 1\n# Gr\xf6\xdfe\n", `authgen.yaml:2:5: expected UTF-8 text, found the byte 0xf6`},
		{"overlong", "version: \xc0\xb1\n", `authgen.yaml:1:10: version: expected UTF-8 text, found the byte 0xc0`},
		{"NUL", "version: 1\x00\n", `authgen.yaml:1:11: version: expected text, found the control character U+0000`},
		{"escape", "# \x1b[2J\n" + smallest, `authgen.yaml:1:3: expected text, found the control character U+001B`},
		{"DEL", "# \x7f\n" + smallest, `authgen.yaml:1:3: expected text, found the control character U+007F`},
		{"C1", "# \u0085\n" + smallest, `authgen.yaml:1:3: expected text, found the control character U+0085`},
		{"line separator", "# \u2028\n" + smallest, `authgen.yaml:1:3: expected text, found the control character U+2028`},
		{"bidi override", "# \u202e\n" + smallest, `authgen.yaml:1:3: expected text in one direction, found the invisible character U+202E`},
		{"bidi isolate", "# \u2066\n" + smallest, `authgen.yaml:1:3: expected text in one direction, found the invisible character U+2066`},
		{"bidi mark", "# \u200f\n" + smallest, `authgen.yaml:1:3: expected text in one direction, found the invisible character U+200F`},
		{"tab in a comment", "# a\tb\n" + smallest, `authgen.yaml:1:4: expected spaces, found a tab`},
		{"carriage return", "version: 1\rstrategies: {session: {}}\r", `authgen.yaml:1:11: version: expected a line feed after a carriage return`},
		{"column in characters", "# äöü\t\n" + smallest, `authgen.yaml:1:6: expected spaces, found a tab`},
		{"too large", strings.Repeat("#", 1<<20+1), `authgen.yaml:1:1: expected a file of at most 1 MiB, found 1048577 bytes`},
	}

	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := spec.Parse("authgen.yaml", []byte(tt.text))
			checkDiagnostics(t, tt.text, err)
			if got, _, _ := strings.Cut(err.Error(), "\n"); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestLargestFile(t *testing.T) {
	text := smallest + "#" + strings.Repeat("x", 1<<20-len(smallest)-1)
	if _, err := spec.Parse("authgen.yaml", []byte(text)); err != nil {
		t.Errorf("1 MiB: %v", err)
	}
}

// TestGEN02_Bombs holds that files made to cost much cost little: each of them
// is parsed within half a second, and the limit leaves room for slow machines
// that look for races.
// SECURITY GEN-02.
func TestGEN02_Bombs(t *testing.T) {
	fill := func(piece string) string { return strings.Repeat(piece, (1<<20-200)/len(piece)) }
	numbered := func(format string) string {
		var b strings.Builder
		for i := 0; b.Len() < 1<<20-200; i++ {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}

	bombs := map[string]string{
		"aliases":            numbered("k%[1]d: &a%[1]d [*a0, *a0, *a0, *a0, *a0, *a0, *a0, *a0]\n"),
		"nested lists":       fill("["),
		"nested mappings":    fill("{a: "),
		"nested blocks":      fill("- "),
		"open list":          smallest + "x: [" + fill("a,"),
		"unknown keys":       numbered("k%d: 1\n"),
		"duplicate keys":     fill("a: 1\n"),
		"scopes":             smallest + "scopes: [" + fill("a, ") + "]\n",
		"a long value":       smallest + "users: {table: " + fill("a") + "}\n",
		"a long key":         fill("k") + ": 1\n",
		"a long quote":       smallest + `x: "` + fill(`\x00`) + `"`,
		"comments":           fill("# x\n"),
		"documents":          fill("---\n"),
		"broken at the end":  numbered("k%d: 1\n") + "x: @",
		"a long duration":    "version: 1\nstrategies: {session: {ttl: " + fill("1h") + "}}\n",
		"duplicate mappings": fill("a: {}\n"),
	}

	for name, text := range bombs {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			_, err := spec.Parse("authgen.yaml", []byte(text))
			if took := time.Since(start); took > time.Minute {
				t.Errorf("took %v", took)
			}
			checkDiagnostics(t, text, err)
			if n := len(err.Error()); n > 100_000 {
				t.Errorf("prints %d bytes", n)
			}
		})
	}
}

// TestTooManyErrors holds that a file that is no spec at all does not scroll
// the reason away.
func TestTooManyErrors(t *testing.T) {
	_, err := spec.Parse("authgen.yaml", []byte("version: 1\nstrategies: {session: {}}\n"+strings.Repeat("x: 1\n", 150)))

	ds := asDiagnostics(t, err)
	if len(ds) != 101 {
		t.Fatalf("%d diagnostics, want 100 and one that counts the rest", len(ds))
	}
	if got, want := ds[100].String(), "authgen.yaml:103:1: 50 more errors from here on are not shown"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
