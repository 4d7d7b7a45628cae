package spec_test

import (
	"testing"
	"time"

	"github.com/authgen-go/authgen/spec/spectest"
)

// FuzzParse holds that no input makes Parse panic or take long, that a refusal
// has positions, and that what is accepted keeps its promises and agrees with
// the schema.
func FuzzParse(f *testing.F) {
	for _, e := range append(spectest.Valid(), spectest.Invalid()...) {
		f.Add(e.YAML)
	}
	schema := compile(f)

	f.Fuzz(func(t *testing.T, text string) {
		start := time.Now()
		parseAnything(t, t, schema, text)
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("took %v for %d bytes", took, len(text))
		}
	})
}
