package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/authgen-go/authgen/spec/spectest"
)

// Every refused spec of the corpus ends with 1, with its diagnostics on standard
// error, and with nothing written.
func TestBadSpecsThroughTheCommand(t *testing.T) {
	bad := spectest.Invalid()
	if len(bad) < 40 {
		t.Fatalf("%d refused specs; the corpus is not there", len(bad))
	}
	for _, b := range bad {
		t.Run(b.Name, func(t *testing.T) {
			dir := t.TempDir()
			t.Chdir(dir)
			write(t, "go.mod", "module example.com/app\n\ngo 1.26.0\n")
			write(t, specFile, b.YAML)

			for _, args := range [][]string{{"generate"}, {"generate", "--check"}, {"generate", "--force", "--allow-destructive"}} {
				status, stdout, stderr := execute(args...)
				if status != exitError {
					t.Errorf("%v: status %d, want %d", args, status, exitError)
				}
				if stdout != "" {
					t.Errorf("%v: standard output: %s", args, stdout)
				}
				rest, found := strings.CutPrefix(stderr, b.Diagnostics)
				if !found || !strings.HasPrefix(rest, "authgen: error: ") || strings.Count(rest, "\n") != 1 {
					t.Errorf("%v: standard error:\n%s\nwant:\n%s", args, stderr, b.Diagnostics)
				}
			}
			if names := list(t, dir); len(names) != 2 {
				t.Errorf("files: %v", names)
			}
		})
	}
}

// execute runs a command line in this process, at a fixed time.
func execute(args ...string) (status int, stdout, stderr string) {
	var out, errs bytes.Buffer
	p := &program{
		stdin:  strings.NewReader(""),
		stdout: &out,
		stderr: &errs,
		now:    func() time.Time { return time.Date(2026, time.January, 2, 3, 4, 5, 0, time.UTC) },
	}
	status = p.run(args)
	return status, out.String(), errs.String()
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// list is the name of everything in dir.
func list(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}
