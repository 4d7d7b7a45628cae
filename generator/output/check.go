package output

// Check compares the project with the plan and writes nothing. The report lists
// what Apply would do, and every difference as a problem. An error means that the
// comparison could not be made, or that the plan names a folder authgen does not
// write into.
func (p *Project) Check(plan Plan) (Report, error) {
	s, err := p.survey(plan)
	if err != nil {
		return Report{}, err
	}
	s.entries = append(s.entries, p.lockEntry(s.nextLock(plan, false)))
	r := s.report(false)
	r.sort()
	r.Problems = append(r.Problems, s.history...)
	for _, e := range s.entries {
		if problem, ok := e.problem(); ok {
			r.Problems = append(r.Problems, problem)
		}
	}
	for _, name := range p.litter {
		r.Problems = append(r.Problems, Problem{Interrupted, name, "left by a run that did not end; `authgen generate` clears it up"})
	}
	sortProblems(r.Problems)
	return r, nil
}

func (e entry) problem() (Problem, bool) {
	switch e.state {
	case absent:
		return Problem{Missing, e.path, ""}, true
	case stale:
		return Problem{Stale, e.path, ""}, true
	case edited:
		return Problem{Edited, e.path, ""}, true
	case unfit:
		return Problem{Edited, e.path, "it does not list the files beside it as they are"}, true
	case foreign:
		return Problem{Blocked, e.path, "authgen did not write what is in its place"}, true
	case surplus:
		return Problem{Extra, e.path, ""}, true
	case orphaned:
		return Problem{Edited, e.path, "and no longer produced"}, true
	default:
		return Problem{}, false
	}
}
