package spec_test

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/authgen-go/authgen/spec"
	"github.com/authgen-go/authgen/spec/spectest"
)

// TestDrawnSpecs holds that specs drawn at random are accepted, by Parse and by
// the schema, and keep what an accepted spec promises.
func TestDrawnSpecs(t *testing.T) {
	schema := compile(t)

	rapid.Check(t, func(r *rapid.T) {
		text := spectest.Draw(r)
		s, err := spec.Parse("authgen.yaml", []byte(text))
		if err != nil {
			r.Fatalf("%s\nrefused: %v", text, err)
		}
		checkSpec(t, s)
		if err := schema.accepts(text); err != nil {
			r.Fatalf("%s\nrefused by the schema: %v", text, err)
		}
	})
}

// TestDamagedSpecs holds, for drawn specs with one piece of text put in at
// random, that Parse either refuses with a position or returns a spec that
// keeps its promises and that the schema accepts too.
func TestDamagedSpecs(t *testing.T) {
	schema := compile(t)
	pieces := []string{
		"\n", ": ", "- ", "'", `"`, "`", "*/", "&a ", "*a", "!!int ", "{", "}", "[", "]", ",", "#", "\t", "\x00", "\u202e", "ü",
		"null", "~", "0", "1e9", "-1", "<<: ", "\nversion: 1\n", "\n---\n", "  ", "tll: 1h", "api_key", "jwt", "verify", "off", "sub", "[]string", "https://", "session", "Cookie", "_", "0s", "\\", "%", "..", "/",
	}

	rapid.Check(t, func(r *rapid.T) {
		text := spectest.Draw(r)
		at := rapid.IntRange(0, len(text)).Draw(r, "at")
		piece := rapid.SampledFrom(pieces).Draw(r, "piece")
		end := min(len(text), at+rapid.IntRange(0, 3).Draw(r, "cut"))
		text = text[:at] + piece + text[end:]

		parseAnything(r, t, schema, text)
	})
}

// parseAnything parses text and holds what is true of any outcome.
func parseAnything(r interface{ Fatalf(string, ...any) }, t testing.TB, schema compiled, text string) {
	s, err := spec.Parse("authgen.yaml", []byte(text))
	if err != nil {
		var ds spec.Diagnostics
		if s != nil || !errors.As(err, &ds) {
			r.Fatalf("%q: got a spec with an error, or an error of type %T", text, err)
		}
		checkDiagnostics(t, text, err)
	} else {
		checkSpec(t, s)
		if err := schema.accepts(text); err != nil {
			r.Fatalf("%q: accepted, and refused by the schema: %v", text, err)
		}
	}
	if t.Failed() {
		r.Fatalf("%q: %s", text, strings.TrimSpace(fmtError(err)))
	}
}

func fmtError(err error) string {
	if err == nil {
		return "accepted"
	}

	return err.Error()
}
