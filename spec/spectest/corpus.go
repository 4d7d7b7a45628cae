// Package spectest has specs for tests: a corpus of accepted and of refused
// ones, and a generator that draws accepted ones at random.
package spectest

import (
	"embed"
	"path"
	"strings"
)

//go:embed testdata/good/*.yaml testdata/bad/*.yaml testdata/bad/*.golden
var corpus embed.FS

// An Example is one spec of the corpus.
type Example struct {
	Name string // says what it is about, as in session_idle_beyond_ttl
	YAML string

	// Diagnostics is what is printed about a refused spec in authgen.yaml,
	// with a final newline; "" for an accepted one.
	Diagnostics string
}

// Valid returns accepted specs, sorted by name.
func Valid() []Example { return read("testdata/good") }

// Invalid returns refused specs, sorted by name. They are text files that an
// editor can save; what is refused before that, such as bytes that are not
// UTF-8, is not among them.
func Invalid() []Example { return read("testdata/bad") }

func read(dir string) []Example {
	entries, err := corpus.ReadDir(dir)
	if err != nil {
		panic("spectest: " + err.Error())
	}

	var out []Example
	for _, e := range entries {
		name, isSpec := strings.CutSuffix(e.Name(), ".yaml")
		if !isSpec {
			continue
		}
		out = append(out, Example{
			Name:        name,
			YAML:        text(path.Join(dir, e.Name())),
			Diagnostics: text(path.Join(dir, name+".golden")),
		})
	}

	return out
}

// text returns the content of a file, "" when there is none.
func text(name string) string {
	b, err := corpus.ReadFile(name)
	if err != nil {
		return ""
	}

	return string(b)
}
