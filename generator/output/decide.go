package output

import (
	"fmt"
	"slices"
	"strings"

	"github.com/authgen-go/authgen/generator"
	"github.com/authgen-go/authgen/generator/internal/lock"
)

// An action is what a run does with an entry.
type action int

const (
	leave action = iota
	write
	drop
	refuse
)

// action decides. Force overrules a person's edits of generated files, and nothing
// else: what authgen did not write stays.
func (e entry) action(force bool) action {
	switch e.state {
	case absent, stale:
		return write
	case edited, unfit:
		if force {
			return write
		}
		return refuse
	case foreign:
		return refuse
	case surplus:
		return drop
	case orphaned:
		if force && e.have.regular && carriesHeader(e.path, e.have.bytes) {
			return drop
		}
		return leave
	default:
		return leave
	}
}

// refusal returns the error that names everything in the way, or nil.
func (s survey) refusal(plan Plan, force bool) error {
	if err := historyError(s.history, plan.Migrations); err != nil {
		return err
	}
	var byHand, unlisted, inTheWay []string
	for _, e := range s.entries {
		if e.action(force) != refuse {
			continue
		}
		switch e.state {
		case edited:
			byHand = append(byHand, e.path)
		case unfit:
			unlisted = append(unlisted, e.path)
		default:
			inTheWay = append(inTheWay, e.path)
		}
	}
	var msgs, hints []string
	if len(byHand) > 0 {
		msgs = append(msgs, fmt.Sprintf("%s edited by hand", count(len(byHand), "generated file was", "generated files were")))
		hints = append(hints, "move your changes into a file of your own in the same package, restore the generated one with "+
			"`git checkout -- FILE`, or overwrite it with `authgen generate --force`")
	}
	if len(unlisted) > 0 {
		msgs = append(msgs, "the list of migrations does not fit the files beside it")
		hints = append(hints, "look for a migration that was changed, removed or merged without it; then accept the files as they are with "+
			"`atlas migrate hash` or `authgen generate --force`")
	}
	if len(inTheWay) > 0 {
		msgs = append(msgs, fmt.Sprintf("%s that authgen did not write", count(len(inTheWay), "file is in the way", "files are in the way")))
		hints = append(hints, "move or rename what is in the way, or choose another folder in authgen.yaml; --force does not overwrite it")
	}
	if len(msgs) == 0 {
		return nil
	}
	return &Error{
		Msg:   strings.Join(msgs, ", and ") + "; nothing was written",
		Hint:  strings.Join(hints, "; "),
		Files: slices.Concat(byHand, unlisted, inTheWay),
	}
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// report lists what a run with the given force does.
func (s survey) report(force bool) Report {
	var r Report
	for _, e := range s.entries {
		switch e.action(force) {
		case write:
			if e.state == absent {
				r.Created = append(r.Created, e.path)
			} else {
				r.Updated = append(r.Updated, e.path)
			}
		case drop:
			r.Removed = append(r.Removed, e.path)
		case leave:
			if e.state == orphaned {
				r.Kept = append(r.Kept, e.path)
			} else {
				r.Unchanged = append(r.Unchanged, e.path)
			}
		}
	}
	return r
}

// nextLock returns what authgen.lock says after the run. What is kept although it
// is no longer produced stays in it with its old hash, so that it is still known as
// edited next time.
func (s survey) nextLock(plan Plan, force bool) *lock.Lock {
	next := plan.Lock.Clone()
	clear(next.Files)
	for _, f := range plan.Files {
		if f.Owner == generator.Generated {
			next.Files[f.Path] = lock.Hash(f.Content)
		}
	}
	for _, e := range s.entries {
		if e.state == orphaned && e.action(force) == leave {
			next.Files[e.path] = e.lock
		}
	}
	return next
}

// lockEntry compares authgen.lock with what it shall say. The version of the tool
// alone is no reason to write it: it says who made the last change.
func (p *Project) lockEntry(next *lock.Lock) entry {
	e := entry{path: lock.Name, state: absent, want: next.Marshal(), have: content{there: p.lockText != nil, regular: p.lockText != nil, bytes: p.lockText}}
	if !e.have.there {
		return e
	}
	e.state = stale
	unchanged := next.Clone()
	unchanged.Tool = p.lock.Tool
	if e.have.is(unchanged.Marshal()) {
		e.state = same
	}
	return e
}
