package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// A run that fails takes back what it created and restores what it changed, and
// touches nothing of others.
func TestJournalUndo(t *testing.T) {
	root := t.TempDir()
	t.Chdir(root)
	write(t, "go.mod", "before\n")
	write(t, "kept/theirs", "theirs\n")

	var j journal
	if err := j.keep(filepath.Join(root, "go.mod")); err != nil {
		t.Fatal(err)
	}
	if err := j.keep(filepath.Join(root, "go.sum")); err != nil { // is yet to come
		t.Fatal(err)
	}
	write(t, "go.mod", "after\n")
	write(t, "go.sum", "new\n")
	for _, name := range []string{"new/deep/ours", "kept/ours", "shared/ours"} {
		if err := j.create(filepath.Join(root, name), []byte("ours\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(t, "shared/theirs", "theirs\n")
	if err := j.create(filepath.Join(root, "kept/theirs"), nil, 0o644); !errors.Is(err, fs.ErrExist) {
		t.Errorf("create over a file of somebody: %v, want fs.ErrExist", err)
	}

	if err := j.undo(); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"go.mod": "before\n", "kept/theirs": "theirs\n", "shared/theirs": "theirs\n"} {
		if got, err := os.ReadFile(name); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v; want %q", name, got, err, want)
		}
	}
	for _, name := range []string{"go.sum", "new", "kept/ours", "shared/ours"} {
		if exists(name) {
			t.Errorf("%s is still there", name)
		}
	}
}

// What was undone once is not undone over again, and a file that went away in
// the meantime is no trouble.
func TestJournalUndoOfNothing(t *testing.T) {
	root := t.TempDir()
	var j journal
	name := filepath.Join(root, "a", "b")
	if err := j.create(name, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(j.undo(), j.undo()); err != nil {
		t.Error(err)
	}
	if names := list(t, root); len(names) != 0 {
		t.Errorf("left: %v", names)
	}
}
