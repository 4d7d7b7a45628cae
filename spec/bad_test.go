package spec_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/authgen-go/authgen/spec"
	"github.com/authgen-go/authgen/spec/spectest"
)

var update = flag.Bool("update", false, "rewrite the goldens of refused specs")

// TestGEN02_BadSpecs holds that each refused spec says exactly what its golden
// says: position, path, what was expected, and the way out.
// SECURITY GEN-02.
func TestGEN02_BadSpecs(t *testing.T) {
	for _, bad := range spectest.Invalid() {
		t.Run(bad.Name, func(t *testing.T) {
			s, err := spec.Parse("authgen.yaml", []byte(bad.YAML))
			if s != nil || err == nil {
				t.Fatalf("Parse accepted the spec")
			}

			got := err.Error() + "\n"
			if *update {
				rewrite(t, bad.Name, got)
				return
			}
			if got != bad.Diagnostics {
				t.Errorf("diagnostics differ\ngot:\n%swant:\n%s", got, bad.Diagnostics)
			}
			checkDiagnostics(t, bad.YAML, err)
		})
	}
}

func rewrite(t *testing.T, name, diagnostics string) {
	t.Helper()

	file := filepath.Join("spectest", "testdata", "bad", name+".golden")
	if err := os.WriteFile(file, []byte(diagnostics), 0o644); err != nil {
		t.Fatal(err)
	}
}

// asDiagnostics returns err as what Parse promises it to be.
func asDiagnostics(t testing.TB, err error) spec.Diagnostics {
	t.Helper()

	var ds spec.Diagnostics
	if !errors.As(err, &ds) || len(ds) == 0 {
		t.Fatalf("error is %T, want spec.Diagnostics with at least one", err)
	}

	return ds
}

// TestHints holds that every refusal of the corpus offers a way out.
func TestHints(t *testing.T) {
	for _, bad := range spectest.Invalid() {
		_, err := spec.Parse("authgen.yaml", []byte(bad.YAML))
		for _, d := range asDiagnostics(t, err) {
			if d.Hint == "" {
				t.Errorf("%s: no hint: %v", bad.Name, d)
			}
		}
	}
}
