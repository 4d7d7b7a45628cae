package output

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/authgen-go/authgen/generator/internal/lock"
)

func TestApplyWritesAProject(t *testing.T) {
	dir := project(t, files{"go.mod": "module x\n", "internal/auth/mine.go": "package auth\n", "internal/auth/mine_test.go": "package auth_test\n"})
	generated := files{"internal/auth/a.go": goFile("// A"), "internal/auth/authtest/b.go": goFile("// B"), "migrations/migrations.go": goFile("// C")}
	plan := planOf(generated, files{"1_init.sql": sqlFile("-- one")})

	expectLines(t, check(t, dir, plan), "missing: authgen.lock", "missing: internal/auth/a.go",
		"missing: internal/auth/authtest/b.go", "missing: migrations/1_init.sql", "missing: migrations/migrations.go")
	r := mustApply(t, dir, plan)
	expectLines(t, r.Created, "authgen.lock", "internal/auth/a.go", "internal/auth/authtest/b.go", "migrations/1_init.sql", "migrations/migrations.go")
	expectTree(t, read(t, dir).users(), files{
		"go.mod": "module x\n", "internal/auth/mine.go": "package auth\n", "internal/auth/mine_test.go": "package auth_test\n",
		"internal/auth/a.go": goFile("// A"), "internal/auth/authtest/b.go": goFile("// B"),
		"migrations/migrations.go": goFile("// C"), "migrations/1_init.sql": sqlFile("-- one"),
	})
	written, err := lock.Parse(lock.Name, []byte(read(t, dir)[lock.Name]))
	if err != nil {
		t.Fatal(err)
	}
	if len(written.Files) != 3 || written.Files["internal/auth/a.go"] != lock.Hash([]byte(goFile("// A"))) || len(written.Migrations) != 1 {
		t.Errorf("lock is\n%s", written.Marshal())
	}
	info, err := os.Stat(filepath.Join(dir, "internal/auth/authtest/b.go"))
	if err != nil || info.Mode().Perm()&0o600 != 0o600 {
		t.Errorf("mode is %v (%v)", info.Mode(), err)
	}
}

// SECURITY GEN-03.
func TestGEN03_SecondRunTouchesNothing(t *testing.T) {
	dir := project(t, nil)
	generated := files{"internal/auth/a.go": goFile("// A"), "migrations/migrations.go": goFile("// C")}
	mustApply(t, dir, planOf(generated, files{"1_init.sql": sqlFile("-- one")}))
	old := age(t, dir)

	later := planOf(generated, files{"1_init.sql": sqlFile("-- one")}, "1_init.sql")
	later.Lock.Tool = "v9: another tool that writes the same"
	r := mustApply(t, dir, later)
	if len(r.Created)+len(r.Updated)+len(r.Removed) != 0 {
		t.Errorf("report is %+v", r)
	}
	expectLines(t, r.Unchanged, "authgen.lock", "internal/auth/a.go", "migrations/migrations.go")
	expectLines(t, check(t, dir, later))
	for name := range read(t, dir) {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || !info.ModTime().Equal(old) {
			t.Errorf("%s was written (%v)", name, err)
		}
	}
}

func TestApplyUpdatesOnlyWhatChanged(t *testing.T) {
	dir := project(t, nil)
	first := files{"internal/auth/a.go": goFile("// A"), "internal/auth/b.go": goFile("// B"), "internal/auth/sub/c.go": goFile("// C")}
	mustApply(t, dir, planOf(first, nil))
	old := age(t, dir)

	second := planOf(files{"internal/auth/a.go": goFile("// A2"), "internal/auth/b.go": goFile("// B")}, nil)
	expectLines(t, check(t, dir, second), "stale: authgen.lock", "stale: internal/auth/a.go", "extra: internal/auth/sub/c.go")
	r := mustApply(t, dir, second)
	expectLines(t, r.Updated, "authgen.lock", "internal/auth/a.go")
	expectLines(t, r.Unchanged, "internal/auth/b.go")
	expectLines(t, r.Removed, "internal/auth/sub/c.go")
	expectTree(t, read(t, dir).users(), files{"internal/auth/a.go": goFile("// A2"), "internal/auth/b.go": goFile("// B")})
	if info, err := os.Stat(filepath.Join(dir, "internal/auth/b.go")); err != nil || !info.ModTime().Equal(old) {
		t.Errorf("b.go was written (%v)", err)
	}
}

func TestPruningRemovesEmptyFoldersButNotTheRoot(t *testing.T) {
	dir := project(t, nil)
	mustApply(t, dir, planOf(files{"deep/er/auth/a.go": goFile("// A"), "side/auth/b.go": goFile("// B"), "side/auth/c/d.go": goFile("// D")}, nil))
	put(t, dir, files{"side/auth/generate.go": "package auth\n"})
	empty := Plan{Lock: lock.New()}
	r := mustApply(t, dir, empty)
	expectLines(t, r.Removed, "deep/er/auth/a.go", "side/auth/b.go", "side/auth/c/d.go")
	expectTree(t, read(t, dir).users(), files{"side/auth/generate.go": "package auth\n"})
}

func TestHandEditedFilesAreRefusedByName(t *testing.T) {
	dir := project(t, nil)
	first := files{"internal/auth/a.go": goFile("// A"), "internal/auth/b.go": goFile("// B"), "internal/auth/c.go": goFile("// C")}
	mustApply(t, dir, planOf(first, nil))
	put(t, dir, files{"internal/auth/a.go": goFile("// mine"), "internal/auth/b.go": "package auth\n\n// without the header\n"})
	before := read(t, dir)
	second := planOf(files{"internal/auth/a.go": goFile("// A"), "internal/auth/b.go": goFile("// B"), "internal/auth/c.go": goFile("// C2")}, nil)

	expectLines(t, check(t, dir, second), "stale: authgen.lock", "edited: internal/auth/a.go", "edited: internal/auth/b.go", "stale: internal/auth/c.go")
	_, err := apply(t, dir, second, Options{})
	expectRefusal(t, err, "2 generated files were edited by hand; nothing was written", "--force", "internal/auth/a.go", "internal/auth/b.go")
	expectTree(t, read(t, dir), before)

	r, err := apply(t, dir, second, Options{Force: true})
	if err != nil {
		t.Fatal(err)
	}
	expectLines(t, r.Updated, "authgen.lock", "internal/auth/a.go", "internal/auth/b.go", "internal/auth/c.go")
	expectLines(t, check(t, dir, second))
}

func TestDeletedFilesAreMissingAndComeBack(t *testing.T) {
	dir := project(t, nil)
	plan := planOf(files{"internal/auth/a.go": goFile("// A"), "internal/auth/b.go": goFile("// B")}, nil)
	mustApply(t, dir, plan)
	if err := os.RemoveAll(filepath.Join(dir, "internal")); err != nil {
		t.Fatal(err)
	}
	expectLines(t, check(t, dir, plan), "missing: internal/auth/a.go", "missing: internal/auth/b.go")
	expectLines(t, mustApply(t, dir, plan).Created, "internal/auth/a.go", "internal/auth/b.go")
	expectLines(t, check(t, dir, plan))
}

func TestWhatAuthgenDidNotWriteStays(t *testing.T) {
	for _, tc := range []struct {
		name, path, content string
		plan                Plan
		forced              bool
	}{
		{"a hand-written file", "internal/auth/a.go", "package auth\n", planOf(files{"internal/auth/a.go": goFile("// A")}, nil), false},
		{"a file that speaks of the header", "internal/auth/a.go", "package auth\n\n// " + header + "\n", planOf(files{"internal/auth/a.go": goFile("// A")}, nil), false},
		{"a migration of that name", "migrations/1_init.sql", "-- mine\n", planOf(nil, files{"1_init.sql": sqlFile("-- one")}), false},
		{"a document", "openapi.yaml", "openapi: 3.1.0\n", planOf(files{"openapi.yaml": "# " + header + "\n"}, nil), false},
		{"a generated file the lock does not know", "internal/auth/a.go", goFile("// other"), planOf(files{"internal/auth/a.go": goFile("// A")}, nil), true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir := project(t, files{tc.path: tc.content})
			_, err := apply(t, dir, tc.plan, Options{})
			expectRefusal(t, err, "nothing was written", "move", tc.path)
			expectTree(t, read(t, dir), files{tc.path: tc.content})
			_, err = apply(t, dir, tc.plan, Options{Force: true})
			if tc.forced {
				if err != nil {
					t.Fatal(err)
				}
				expectLines(t, check(t, dir, tc.plan))
				return
			}
			expectRefusal(t, err, "1 file is in the way that authgen did not write", "--force does not overwrite it", tc.path)
			expectTree(t, read(t, dir), files{tc.path: tc.content})
			if lines := check(t, dir, tc.plan); !strings.HasPrefix(lines[len(lines)-1], "blocked: "+tc.path) {
				t.Errorf("check says %q", lines)
			}
		})
	}
}

func TestFoldersAndLinksInTheWayAreRefused(t *testing.T) {
	plan := planOf(files{"internal/auth/a.go": goFile("// A")}, nil)
	dir := project(t, files{"internal/auth/a.go/x": ""})
	_, err := apply(t, dir, plan, Options{Force: true})
	expectRefusal(t, err, "in the way", "", "internal/auth/a.go")

	dir = project(t, files{"internal/auth/mine.txt": goFile("// A")})
	if err := os.Symlink("mine.txt", filepath.Join(dir, "internal/auth/a.go")); err != nil {
		t.Fatal(err)
	}
	_, err = apply(t, dir, plan, Options{Force: true})
	expectRefusal(t, err, "in the way", "", "internal/auth/a.go")
}

func TestIdenticalFilesAreAdopted(t *testing.T) {
	crlf := strings.ReplaceAll(goFile("// A"), "\n", "\r\n")
	dir := project(t, files{"internal/auth/a.go": crlf, "migrations/1_init.sql": sqlFile("-- one")})
	plan := planOf(files{"internal/auth/a.go": goFile("// A")}, files{"1_init.sql": sqlFile("-- one")})
	expectLines(t, check(t, dir, plan), "missing: authgen.lock")
	expectLines(t, mustApply(t, dir, plan).Created, "authgen.lock")
	if read(t, dir)["internal/auth/a.go"] != crlf {
		t.Error("an unchanged file was rewritten")
	}
	expectLines(t, check(t, dir, plan))
}

func TestACheckoutWithCRLFIsNoEdit(t *testing.T) {
	dir := project(t, nil)
	mustApply(t, dir, planOf(files{"internal/auth/a.go": goFile("// A")}, files{"1_init.sql": sqlFile("-- one")}))
	for name, text := range read(t, dir) {
		put(t, dir, files{name: strings.ReplaceAll(text, "\n", "\r\n")})
	}
	expectLines(t, check(t, dir, planOf(files{"internal/auth/a.go": goFile("// A")}, files{"1_init.sql": sqlFile("-- one")}, "1_init.sql")))
	next := planOf(files{"internal/auth/a.go": goFile("// A2")}, files{"1_init.sql": sqlFile("-- one")}, "1_init.sql")
	expectLines(t, mustApply(t, dir, next).Updated, "authgen.lock", "internal/auth/a.go")
}

func TestAMergedFileIsStale(t *testing.T) {
	dir := project(t, nil)
	mustApply(t, dir, planOf(files{"internal/auth/a.go": goFile("// A"), "internal/auth/b.go": goFile("// B")}, nil))
	text := read(t, dir)[lock.Name]
	for _, name := range []string{"a", "b"} {
		line := "  internal/auth/" + name + ".go: "
		text = strings.Replace(text, line, line+lock.Hash([]byte("theirs"))+"\n"+line, 1)
	}
	put(t, dir, files{lock.Name: text, "internal/auth/a.go": goFile("// A\n// merged"), "internal/auth/b.go": goFile("// B\n// merged")})
	plan := planOf(files{"internal/auth/a.go": goFile("// A2")}, nil)
	expectLines(t, check(t, dir, plan), "stale: authgen.lock", "stale: internal/auth/a.go", "extra: internal/auth/b.go")
	mustApply(t, dir, plan)
	expectLines(t, check(t, dir, plan))
}

func TestApplyNeedsBegin(t *testing.T) {
	p, err := Open(project(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = p.Close() }()
	if _, err := p.Apply(planOf(nil, nil), Options{}); err == nil {
		t.Error("a project opened for reading was written")
	}
}

func TestPlansThatBreakTheRulesAreRefused(t *testing.T) {
	good := goFile("")
	unlisted := planOf(nil, files{"1_init.sql": sqlFile("")})
	unlisted.Lock.Migrations = nil
	for name, plan := range map[string]Plan{
		"no lock":             {},
		"no header":           planOf(files{"auth/a.go": "package auth\n"}, nil),
		"header not first":    planOf(files{"auth/a.go": "\n" + good}, nil),
		"the lock":            planOf(files{"authgen.lock": "# " + header}, nil),
		"a name of authgen's": planOf(files{"auth/.authgen-x.go": good}, nil),
		"one file twice":      planOf(files{"auth/a.go": good, "auth/A.go": good}, nil),
		"unlisted migration":  unlisted,
	} {
		if _, err := apply(t, project(t, nil), plan, Options{}); err == nil || !strings.HasPrefix(err.Error(), "plan: ") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
