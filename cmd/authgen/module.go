package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"golang.org/x/mod/modfile"
)

// A module is a Go module on disk.
type module struct {
	root string // absolute folder of its go.mod
	file *modfile.File
}

// findModule returns the module that dir belongs to, nil when it belongs to none.
func findModule(dir string) (*module, error) {
	root, ok, err := findUp(dir, "go.mod")
	if err != nil || !ok {
		return nil, err
	}
	name := filepath.Join(root, "go.mod")
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	file, err := modfile.Parse(name, data, nil)
	if err != nil {
		return nil, err
	}
	if file.Module == nil || file.Module.Mod.Path == "" {
		return nil, fmt.Errorf("%s names no module", name)
	}
	return &module{root: root, file: file}, nil
}

// path is the module's path.
func (m *module) path() string { return m.file.Module.Mod.Path }

// importPath is the import path of the folder dir, which lies in m.
func (m *module) importPath(dir string) (string, error) {
	rel, err := filepath.Rel(m.root, dir)
	if err != nil {
		return "", err
	}
	return path.Join(m.path(), filepath.ToSlash(rel)), nil
}

// findUp returns the nearest folder, dir itself or one above it, that holds a
// file called name.
func findUp(dir, name string) (string, bool, error) {
	for {
		info, err := os.Stat(filepath.Join(dir, name))
		switch {
		case err == nil && info.Mode().IsRegular():
			return dir, true, nil
		case err != nil && !errors.Is(err, fs.ErrNotExist):
			return "", false, err
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", false, nil
		}
		dir = parent
	}
}
