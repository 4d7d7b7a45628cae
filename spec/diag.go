package spec

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A Severity says what a diagnostic means for the spec it is about.
type Severity int

// The severities. The zero value is an error: the spec is refused.
const (
	SeverityError   Severity = iota // the spec is refused
	SeverityWarning                 // the spec is accepted, and worth a second look
)

// A Diagnostic is one thing to say about a spec, and where.
type Diagnostic struct {
	File     string // the name given to Parse
	Line     int    // counted from 1
	Col      int    // counted from 1, in characters
	Path     string // the key, as in strategies.session.ttl or scopes[2]; "" for the document as a whole
	Message  string // what is wrong and what was expected; one line
	Hint     string // a way out, or ""; one line
	Severity Severity
}

// String formats the diagnostic as it is printed: file:line:col, the path and
// the message, and the hint on a second line when there is one. Text that came
// from the spec is quoted and cut, so it neither adds lines nor steers a terminal.
func (d Diagnostic) String() string {
	var b strings.Builder

	fmt.Fprintf(&b, "%s:%d:%d: ", d.File, d.Line, d.Col)
	if d.Severity == SeverityWarning {
		b.WriteString("warning: ")
	}
	if d.Path != "" {
		b.WriteString(d.Path + ": ")
	}
	b.WriteString(d.Message)
	if d.Hint != "" {
		b.WriteString("\n  hint: " + d.Hint)
	}

	return b.String()
}

// Diagnostics is what Parse has to say about one file, in the order of the
// file. As an error it prints every diagnostic on lines of its own.
type Diagnostics []Diagnostic

// Error returns all diagnostics as they are printed, without a final newline.
func (ds Diagnostics) Error() string {
	lines := make([]string, len(ds))
	for i, d := range ds {
		lines[i] = d.String()
	}

	return strings.Join(lines, "\n")
}

// sort puts diagnostics into the order of the file.
func (ds Diagnostics) sort() {
	slices.SortStableFunc(ds, func(a, b Diagnostic) int {
		return cmp.Or(
			cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Col, b.Col),
			cmp.Compare(a.Path, b.Path),
		)
	})
}

// of returns the diagnostics of one severity, nil when there are none.
func (ds Diagnostics) of(s Severity) Diagnostics {
	var out Diagnostics
	for _, d := range ds {
		if d.Severity == s {
			out = append(out, d)
		}
	}

	return out
}
