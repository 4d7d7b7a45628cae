package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// A journal remembers what a run puts on disk, so that a run that fails half-way
// leaves nothing behind.
type journal struct {
	created []string // files and folders, in the order they came to be
	changed []original
}

// An original is a file as it was before the run.
type original struct {
	name string
	data []byte
	mode fs.FileMode
}

// create writes the new file name, with the folders it needs. It never touches a
// file that exists: that is fs.ErrExist.
func (j *journal) create(name string, data []byte, mode fs.FileMode) error {
	j.expect(name)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		if errors.Is(err, fs.ErrExist) {
			j.forget(name)
		}
		return err
	}
	_, err = file.Write(data)
	return errors.Join(err, file.Close())
}

// expect notes that the file name, and the folders it needs, are about to be
// created by this run. What exists already is not noted.
func (j *journal) expect(name string) {
	var missing []string
	for p := name; !exists(p); p = filepath.Dir(p) {
		missing = append(missing, p)
	}
	slices.Reverse(missing)
	for _, p := range missing {
		if !slices.Contains(j.created, p) {
			j.created = append(j.created, p)
		}
	}
}

// keep notes the content of a file that this run may change or create.
func (j *journal) keep(name string) error {
	info, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		j.expect(name)
		return nil
	}
	if err != nil {
		return err
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	j.changed = append(j.changed, original{name: name, data: data, mode: info.Mode().Perm()})
	return nil
}

// undo puts everything back as it was. Folders that hold something of others by
// now stay.
func (j *journal) undo() error {
	var problems []error
	for _, o := range j.changed {
		problems = append(problems, os.WriteFile(o.name, o.data, o.mode))
	}
	for _, name := range slices.Backward(j.created) {
		info, err := os.Lstat(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		err = os.Remove(name)
		if err != nil && !(info != nil && info.IsDir()) {
			problems = append(problems, err)
		}
	}
	return errors.Join(problems...)
}

func (j *journal) forget(name string) {
	j.created = slices.DeleteFunc(j.created, func(s string) bool { return s == name })
}

func exists(name string) bool {
	_, err := os.Lstat(name)
	return err == nil
}
