package output

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"

	"github.com/authgen-go/authgen/generator/internal/lock"
)

const (
	stagePrefix = leftover + "stage-"

	// journalName is the journal of a run that counts as done, partName that of a
	// run that is still being prepared.
	journalName = "journal"
	partName    = "journal.part"
)

// A journal lists what becomes of the files of a stage, in order.
type journal struct {
	Version int    `json:"version"`
	Steps   []step `json:"steps"`
}

// A step replaces one file by a staged one, or removes it.
type step struct {
	Path   string `json:"path"`
	Staged string `json:"staged,omitempty"` // the file in the stage; "" removes
	Before string `json:"before,omitempty"` // the hash of what is replaced or removed; "" for nothing
	After  string `json:"after,omitempty"`  // the hash of what is put there
}

func (j journal) marshal() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetIndent("", "  ")
	err := enc.Encode(j)
	return b.Bytes(), err
}

// readJournal returns the journal of a stage; ok is false when the run was never
// more than prepared.
func (d disk) readJournal(stage string) (j journal, ok bool, err error) {
	name := path.Join(stage, journalName)
	text, err := d.root.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return journal{}, false, nil
	}
	if err != nil {
		return journal{}, false, err
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&j); err != nil || j.Version != 1 || !j.valid() {
		return journal{}, false, &Error{
			Msg:   "an interrupted run cannot be finished, because its journal is damaged",
			Hint:  "delete the folder " + stage + ", restore the project with git, and run `authgen generate` again",
			Files: []string{name},
		}
	}
	return j, true, nil
}

func (j journal) valid() bool {
	for _, s := range j.Steps {
		if !below(s.Path) || s.Staged != "" && (!below(s.Staged) || path.Base(s.Staged) != s.Staged) {
			return false
		}
	}
	return true
}

// recover finishes the runs that count as done and removes what others had
// prepared. It reports whether there was one to finish.
func (d disk) recover() (finished bool, err error) {
	stages, err := d.stages()
	if err != nil {
		return false, fmt.Errorf("look for interrupted runs: %w", err)
	}
	for _, stage := range stages {
		j, promised, err := d.readJournal(stage)
		if err != nil {
			return finished, err
		}
		if !promised {
			if err := d.discard(stage); err != nil {
				return finished, fmt.Errorf("remove an interrupted run: %w", err)
			}
			continue
		}
		if err := d.unmoved(stage, j); err != nil {
			return finished, err
		}
		if err := d.finish(stage, j); err != nil {
			return finished, err
		}
		finished = true
	}
	return finished, nil
}

// unmoved refuses to finish over what a person did since the run was interrupted.
func (d disk) unmoved(stage string, j journal) error {
	var moved []string
	for _, s := range j.Steps {
		have, err := d.read(s.Path)
		if err != nil {
			return fmt.Errorf("read %s: %w", s.Path, err)
		}
		pending, err := d.pending(stage, s)
		if err != nil {
			return err
		}
		untouched := have.hash() == s.Before && have.there == (s.Before != "")
		replaced := s.After != "" && have.hash() == s.After
		if pending && !untouched && !replaced {
			moved = append(moved, s.Path)
		}
	}
	if len(moved) == 0 {
		return nil
	}
	return &Error{
		Msg:   "an interrupted run cannot be finished, because files were changed since",
		Hint:  "restore them with git, or give that run up: delete the folder " + stage + ", restore the project with git, and run `authgen generate` again",
		Files: moved,
	}
}

// pending reports whether a step has yet to be taken.
func (d disk) pending(stage string, s step) (bool, error) {
	name := s.Path
	if s.Staged != "" {
		name = path.Join(stage, s.Staged)
	}
	have, err := d.read(name)
	if err != nil {
		return false, fmt.Errorf("read %s: %w", name, err)
	}
	return have.there, nil
}

func isLock(s step) bool { return s.Path == lock.Name }
