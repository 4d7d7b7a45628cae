package output

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/authgen-go/authgen/generator"
	"github.com/authgen-go/authgen/generator/internal/lock"
	"github.com/authgen-go/authgen/generator/internal/migrate"
)

// files is a tree: slash-separated path → content.
type files map[string]string

// goFile returns a generated file of the package auth.
func goFile(body string) string { return "// " + header + "\n\npackage auth\n\n" + body + "\n" }

// sqlFile returns a migration of authgen's.
func sqlFile(body string) string { return migrate.Header + "\n" + body + "\n" }

// planOf returns the plan of a run: generated files and, in the folder migrations,
// migrations of this run and those of earlier ones.
func planOf(generated, migrations files, earlier ...string) Plan {
	p := Plan{Lock: lock.New(), Migrations: "migrations"}
	for _, name := range slices.Sorted(maps.Keys(generated)) {
		p.Files = append(p.Files, generator.File{Path: name, Content: []byte(generated[name])})
	}
	for _, name := range slices.Sorted(maps.Keys(migrations)) {
		content := []byte(migrations[name])
		p.Lock.Migrations = append(p.Lock.Migrations, lock.Migration{
			Version: migrate.VersionOf(name), Name: "auth", File: name, SHA256: lock.Hash(content)})
		if !slices.Contains(earlier, name) {
			p.Files = append(p.Files, generator.File{Path: path.Join(p.Migrations, name), Owner: generator.Migration, Content: content})
		}
	}
	return p
}

// project makes a folder with the files in it.
func project(t testing.TB, tree files) string {
	t.Helper()
	dir := t.TempDir()
	put(t, dir, tree)
	return dir
}

func put(t testing.TB, dir string, tree files) {
	t.Helper()
	for name, text := range tree {
		full := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// read returns the whole tree below dir; empty folders end in a slash.
func read(t testing.TB, dir string) files {
	t.Helper()
	tree := files{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || name == "." {
			return err
		}
		full := filepath.Join(dir, name)
		if e.IsDir() {
			if entries, err := os.ReadDir(full); err == nil && len(entries) == 0 {
				tree[name+"/"] = ""
			}
			return nil
		}
		if e.Type()&fs.ModeSymlink != 0 {
			target, err := os.Readlink(full)
			tree[name] = "link to " + target
			return err
		}
		text, err := os.ReadFile(full)
		tree[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// users returns the tree without what authgen keeps for itself.
func (f files) users() files {
	out := maps.Clone(f)
	maps.DeleteFunc(out, func(name, _ string) bool { return name == lock.Name || strings.Contains("/"+name, "/"+leftover) })
	return out
}

func expectTree(t testing.TB, got, want files) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if text, ok := got[name]; !ok {
			t.Errorf("%s is not there", name)
		} else if text != want[name] {
			t.Errorf("%s is\n%s\nwant\n%s", name, text, want[name])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if _, ok := want[name]; !ok {
			t.Errorf("%s should not be there", name)
		}
	}
}

// apply runs one plan as a command does.
func apply(t testing.TB, dir string, plan Plan, opts Options) (Report, error) {
	t.Helper()
	p, err := Begin(dir)
	if err != nil {
		t.Fatal(err)
	}
	r, err := p.Apply(plan, opts)
	if closing := p.Close(); closing != nil {
		t.Fatal(closing)
	}
	return r, err
}

func mustApply(t testing.TB, dir string, plan Plan) Report {
	t.Helper()
	r, err := apply(t, dir, plan, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func check(t testing.TB, dir string, plan Plan) []string {
	t.Helper()
	before := read(t, dir)
	p, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	r, err := p.Check(plan)
	if err := errors.Join(err, p.Close()); err != nil {
		t.Fatal(err)
	}
	expectTree(t, read(t, dir), before)
	lines := []string{}
	for _, problem := range r.Problems {
		lines = append(lines, problem.String())
	}
	return lines
}

func expectLines(t testing.TB, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// expectRefusal checks that err is a refusal that names the files and has a hint
// with these words.
func expectRefusal(t testing.TB, err error, msg, hint string, names ...string) {
	t.Helper()
	var refused *Error
	if !errors.As(err, &refused) {
		t.Fatalf("got %v, want a refusal", err)
	}
	if !strings.Contains(refused.Msg, msg) || !strings.Contains(refused.Hint, hint) {
		t.Errorf("got %q with hint %q, want %q with hint %q", refused.Msg, refused.Hint, msg, hint)
	}
	expectLines(t, refused.Files, names...)
}

// age makes every file old, so that a write shows.
func age(t testing.TB, dir string) time.Time {
	t.Helper()
	old := time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC)
	for name := range read(t, dir) {
		if err := os.Chtimes(filepath.Join(dir, name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	return old
}
