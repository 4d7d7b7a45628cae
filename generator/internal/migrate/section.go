package migrate

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// A section is one direction of a migration as text, in the way of one tool.
type section struct {
	// mark is what the tool takes for an order wherever a comment has it; "" for none.
	mark string
	// prefix is what lines begin with that the tool shall not run; "" for those it shall.
	prefix string
	// statement writes a statement with its end; nil for a semicolon.
	statement func(b *bytes.Buffer, text string)
}

// up writes the changes in order.
func (s section) up(b *bytes.Buffer, changes []Change) {
	for _, c := range changes {
		s.change(b, c)
	}
}

// down writes what undoes the changes, the last one first.
func (s section) down(b *bytes.Buffer, changes []Change) {
	for _, c := range slices.Backward(changes) {
		s.change(b, c.Reverse())
	}
}

func (s section) change(b *bytes.Buffer, c Change) {
	var text bytes.Buffer
	comment := c.Comment
	if s.mark != "" {
		comment = strings.ReplaceAll(comment, s.mark, strings.Trim(s.mark, "+:"))
	}
	text.WriteString("\n")
	writeComment(&text, comment)
	for i, statement := range c.Up {
		if i > 0 {
			text.WriteString("\n")
		}
		if s.statement == nil {
			fmt.Fprintf(&text, "%s;\n", statement)
			continue
		}
		s.statement(&text, statement)
	}
	for line := range strings.Lines(text.String()) {
		b.WriteString(strings.TrimRight(s.prefix+strings.TrimSuffix(line, "\n"), " ") + "\n")
	}
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
