package migrate

import (
	"bytes"
	"fmt"
	"strings"
)

// Goose is the format of github.com/pressly/goose: one file, both directions.
type Goose struct{ noIndex }

var _ Format = Goose{}

// Name returns goose.
func (Goose) Name() string { return "goose" }

// Files returns the one file of m.
func (g Goose) Files(m Migration) []File {
	lines := section{mark: "+goose", statement: g.statement} // goose reads any comment with its mark in it
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\n\n-- +goose Up\n", Header)
	lines.up(&b, m.Changes)
	b.WriteString("\n-- +goose Down\n")
	lines.down(&b, m.Changes)
	return []File{{Name: m.Version + "_" + m.Name + ".sql", Content: b.Bytes()}}
}

// statement marks what goose, which looks for a semicolon at the end of a line and
// for comments anywhere in it, would cut at the wrong place.
func (Goose) statement(b *bytes.Buffer, text string) {
	if !strings.Contains(text, ";") && !strings.Contains(text, "--") {
		fmt.Fprintf(b, "%s;\n", text)
		return
	}
	fmt.Fprintf(b, "-- +goose StatementBegin\n%s;\n-- +goose StatementEnd\n", text)
}
