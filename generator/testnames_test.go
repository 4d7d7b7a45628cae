package generator_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"strings"
	"testing"
)

// testID is how the name of a test begins that proves a requirement: TestWEB09_.
var testID = regexp.MustCompile(`^Test([A-Z]+)([0-9]{2})_`)

// TestGeneratedTestsNameTheirRequirement holds that a generated test that has the id
// of a requirement in its name says so in its comment too, and the other way round.
func TestGeneratedTestsNameTheirRequirement(t *testing.T) {
	seen := map[string]bool{}
	for name, text := range variants() {
		for _, f := range generate(t, text).Files {
			if !strings.HasSuffix(f.Path, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), f.Path, f.Content, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			for _, decl := range file.Decls {
				fn, ok := decl.(*ast.FuncDecl)
				if !ok || !strings.HasPrefix(fn.Name.Name, "Test") {
					continue
				}
				seen[fn.Name.Name] = true
				if got, want := commentedID(fn), namedID(fn); got != want {
					t.Errorf("%s: %s: %s has the comment of %q, want %q", name, f.Path, fn.Name.Name, got, want)
				}
			}
		}
	}
	if len(seen) < 50 {
		t.Errorf("there are %d generated tests only", len(seen))
	}
}

// namedID is the id in the name of a test, "" if there is none.
func namedID(fn *ast.FuncDecl) string {
	if m := testID.FindStringSubmatch(fn.Name.Name); m != nil {
		return m[1] + "-" + m[2]
	}
	return ""
}

// commentedID is the first id in the comment of a test, "" if there is none.
func commentedID(fn *ast.FuncDecl) string {
	_, rest, ok := strings.Cut(fn.Doc.Text(), "SECURITY ")
	if !ok {
		return ""
	}
	return strings.TrimRight(strings.Fields(rest)[0], ".,:")
}
