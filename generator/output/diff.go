package output

import (
	"bytes"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
)

// Diff returns what Apply would change as a unified diff that git can apply, and ""
// when that is nothing. authgen.lock is left out: it follows from the rest. Edited
// files are shown as --force would leave them. Diff writes nothing.
func (p *Project) Diff(plan Plan) (string, error) {
	s, err := p.survey(plan)
	if err != nil {
		return "", err
	}
	if err := historyError(s.history, plan.Migrations); err != nil {
		return "", err
	}
	var out strings.Builder
	for _, e := range s.entries {
		out.Write(e.diff())
	}
	return out.String(), nil
}

func (e entry) diff() []byte {
	before, after := "a/"+e.path, "b/"+e.path
	switch e.state {
	case same, orphaned:
		return nil
	case absent:
		before = "/dev/null"
	case surplus:
		after = "/dev/null"
	}
	text := diff.Diff(before, unix(e.have.bytes), after, unix(e.want))
	// The first line repeats the names in a form that patch tools do not know.
	_, text, _ = bytes.Cut(text, []byte("\n"))
	return text
}
