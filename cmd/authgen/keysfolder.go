package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/authgen-go/authgen/runtime/token"
)

const (
	keysVariable = "AUTH_JWT_KEYS"
	keysDefault  = "keys"
)

// findKeyFolder is the folder of signing keys, relative to where the command was run
// unless it is named by an absolute path.
func findKeyFolder(args []string) (string, error) {
	if len(args) == 1 && args[0] != "" {
		return filepath.Clean(args[0]), nil
	}
	if dir := os.Getenv(keysVariable); dir != "" {
		return filepath.Clean(dir), nil
	}
	here, err := os.Getwd()
	if err != nil {
		return "", err
	}
	project, ok, err := findUp(here, specFile)
	if err != nil {
		return "", err
	}
	if !ok {
		return keysDefault, nil
	}

	dir, err := dotenvValue(filepath.Join(project, ".env"), keysVariable)
	if err != nil {
		return "", err
	}
	if dir == "" {
		dir = keysDefault
	}
	if filepath.IsAbs(dir) {
		return filepath.Clean(dir), nil
	}
	// The server reads the file in the folder that it runs in, which is that of the file.
	return filepath.Rel(here, filepath.Join(project, dir))
}

// dotenvValue is what the file called name sets a variable to, "" if it does not, or if
// there is no such file. It quotes nothing of the file, which holds secrets.
func dotenvValue(name, variable string) (string, error) {
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	value := ""
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		line := strings.TrimPrefix(strings.TrimSpace(lines.Text()), "export ")
		if left, right, ok := strings.Cut(line, "="); ok && strings.TrimSpace(left) == variable {
			value = dotenvText(strings.TrimSpace(right))
		}
	}
	return value, nil
}

// dotenvText is a value without its quotes, or without the comment after it.
func dotenvText(text string) string {
	for _, quote := range []string{`"`, `'`} {
		if rest, ok := strings.CutPrefix(text, quote); ok {
			if inside, _, ok := strings.Cut(rest, quote); ok {
				return inside
			}
		}
	}
	if strings.HasPrefix(text, "#") {
		return ""
	}
	text, _, _ = strings.Cut(text, " #")
	return strings.TrimSpace(text)
}

// someKeys are the keys of a folder that should have some.
func (r *keyRun) someKeys() ([]token.KeyFile, error) {
	files, err := r.files()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, hinted(fmt.Errorf("there is no folder %s", r.disk.dir), "run %q to make one with keys", "authgen keys new")
	case err != nil:
		return nil, err
	case len(files) == 0:
		return nil, hinted(fmt.Errorf("%s holds no keys", r.disk.dir), "run %q to make some", "authgen keys new")
	}
	return files, nil
}
