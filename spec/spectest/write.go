package spectest

import (
	"strings"

	"pgregory.net/rapid"
)

// write draws how the document is written down.
func (d drawer) write(root entry) string {
	var b strings.Builder

	if d.chance("document start") {
		b.WriteString("---\n")
	}
	d.block(&b, root.entries, "")

	text := b.String()
	if d.chance("CRLF") {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}

	return text
}

// block writes entries one a line, in any order.
func (d drawer) block(b *strings.Builder, entries []entry, indent string) {
	for _, e := range rapid.Permutation(entries).Draw(d.t, "order") {
		if d.chance("comment") {
			b.WriteString(indent + "# a comment: with [some] {signs} `and` \"quotes\" */\n\n")
		}
		b.WriteString(indent + d.scalar(e.key, false) + ":")

		switch {
		case e.isMap && len(e.entries) > 0 && d.chance("block mapping"):
			b.WriteString("\n")
			d.block(b, e.entries, indent+"  ")
		case e.isList && len(e.list) > 0 && d.chance("block list"):
			b.WriteString("\n")
			for _, item := range e.list {
				b.WriteString(indent + "  - " + d.scalar(item, false) + "\n")
			}
		case (e.isMap || e.isList) && len(e.entries)+len(e.list) == 0 && d.chance("nothing"):
			b.WriteString("\n")
		default:
			b.WriteString(" " + d.flow(e) + "\n")
		}
	}
}

// flow writes the value of e on one line.
func (d drawer) flow(e entry) string {
	var parts []string

	switch {
	case e.isMap:
		for _, sub := range e.entries {
			parts = append(parts, d.scalar(sub.key, false)+": "+d.flow(sub))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case e.isList:
		for _, item := range e.list {
			parts = append(parts, d.scalar(item, false))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}

	return d.scalar(e.text, e.bare)
}

// scalar writes text in a style that keeps it what it is. Bare text may be a
// number and is never quoted.
func (d drawer) scalar(text string, bare bool) string {
	if bare {
		return text
	}

	switch d.pick("style", "plain", "single", "double") {
	case "plain":
		if plain(text) {
			return text
		}
		fallthrough
	case "single":
		return "'" + text + "'"
	}

	return `"` + text + `"`
}
