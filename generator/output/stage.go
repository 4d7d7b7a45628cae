package output

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"

	"github.com/authgen-go/authgen/generator/internal/lock"
)

// prepare writes everything a run needs into a new stage and ends with the rename
// that makes the run count. When it fails, the project is as it was.
func (d disk) prepare(entries []entry, force bool) (stage string, j journal, err error) {
	stage = stagePrefix + rand.Text()[:8]
	j = plannedSteps(entries, force)
	if err := d.mkdir(stage); err != nil {
		return "", journal{}, fmt.Errorf("stage: %w", err)
	}
	if err := d.fill(stage, j, entries); err != nil {
		return "", journal{}, errors.Join(fmt.Errorf("stage: %w", err), d.discard(stage))
	}
	return stage, j, nil
}

// plannedSteps lists what is written, then what is removed, then authgen.lock: it
// is the last entry, and tells what is true only when the rest is.
func plannedSteps(entries []entry, force bool) journal {
	j := journal{Version: 1}
	var removals, last []step
	for i, e := range entries {
		s := step{Path: e.path, Before: e.have.hash()}
		switch e.action(force) {
		case write:
			s.Staged, s.After = strconv.Itoa(i), lock.Hash(e.want)
			if isLock(s) {
				last = append(last, s)
				continue
			}
			j.Steps = append(j.Steps, s)
		case drop:
			removals = append(removals, s)
		}
	}
	j.Steps = append(append(j.Steps, removals...), last...)
	return j
}

func (d disk) fill(stage string, j journal, entries []entry) error {
	for _, s := range j.Steps {
		if s.Staged == "" {
			continue
		}
		i, err := strconv.Atoi(s.Staged)
		if err != nil {
			return err
		}
		if err := d.create(path.Join(stage, s.Staged), entries[i].want); err != nil {
			return err
		}
	}
	if err := d.probe(stage, j); err != nil {
		return err
	}
	text, err := j.marshal()
	if err != nil {
		return err
	}
	if err := d.create(path.Join(stage, partName), text); err != nil {
		return err
	}
	if err := d.sync(stage); err != nil {
		return err
	}
	if err := d.rename(path.Join(stage, partName), path.Join(stage, journalName)); err != nil {
		return err
	}
	return errors.Join(d.sync(stage), d.sync("."))
}

// finish takes the steps of a journal that are still to be taken, and removes the
// stage. It can be stopped anywhere and called again.
func (d disk) finish(stage string, j journal) error {
	if err := d.take(stage, j); err != nil {
		var refused *Error
		if errors.As(err, &refused) {
			return err
		}
		return &Error{
			Msg:   fmt.Sprintf("the run was interrupted: %v", err),
			Hint:  "remove the cause and run `authgen generate` again: it finishes what this run began, from the files in " + stage,
			Files: []string{stage},
		}
	}
	return nil
}

func (d disk) take(stage string, j journal) error {
	changed := map[string]bool{}
	for _, s := range j.Steps {
		if isLock(s) {
			if err := d.syncAll(changed); err != nil {
				return err
			}
		}
		if err := d.step(stage, s, changed); err != nil {
			return err
		}
	}
	if err := d.syncAll(changed); err != nil {
		return err
	}
	// Without its journal the stage promises nothing any more.
	if err := d.remove(path.Join(stage, journalName)); err != nil {
		return err
	}
	return d.removeAll(stage)
}

func (d disk) step(stage string, s step, changed map[string]bool) error {
	dir := path.Dir(s.Path)
	if s.Staged == "" {
		if err := d.remove(s.Path); err != nil {
			return err
		}
		return d.removeEmpty(dir, changed)
	}
	pending, err := d.pending(stage, s)
	if err != nil || !pending {
		return err
	}
	if dir != "." {
		if err := d.mkdirAll(dir); err != nil {
			return err
		}
	}
	// A folder that is new is known by the one above it.
	changed["."] = true
	for _, prefix := range prefixes(dir) {
		changed[prefix] = true
	}
	return d.rename(path.Join(stage, s.Staged), s.Path)
}

// removeEmpty removes a folder that a removal has left empty, and those above it
// that become empty by that. The project's root stays.
func (d disk) removeEmpty(dir string, changed map[string]bool) error {
	for ; dir != "."; dir = path.Dir(dir) {
		entries, err := fs.ReadDir(d.root.FS(), dir)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if len(entries) > 0 {
			break
		}
		if err := d.remove(dir); err != nil {
			return err
		}
		delete(changed, dir)
	}
	changed[dir] = true
	return nil
}

func (d disk) syncAll(dirs map[string]bool) error {
	for _, dir := range sorted(dirs) {
		if err := d.sync(dir); err != nil {
			return err
		}
	}
	clear(dirs)
	return nil
}
