package output

import (
	"os"
	"path/filepath"
	"testing"
)

func TestMigrationsAreAppendOnly(t *testing.T) {
	one, two := sqlFile("-- one"), sqlFile("-- two")
	next := planOf(files{"migrations/migrations.go": goFile("")}, files{"1_init.sql": one, "2_more.sql": two}, "1_init.sql")
	for _, tc := range []struct {
		name, problem, msg, hint, file string
		change                         func(t *testing.T, dir string)
	}{
		{
			"edited", "edited: migrations/1_init.sql", "changed after authgen wrote them", "git checkout", "migrations/1_init.sql",
			func(t *testing.T, dir string) { put(t, dir, files{"migrations/1_init.sql": one + "-- mine\n"}) },
		},
		{
			"gone", "missing: migrations/1_init.sql", "are gone", "move them along to migrations", "migrations/1_init.sql",
			func(t *testing.T, dir string) {
				if err := os.Remove(filepath.Join(dir, "migrations/1_init.sql")); err != nil {
					t.Fatal(err)
				}
			},
		},
		{
			"unknown", "extra: migrations/1_theirs.sql (authgen.lock does not know it)", "authgen.lock does not know", "the lines of both sides", "migrations/1_theirs.sql",
			func(t *testing.T, dir string) { put(t, dir, files{"migrations/1_theirs.sql": sqlFile("-- theirs")}) },
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir := project(t, nil)
			mustApply(t, dir, planOf(files{"migrations/migrations.go": goFile("")}, files{"1_init.sql": one}))
			tc.change(t, dir)
			before := read(t, dir)
			lines := check(t, dir, next)
			found := false
			for _, line := range lines {
				found = found || line == tc.problem
			}
			if !found {
				t.Errorf("check says %q, want %q", lines, tc.problem)
			}
			for _, force := range []bool{false, true} {
				_, err := apply(t, dir, next, Options{Force: force})
				expectRefusal(t, err, tc.msg, tc.hint, tc.file)
			}
			p, err := Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			_, err = p.Diff(next)
			expectRefusal(t, err, tc.msg, tc.hint, tc.file)
			if err := p.Close(); err != nil {
				t.Fatal(err)
			}
			expectTree(t, read(t, dir), before)
		})
	}
}

func TestOthersMigrationsAreLeftAlone(t *testing.T) {
	theirs := files{"migrations/0001_theirs.sql": "-- +goose Up\n", "migrations/0002_theirs.go": "package migrations\n", "migrations/README.md": "x"}
	dir := project(t, theirs)
	plan := planOf(files{"migrations/migrations.go": "// " + header + "\n\npackage migrations\n"}, files{"0003_init.sql": sqlFile("-- one")})
	mustApply(t, dir, plan)
	p, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = p.Close() }()
	found, err := p.Migrations("migrations")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, m := range found {
		names = append(names, m.Name)
	}
	expectLines(t, names, "0001_theirs.sql", "0002_theirs.go", "0003_init.sql")
	if string(found[2].Content) != sqlFile("-- one") {
		t.Errorf("content is %q", found[2].Content)
	}
	if none, err := p.Migrations("nowhere"); err != nil || len(none) != 0 {
		t.Errorf("a folder that does not exist has %v (%v)", none, err)
	}
	_, err = p.Migrations("../migrations")
	expectRefusal(t, err, "outside the project", "", "../migrations")
}

func TestAMovedMigrationsFolderIsFollowed(t *testing.T) {
	dir := project(t, nil)
	mustApply(t, dir, planOf(files{"migrations/migrations.go": goFile("")}, files{"1_init.sql": sqlFile("-- one")}))
	moved := planOf(files{"db/migrations.go": goFile("")}, files{"1_init.sql": sqlFile("-- one")}, "1_init.sql")
	moved.Migrations = "db"
	_, err := apply(t, dir, moved, Options{})
	expectRefusal(t, err, "are gone", "move them along to db", "db/1_init.sql")
	if err := os.Mkdir(filepath.Join(dir, "db"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(dir, "migrations/1_init.sql"), filepath.Join(dir, "db/1_init.sql")); err != nil {
		t.Fatal(err)
	}
	r := mustApply(t, dir, moved)
	expectLines(t, r.Removed, "migrations/migrations.go")
	expectTree(t, read(t, dir).users(), files{"db/migrations.go": goFile(""), "db/1_init.sql": sqlFile("-- one")})
}
