// Package canary takes the secrets of generated projects for canaries, and looks for them in
// what these projects leave behind (SECURITY LOG-02).
package canary

import (
	"bytes"
	"encoding/pem"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/authgen-go/authgen/runtime/secret/secrettest"
)

// Note takes what is in files of secrets below dir for canaries, and returns the folders that
// have a lock of authgen.
func Note(secrets *secrettest.Secrets, dir string) (projects []string, err error) {
	err = filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			if base := entry.Name(); base == ".gopath" || base == ".tmp" {
				return fs.SkipDir
			}
			return nil
		case entry.Name() == "authgen.lock":
			projects = append(projects, filepath.Dir(name))
			return nil
		case !keepsSecrets(name) || isDatabase(name):
			return nil
		}
		return noteFile(secrets, name)
	})
	return projects, err
}

func noteFile(secrets *secrettest.Secrets, name string) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if block, _ := pem.Decode(text); block != nil {
		secrets.Add("signing key", string(block.Bytes))
	}
	for line := range strings.Lines(string(text)) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok && strings.HasSuffix(name, "SECRET") {
			secrets.Add(name, value)
		}
	}
	return nil
}

// Search is an error if a file of a project tells a secret, other than those that secrets
// belong in.
func Search(secrets *secrettest.Secrets, project string) error {
	return filepath.WalkDir(project, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || keepsSecrets(name) {
			return err
		}
		text, err := os.ReadFile(name)
		if err != nil || isProgram(text) {
			return err
		}
		return SearchText(secrets, name, string(text))
	})
}

// isProgram is whether a file is none that authgen wrote, which are all text, but what was
// built of them: to search that takes long.
func isProgram(text []byte) bool {
	const beginning = 512
	return bytes.IndexByte(text[:min(len(text), beginning)], 0) >= 0
}

// SearchText is an error if a text, which is called what, tells a secret. It says which kind
// of secret and not the secret.
func SearchText(secrets *secrettest.Secrets, what, text string) error {
	if kinds := secrets.In(text); len(kinds) > 0 {
		return fmt.Errorf("%s holds secrets: %s", what, strings.Join(kinds, ", "))
	}
	return nil
}

// keepsSecrets is whether a file of a project is where secrets belong, or what is there is
// the database's.
func keepsSecrets(name string) bool {
	base := filepath.Base(name)
	return base == ".env" || filepath.Ext(base) == ".pem" || isDatabase(name)
}

func isDatabase(name string) bool { return strings.Contains(filepath.Base(name), ".db") }
