package output

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Options say what a run may overrule.
type Options struct {
	// Force overwrites generated files that were edited by hand, and removes those
	// of them that are no longer produced.
	Force bool
}

// Apply makes the project what the plan says, wholly or not at all, and reports
// what it did. Files that are as planned are not touched. It refuses with an
// *Error, and with nothing written, when generated files were edited by hand, when
// something else is in the way, when migrations are not as authgen.lock has them,
// and when a folder is not for generated files.
//
// The project must come from Begin.
func (p *Project) Apply(plan Plan, opts Options) (Report, error) {
	if !p.run.owner || p.run.file == nil {
		return Report{}, errors.New("apply: the project was opened for reading")
	}
	s, err := p.survey(plan)
	if err != nil {
		return Report{}, err
	}
	if err := s.refusal(plan, opts.Force); err != nil {
		return Report{}, err
	}
	s.entries = append(s.entries, p.lockEntry(s.nextLock(plan, opts.Force)))
	r := s.report(opts.Force)
	r.sort()
	if len(r.Created)+len(r.Updated)+len(r.Removed) == 0 {
		return r, nil
	}
	stage, j, err := p.disk.prepare(s.entries, opts.Force)
	if err != nil {
		return Report{}, fmt.Errorf("nothing was written: %w", err)
	}
	if err := p.disk.finish(stage, j); err != nil {
		return Report{}, err
	}
	return r, p.readLock()
}

func (r *Report) sort() {
	for _, list := range [][]string{r.Created, r.Updated, r.Unchanged, r.Removed, r.Kept} {
		slices.Sort(list)
	}
}

func sorted(set map[string]bool) []string { return slices.Sorted(maps.Keys(set)) }
