package output

import (
	"cmp"
	"slices"
)

// A Report says what a run did, or would do. Paths are slash-separated, relative to
// the project's root, and sorted; authgen.lock is one of them.
type Report struct {
	Created   []string
	Updated   []string
	Unchanged []string
	Removed   []string

	// Kept are files that are no longer produced but were edited by hand, so they
	// are left where they are. They deserve a warning: the package may not compile
	// with them.
	Kept []string

	// Problems is what [Project.Check] found; empty means that the project is as
	// its spec says.
	Problems []Problem
}

// A Problem is one difference between a project and its spec.
type Problem struct {
	Kind   Kind
	Path   string
	Detail string // why, where the kind does not say it all
}

// String returns one line such as "stale: internal/auth/routes.go".
func (p Problem) String() string {
	text := p.Kind.String() + ": " + p.Path
	if p.Detail != "" {
		text += " (" + p.Detail + ")"
	}
	return text
}

// A Kind is a kind of problem.
type Kind int

// The kinds of problems.
const (
	Stale       Kind = iota + 1 // authgen wrote it from an older spec
	Missing                     // it should be there
	Extra                       // authgen's, and no longer produced
	Edited                      // authgen wrote it, and somebody changed it
	Blocked                     // something that authgen did not write is in its place
	Interrupted                 // left by a run that did not end
)

// String returns the kind in one word.
func (k Kind) String() string {
	switch k {
	case Stale:
		return "stale"
	case Missing:
		return "missing"
	case Extra:
		return "extra"
	case Edited:
		return "edited"
	case Blocked:
		return "blocked"
	case Interrupted:
		return "interrupted"
	default:
		return "unknown"
	}
}

func sortProblems(list []Problem) {
	slices.SortStableFunc(list, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Kind, b.Kind))
	})
}
