package migrate

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// Goose is the format of github.com/pressly/goose: one file, both directions.
type Goose struct{}

var _ Format = Goose{}

// Name returns goose.
func (Goose) Name() string { return "goose" }

// Files returns the one file of m.
func (g Goose) Files(m Migration) []File {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\n\n-- +goose Up\n", Header)
	for _, c := range m.Changes {
		g.change(&b, c)
	}
	b.WriteString("\n-- +goose Down\n")
	for _, c := range slices.Backward(m.Changes) {
		g.change(&b, c.Reverse())
	}
	return []File{{Name: m.Version + "_" + m.Name + ".sql", Content: b.Bytes()}}
}

func (g Goose) change(b *bytes.Buffer, c Change) {
	b.WriteString("\n")
	// Goose reads every comment with its mark in it as an order.
	writeComment(b, strings.ReplaceAll(c.Comment, "+goose", "goose"))
	for i, statement := range c.Up {
		if i > 0 {
			b.WriteString("\n")
		}
		g.statement(b, statement)
	}
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

// writeComment writes a text as comment lines of at most 100 bytes, or one word.
func writeComment(b *bytes.Buffer, text string) {
	const width = 100
	line := "--"
	for _, word := range strings.Fields(text) {
		if len(line)+1+len(word) > width && line != "--" {
			fmt.Fprintln(b, line)
			line = "--"
		}
		line += " " + word
	}
	if line != "--" {
		fmt.Fprintln(b, line)
	}
}
