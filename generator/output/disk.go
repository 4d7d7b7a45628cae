package output

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"runtime"
	"syscall"
)

const (
	fileMode = 0o644
	dirMode  = 0o755
)

// disk is every way in which a project is changed.
type disk struct {
	root *os.Root

	// before is called with each change about to be made; its error keeps the
	// change from happening. Tests stop runs with it; it is nil otherwise.
	before func(change string) error
}

func (d disk) about(format string, args ...any) error {
	if d.before == nil {
		return nil
	}
	return d.before(fmt.Sprintf(format, args...))
}

// create writes a new file and waits until it is on the disk.
func (d disk) create(name string, content []byte) error {
	if err := d.about("create %s", name); err != nil {
		return err
	}
	f, err := d.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Sync(), f.Close())
}

func (d disk) mkdir(name string) error {
	if err := d.about("mkdir %s", name); err != nil {
		return err
	}
	return d.root.Mkdir(name, dirMode)
}

// mkdirAll makes a folder and those above it, each on its own: a run may end
// between any two of them.
func (d disk) mkdirAll(name string) error {
	if info, err := d.root.Stat(name); err == nil && info.IsDir() {
		return nil
	}
	if parent := path.Dir(name); parent != "." {
		if err := d.mkdirAll(parent); err != nil {
			return err
		}
	}
	return d.mkdir(name)
}

func (d disk) rename(from, to string) error {
	if err := d.about("rename %s to %s", from, to); err != nil {
		return err
	}
	return d.root.Rename(from, to)
}

// remove deletes a file or an empty folder; what is gone already is no error.
func (d disk) remove(name string) error {
	if err := d.about("remove %s", name); err != nil {
		return err
	}
	if err := d.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func (d disk) removeAll(name string) error {
	if err := d.about("remove all of %s", name); err != nil {
		return err
	}
	return d.root.RemoveAll(name)
}

// sync waits until the names in a folder are on the disk. Systems that cannot do
// so for folders have their own order of writing.
func (d disk) sync(name string) error {
	if err := d.about("sync %s", name); err != nil {
		return err
	}
	if runtime.GOOS == "windows" {
		return nil
	}
	f, err := d.root.Open(name)
	if err != nil {
		return err
	}
	err = f.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		err = nil
	}
	return errors.Join(err, f.Close())
}

// list returns the entries of a folder sorted by name, none when there is no such
// folder.
func (d disk) list(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(d.root.FS(), name)
	if errors.Is(err, fs.ErrNotExist) {
		return []fs.DirEntry{}, nil
	}
	return entries, err
}
