package output

import (
	"os"
	"path/filepath"
	"testing"
)

func TestDangerousFoldersAreRefused(t *testing.T) {
	outside := t.TempDir()
	for _, tc := range []struct {
		name       string
		tree       files
		links      files
		dir        string
		migrations string
		msg        string
		file       []string
	}{
		{name: "above the project", dir: "../auth", msg: "outside the project", file: []string{"../auth/a.go"}},
		{name: "above the project by a detour", dir: "x/../../auth", msg: "outside the project", file: []string{"x/../../auth/a.go"}},
		{name: "absolute", dir: "/auth", msg: "outside the project", file: []string{"/auth/a.go"}},
		{name: "back-slashes", dir: `..\auth`, msg: "outside the project", file: []string{`..\auth/a.go`}},
		{name: "a drive", dir: `C:`, msg: "outside the project", file: []string{`C:/a.go`}},
		{name: "migrations above the project", dir: "auth", migrations: "../migrations", msg: "outside the project", file: []string{"../migrations"}},
		{name: "the project itself", dir: ".", msg: "the project's own folder"},
		{name: "vendor", dir: "vendor/auth", msg: "a folder named vendor", file: []string{"vendor/auth"}},
		{name: "git", dir: "x/.git/auth", msg: "a folder named .git", file: []string{"x/.git/auth"}},
		{name: "testdata", dir: "internal/testdata/auth", msg: "a folder named testdata", file: []string{"internal/testdata/auth"}},
		{name: "hidden", dir: ".internal/auth", msg: "a folder named .internal", file: []string{".internal/auth"}},
		{name: "underscore", dir: "_auth", msg: "a folder named _auth", file: []string{"_auth"}},
		{name: "migrations in a hidden folder", dir: "auth", migrations: ".migrations", msg: "a folder named .migrations", file: []string{".migrations"}},
		{name: "the root of another module", tree: files{"tools/go.mod": "module y\n"}, dir: "tools", msg: "tools is in another module", file: []string{"tools/go.mod"}},
		{name: "in another module", tree: files{"tools/go.mod": "module y\n"}, dir: "tools/internal/auth", msg: "tools/internal/auth is in another module", file: []string{"tools/go.mod"}},
		{name: "migrations in another module", tree: files{"db/go.mod": "module y\n"}, dir: "auth", migrations: "db/sql", msg: "db/sql is in another module", file: []string{"db/go.mod"}},
		{name: "another package", tree: files{"auth/x.go": "package login\n"}, dir: "auth", msg: "auth holds the package login, and auth would be generated into it", file: []string{"auth/x.go"}},
		{name: "tests of another package", tree: files{"auth/x_test.go": "package login_test\n"}, dir: "auth", msg: "auth holds the package login_test", file: []string{"auth/x_test.go"}},
		{name: "a package named like a test", tree: files{"auth/x.go": "package auth_test\n"}, dir: "auth", msg: "auth holds the package auth_test", file: []string{"auth/x.go"}},
		{name: "a command", tree: files{"auth/main.go": "package main\n\nfunc main() {}\n"}, dir: "auth", msg: "auth holds the package main", file: []string{"auth/main.go"}},
		{name: "a file for the folder", tree: files{"internal": "text"}, dir: "internal/auth", msg: "a file is where the folder internal/auth should be", file: []string{"internal"}},
		{name: "a link out of the project", links: files{"internal": outside}, dir: "internal/auth", msg: "a symbolic link that leads out of the project", file: []string{"internal"}},
		{name: "a link by a detour", links: files{"a": "..", "internal": "a"}, dir: "internal", msg: "a symbolic link that leads out of the project", file: []string{"internal"}},
		{name: "a link that leads nowhere", links: files{"internal": "gone"}, dir: "internal/auth", msg: "a symbolic link that leads out of the project or nowhere", file: []string{"internal"}},
		{name: "migrations behind a link out of the project", links: files{"db": outside}, dir: "auth", migrations: "db", msg: "a symbolic link", file: []string{"db"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir := project(t, tc.tree)
			link(t, dir, tc.links)
			before := read(t, dir)
			plan := planOf(files{tc.dir + "/a.go": goFile("")}, nil)
			if tc.dir == "." {
				plan = planOf(files{"a.go": goFile("")}, nil)
			}
			if plan.Migrations = tc.migrations; tc.migrations == "" {
				plan.Migrations = "migrations"
			}
			_, err := apply(t, dir, plan, Options{Force: true})
			expectRefusal(t, err, tc.msg, " ", tc.file...)
			p, err := Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = p.Close() }()
			_, err = p.Check(plan)
			expectRefusal(t, err, tc.msg, " ", tc.file...)
			_, err = p.Diff(plan)
			expectRefusal(t, err, tc.msg, " ", tc.file...)
			expectTree(t, read(t, dir), before)
			if entries, err := os.ReadDir(outside); err != nil || len(entries) > 0 {
				t.Errorf("outside the project there is %v (%v)", entries, err)
			}
		})
	}
}

func link(t *testing.T, dir string, links files) {
	t.Helper()
	for name, target := range links {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
}

func TestUsualFoldersAreFine(t *testing.T) {
	dir := project(t, files{
		"go.mod":                  "module x\n",
		"auth/mine.go":            "package auth\n",
		"auth/mine_test.go":       "package auth_test\n",
		"auth/tool.go":            "//go:build ignore\n\npackage main\n",
		"auth/old.go":             "//go:build linux && ignore\n\npackage main\n",
		"auth/_draft.go":          "package draft\n",
		"auth/.hidden.go":         "package hidden\n",
		"auth/empty.go":           "",
		"auth/broken.go":          "this is not Go",
		"auth/stray.go":           "// " + header + "\n\npackage oldname\n",
		"auth/tool/main.go":       "package main\n",
		"auth/nested/go.mod":      "module y\n",
		"auth/folder.go/x.txt":    "",
		"real/place/.keep":        "",
		"auth/mine_linux.go":      "//go:build linux\n\npackage auth\n",
		"auth/testdata/x/main.go": "package main\n",
	})
	link(t, dir, files{"inner": "real/place"})
	plan := planOf(files{"auth/a.go": goFile(""), "inner/auth/b.go": goFile(""), "openapi.yaml": "# " + header + "\n", ".github/api.yaml": "# " + header + "\n"}, nil)
	mustApply(t, dir, plan)
	if _, ok := read(t, dir)["real/place/auth/b.go"]; !ok {
		t.Error("a link inside the project was not followed")
	}
	expectLines(t, check(t, dir, plan))
}
