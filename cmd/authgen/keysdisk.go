package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
)

// A keyDisk is a folder of keys on the disk. A run may end between any two of its steps,
// and servers look at any moment: files come to be in one step, whole.
type keyDisk struct {
	dir string
	// before is called before each step and may end the run; nil outside tests.
	before func(step string) error
}

func (d keyDisk) step(format string, args ...any) error {
	if d.before == nil {
		return nil
	}
	return d.before(fmt.Sprintf(format, args...))
}

func (d keyDisk) path(name string) string { return filepath.Join(d.dir, name) }

// mkdir makes the folder, unless it is there, for nobody else to look into.
func (d keyDisk) mkdir() (made bool, err error) {
	if err := d.step("mkdir"); err != nil {
		return false, err
	}
	if parent := filepath.Dir(d.dir); parent != "." {
		if err := os.MkdirAll(parent, 0o755); err != nil {
			return false, err
		}
	}
	err = os.Mkdir(d.dir, 0o700)
	if errors.Is(err, fs.ErrExist) {
		return false, nil
	}
	return err == nil, err
}

// create writes a new file of mode 0600. Its name must be one that no other file can
// have, since a rename would replace that: the thumbprint of a new key is.
func (d keyDisk) create(name string, content []byte) (err error) {
	if err := d.step("create %s", name); err != nil {
		return err
	}
	// Of a name that servers pass over, and of mode 0600.
	file, err := os.CreateTemp(d.dir, ".authgen-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(file.Name()))
		}
	}()
	_, err = file.Write(content)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	if err := d.step("name %s", name); err != nil {
		return err
	}
	if err := os.Rename(file.Name(), d.path(name)); err != nil {
		return err
	}
	return d.sync()
}

// rename gives a file another name, of a key that is in one file only. Of two runs that
// rename one file, the second gets fs.ErrNotExist.
func (d keyDisk) rename(from, to string) error {
	if err := d.step("rename %s to %s", from, to); err != nil {
		return err
	}
	if err := os.Rename(d.path(from), d.path(to)); err != nil {
		return err
	}
	return d.sync()
}

func (d keyDisk) remove(name string) error {
	if err := d.step("remove %s", name); err != nil {
		return err
	}
	if err := os.Remove(d.path(name)); err != nil {
		return err
	}
	return d.sync()
}

// sync waits until the names are on the disk. Systems that cannot do so for folders have
// their own order of writing.
func (d keyDisk) sync() error {
	if runtime.GOOS == "windows" {
		return nil
	}
	folder, err := os.Open(d.dir)
	if err != nil {
		return err
	}
	err = folder.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		err = nil
	}
	return errors.Join(err, folder.Close())
}
