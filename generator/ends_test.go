package generator_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"
	"time"

	"github.com/authgen-go/authgen/generator"
	"github.com/authgen-go/authgen/spec"
)

const ending = `version: 1
strategies:
  session: {pages: true, deprecated: {since: 2026-12-01, sunset: 2027-06-01, link: https://app.example/docs}}
  jwt: {}
`

func generateAt(t *testing.T, text string, now time.Time) *generator.Result {
	t.Helper()
	s, err := spec.Parse("authgen.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	result, err := generator.Generate(generator.Request{Spec: s, Source: "authgen.yaml", Module: module, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// SECURITY DUAL-04.
func TestDUAL04_WhoGeneratesIsToldOfAnEnd(t *testing.T) {
	sunset := time.Date(2027, time.June, 1, 0, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		before time.Duration
		want   []string
	}{
		"long before":    {31 * 24 * time.Hour, nil},
		"30 days before": {30 * 24 * time.Hour, []string{"the strategy session ends on 2027-06-01, in 30 days"}},
		"the day before": {24 * time.Hour, []string{"in 1 day:"}},
		"the last hour":  {time.Hour, []string{"in 1 day:"}},
		"at the end":     {0, []string{"the strategy session ended on 2027-06-01", "take session out of the spec", "internal/auth/sessions.go", "internal/auth/pages.go", "internal/auth/exchange.go", "stay", "auth_sessions"}},
		"long after":     {-400 * 24 * time.Hour, []string{"ended on 2027-06-01"}},
	} {
		notes := strings.Join(generateAt(t, ending, sunset.Add(-tt.before)).Notes, "\n")
		if len(tt.want) == 0 && notes != "" {
			t.Errorf("%s: %s", name, notes)
		}
		for _, want := range tt.want {
			if !strings.Contains(notes, want) {
				t.Errorf("%s: %q does not say %q", name, notes, want)
			}
		}
		if strings.Contains(notes, "tokens.go") || strings.Contains(notes, "users") {
			t.Errorf("%s: what stays is named: %s", name, notes)
		}
	}
}

// TestGEN03_NoFileDependsOnTheDay holds that an end that comes is no drift.
// SECURITY GEN-03.
func TestGEN03_NoFileDependsOnTheDay(t *testing.T) {
	early := generateAt(t, ending, time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC))
	late := generateAt(t, ending, time.Date(2028, time.January, 1, 0, 0, 0, 0, time.UTC))
	of := func(r *generator.Result) map[string][]byte {
		files := map[string][]byte{}
		for _, f := range r.Files {
			if f.Owner != generator.Migration { // whose names have their date
				files[f.Path] = f.Content
			}
		}
		return files
	}
	first, second := of(early), of(late)
	if len(first) != len(second) {
		t.Errorf("%d files, then %d", len(first), len(second))
	}
	for name, content := range first {
		if !bytes.Equal(content, second[name]) {
			t.Errorf("%s differs", name)
		}
	}
}

// TestNoPolicyTakesANameOfAuth holds that the spec refuses every name that the generated
// Auth has already.
func TestNoPolicyTakesANameOfAuth(t *testing.T) {
	names := map[string]bool{}
	for _, text := range variants() {
		if strings.Contains(text, "policies:") {
			continue
		}
		for _, f := range generate(t, text).Files {
			if strings.HasSuffix(f.Path, ".go") && !strings.HasSuffix(f.Path, "_test.go") {
				collectNames(t, f.Content, names)
			}
		}
	}
	if !names["Usage"] || !names["Sessions"] || !names["RequirePage"] {
		t.Fatalf("found %v only", names)
	}
	for name := range names {
		text := "version: 1\nstrategies: {session: {}}\npolicies: {" + snake(name) + ": {}}\n"
		if _, err := spec.Parse("authgen.yaml", []byte(text)); err == nil {
			t.Errorf("a policy may be called %s, which would be %s", snake(name), name)
		}
	}
}

// collectNames adds the exported fields and methods of Auth.
func collectNames(t *testing.T, source []byte, names map[string]bool) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "", source, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if n.Recv == nil || !n.Name.IsExported() {
				return false
			}
			if star, ok := n.Recv.List[0].Type.(*ast.StarExpr); ok {
				if id, ok := star.X.(*ast.Ident); ok && id.Name == "Auth" {
					names[n.Name.Name] = true
				}
			}
			return false
		case *ast.TypeSpec:
			if s, ok := n.Type.(*ast.StructType); ok && n.Name.Name == "Auth" {
				for _, field := range s.Fields.List {
					for _, name := range field.Names {
						if name.IsExported() {
							names[name.Name] = true
						}
					}
				}
			}
		}
		return true
	})
}

// snake is a name that becomes name in Go.
func snake(name string) string {
	var b strings.Builder
	for i, r := range strings.ReplaceAll(name, "API", "Api") {
		if i > 0 && r >= 'A' && r <= 'Z' {
			b.WriteByte('_')
		}
		b.WriteString(strings.ToLower(string(r)))
	}
	return b.String()
}
