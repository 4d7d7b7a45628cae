package token

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const (
	// maxKeyFile bounds what is read of a file, in bytes. A key has a few thousand.
	maxKeyFile = 64 << 10
	// maxListings bounds how often a folder is listed that changes meanwhile.
	maxListings = 10
)

// read reads the keys of the folder. A folder is not listed in one instant, and a file
// that is given another name meanwhile may be seen under both names or under none: the
// keys are those of a listing that was still true afterwards.
func (f Folder) read() ([]KeyFile, error) {
	names, err := f.list()
	if err != nil {
		return nil, err
	}
	for range maxListings {
		files, problem := f.load(names)
		before := names
		if names, err = f.list(); err != nil {
			return nil, err
		}
		if slices.Equal(before, names) {
			return files, problem
		}
	}
	return nil, fmt.Errorf("%s changes while it is read", f.Dir)
}

// list returns the names of the files that hold keys, sorted.
func (f Folder) list() ([]string, error) {
	entries, err := os.ReadDir(f.Dir)
	if err != nil {
		return nil, fmt.Errorf("read the signing keys: %w", err)
	}
	var names []string
	for _, e := range entries {
		if name := e.Name(); strings.HasSuffix(name, keySuffix) && !strings.HasPrefix(name, ".") {
			names = append(names, name)
		}
	}
	if len(names) > MaxKeys {
		return nil, fmt.Errorf("%s holds %d keys, and may hold %d", f.Dir, len(names), MaxKeys)
	}
	return names, nil
}

func (f Folder) load(names []string) ([]KeyFile, error) {
	var files []KeyFile
	fileOf := make(map[string]string, len(names))
	for _, name := range names {
		k, err := f.loadFile(name)
		if err != nil {
			return nil, err
		}
		if other, twice := fileOf[k.Key.id]; twice {
			return nil, fmt.Errorf("%s holds the key of %s again", filepath.Join(f.Dir, name), other)
		}
		fileOf[k.Key.id] = name
		files = append(files, k)
	}
	return files, nil
}

func (f Folder) loadFile(name string) (KeyFile, error) {
	path := filepath.Join(f.Dir, name)
	says, err := parseKeyName(name)
	if err != nil {
		return KeyFile{}, fmt.Errorf("%s: %w", path, err)
	}
	text, err := readKeyFile(path)
	if err != nil {
		return KeyFile{}, err
	}
	k, err := ParsePEM(path, text)
	if err != nil {
		return KeyFile{}, err
	}
	if says.kid != "" && says.kid != k.thumbprint {
		return KeyFile{}, fmt.Errorf("%s: the name does not end with the thumbprint of the key, %s", path, k.thumbprint)
	}
	return KeyFile{Name: name, Key: k, From: says.from, next: says.next}, nil
}

// readKeyFile reads a file, or what a link leads to: mounted secrets are links. What is
// no file is not opened, since a pipe would wait for its writer.
func readKeyFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no file", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(file, maxKeyFile+1))
	if err := errors.Join(err, file.Close()); err != nil {
		return nil, err
	}
	if len(text) > maxKeyFile {
		return nil, fmt.Errorf("%s is larger than 64 KiB", path)
	}
	return text, nil
}
