package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/authgen-go/authgen/spec"
)

// Ctrl-C in the middle of init leaves nothing behind: here it comes while code is
// being generated, when half of the project is on disk.
func TestInitInterruptedLeavesNothing(t *testing.T) {
	ctx, interrupt := context.WithCancel(context.Background())
	half := false
	dir := filepath.Join(t.TempDir(), "app")
	p := &program{stdout: io.Discard, stderr: io.Discard, now: func() time.Time {
		half = exists(filepath.Join(dir, specFile))
		interrupt()
		return time.Date(2026, time.January, 2, 3, 4, 5, 0, time.UTC)
	}}

	_, err := p.initialise(ctx, dir, initOptions{strategies: []string{"session"}, database: string(spec.SQLite)})
	if !errors.Is(err, errInterrupted) {
		t.Errorf("initialise: %v, want %v", err, errInterrupted)
	}
	if !half {
		t.Error("the interruption came before anything was written")
	}
	if exists(dir) {
		t.Errorf("%s is still there", dir)
	}
}

// Two folders of the project's own leave none for generated code.
func TestChooseFoldersRefusesToShare(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "internal/auth/auth.go", "package auth\n")
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}

	s := &site{dir: here}
	if err := s.chooseFolders(); err != nil || s.project.Dir != "internal/authgen" {
		t.Errorf("with internal/auth taken: %q, %v", s.project.Dir, err)
	}
	write(t, "internal/authgen/x.go", "package authgen\n")
	if err := (&site{dir: here}).chooseFolders(); err == nil {
		t.Error("with both taken: no error")
	}
}
