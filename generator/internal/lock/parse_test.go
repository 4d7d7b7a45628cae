package lock

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/authgen-go/authgen/generator/internal/fault"
	"github.com/authgen-go/authgen/generator/internal/migrate"
)

func TestParseErrorsHavePositions(t *testing.T) {
	sum := Hash(nil)
	for _, tc := range []struct{ text, want string }{
		{"", "authgen.lock: the file is empty"},
		{"# nothing\n", "authgen.lock: the file is empty"},
		{"version: 1\n---\nversion: 1\n", "authgen.lock: more than one document"},
		{"version: [\n", "authgen.lock: line 1: did not find expected node content"},
		{"- 1\n", "authgen.lock:1:1: authgen.lock must be a mapping"},
		{"tool: x\n", "authgen.lock:1:1: the version is missing"},
		{"version: 2\nnew: {a: 1}\n", `authgen.lock:1:10: version "2", and this authgen reads version 1`},
		{"version: 1\nfile: {}\n", `authgen.lock:2:1: unknown key "file"`},
		{"version: 1\ntool: {}\n", "authgen.lock:2:7: tool must be a text"},
		{"version: 1\nfiles: [a]\n", "authgen.lock:2:8: files must be a mapping"},
		{"version: 1\nfiles:\n  ../a.go: " + sum, `authgen.lock:3:3: "../a.go" is no path below the project`},
		{"version: 1\nfiles:\n  /a.go: " + sum, `authgen.lock:3:3: "/a.go" is no path below the project`},
		{"version: 1\nfiles:\n  a\\..\\b.go: " + sum, `is no path below the project`},
		{"version: 1\nfiles:\n  .: " + sum, `authgen.lock:3:3: "." is no path below the project`},
		{"version: 1\nfiles:\n  a.go: sha256:abc", `authgen.lock:3:9: "sha256:abc" is no hash`},
		{"version: 1\nfiles:\n  ? [a]\n  : b\n", "authgen.lock:3:5: a key of files must be a word"},
		{"version: 1\nfiles: &x\n  a.go: *x\n", "authgen.lock:2:8: files must be a mapping"},
		{"version: 1\ntool: &x y\n", "authgen.lock:2:7: tool must be a text"},
		{"version: 1\nmigrations: {}\n", "authgen.lock:2:13: migrations must be a list"},
		{"version: 1\nmigrations:\n  - {version: 1}\n", `authgen.lock:3:5: migration has no "name"`},
		{"version: 1\nmigrations:\n  - {version: 1, version: 2}\n", `authgen.lock:3:18: "version" appears twice in migration`},
		{"version: 1\nmigrations:\n  - {version: 1, nome: x}\n", `authgen.lock:3:18: unknown key "nome" in migration`},
		{"version: 1\nmigrations:\n  - {version: v1, name: a, file: a, sha256: " + sum + "}\n", `the version of a migration is a number, not "v1"`},
		{"version: 1\nmigrations:\n  - {version: 1, name: a, file: ../a, sha256: " + sum + "}\n", `"../a" is no file name`},
		{"version: 1\nmigrations:\n  - {version: 1, name: a, file: a, sha256: x}\n", `"x" is no hash`},
		{"version: 1\nmigrations:\n  - {version: 1, name: a, file: a, sha256: " + sum + "}\n  - {version: 2, name: a, file: a, sha256: " + sum + "}\n",
			"authgen.lock:4:5: migration a is recorded twice, differently"},
		{"version: 1\nschema:\n  dialect: a\n  dialect: b\n", "authgen.lock:4:12: the schema is both a and b"},
		{"version: 1\nformat: goose\nformat: plain\n", "authgen.lock:3:9: the migrations are both for goose and plain"},
		{"version: 1\nformat: [a]\n", "authgen.lock:2:9: format must be a text"},
		{"version: 1\nschema:\n  tables:\n    - {name: a, existing: true}\n    - {name: a}\n", "authgen.lock:5:7: table a is recorded both as existing and not"},
		{"version: 1\nschema:\n  views: a\n", `authgen.lock:3:3: unknown key "views" in schema`},
		{"version: 1\nschema:\n  tables:\n    - {name: a, retained: yes}\n", "authgen.lock:4:7: retained must be true or false"},
		{"version: 1\nschema:\n  columns:\n    - {table: a, name: b, type: text}\n", `authgen.lock:4:7: a column of the unknown table "a"`},
		{"version: 1\nschema:\n  indexes:\n    - {table: a, name: b, columns: c}\n", `authgen.lock:4:7: an index of the unknown table "a"`},
		{"version: 1\nschema:\n  columns:\n    - {table: a, name: b, type: text, references: c}\n", `authgen.lock:4:7: references must be table.column, not "c"`},
		{"version: 1\nschema:\n  tables: [{name: a}]\n", "authgen.lock: schema: table a has no columns"},
		{"version: 1\nschema:\n  tables: [{name: a}]\n  columns:\n    - {table: a, name: b, type: text}\n    - {table: a, name: b, type: bytes}\n",
			"authgen.lock:6:7: column a.b is recorded twice, differently"},
		{"version: 1\nschema:\n  tables: [{name: a}]\n  columns: [{table: a, name: b, type: text}]\n  indexes:\n    - {table: a, name: x, columns: b}\n    - {table: a, name: x, columns: b, unique: true}\n",
			"authgen.lock:7:7: index x is recorded twice, differently"},
		{"version: 1\n" + strings.Repeat("#", largest), "authgen.lock is larger than 4194304 bytes"},
	} {
		_, err := Parse(Name, []byte(tc.text))
		var refused *fault.Error
		if !errors.As(err, &refused) {
			t.Errorf("%.80q: got %v, want a *fault.Error", tc.text, err)
			continue
		}
		if !strings.Contains(refused.Msg, tc.want) || refused.Hint == "" {
			t.Errorf("%.80q:\ngot  %s\nwant %s\nhint %q", tc.text, refused.Msg, tc.want, refused.Hint)
		}
	}
}

func TestParseTakesWhatAMergeLeaves(t *testing.T) {
	a, b := Hash([]byte("a")), Hash([]byte("b"))
	got, err := Parse(Name, []byte(`version: 1
version: 1
tool: v1.0.0
tool: v1.1.0
files:
  same.go: `+a+`
  same.go: `+a+`
  both.go: `+a+`
  both.go: `+b+`
  both.go: `+a+`
migrations:
  - {version: 2, name: x, file: 2_x.sql, sha256: `+a+`}
  - {version: 1, name: y, file: 1_y.sql, sha256: `+b+`}
  - {version: 2, name: x, file: 2_x.sql, sha256: `+a+`}
schema:
  dialect: sqlite
  dialect: sqlite
  tables:
    - {name: t, retained: true}
    - {name: t}
    - {name: t, retained: true}
  columns:
    - {table: t, name: k, type: text, unique: true}
    - {table: t, name: c, type: text, references: t.k}
    - {table: t, name: k, type: text, unique: true, retained: true}
    - {table: t, name: c, type: text, references: t.k}
  indexes:
    - {table: t, name: i, columns: c k}
    - {table: t, name: i, columns: c k}
schema:
  columns:
    - {table: t, name: d, type: text}
`))
	if err != nil {
		t.Fatal(err)
	}
	want := &Lock{
		Version:    1,
		Tool:       "v1.1.0",
		Files:      map[string]string{"same.go": a, "both.go": Merged},
		Format:     "goose",
		Migrations: []Migration{{"1", "y", "1_y.sql", b}, {"2", "x", "2_x.sql", a}},
		Schema: migrate.Schema{Dialect: "sqlite", Tables: []migrate.Table{{
			Name: "t",
			Columns: []migrate.Column{
				{Name: "c", Type: migrate.Text, References: &migrate.Reference{Table: "t", Column: "k"}},
				{Name: "d", Type: migrate.Text},
				{Name: "k", Type: migrate.Text, Unique: true},
			},
			Indexes: []migrate.Index{{Name: "i", Columns: []string{"c", "k"}}},
		}}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%s\nwant\n%s", got.Marshal(), want.Marshal())
	}
}

func TestParsePointsAtConflicts(t *testing.T) {
	text := strings.Replace(string(sample().Marshal()), "files:\n", "<<<<<<< HEAD\nfiles:\n=======\nfiles:\n>>>>>>> topic\n", 1)
	_, err := Parse(Name, []byte(text))
	var refused *fault.Error
	if !errors.As(err, &refused) || !strings.HasPrefix(refused.Msg, "authgen.lock:4:1: two branches met here") || !strings.Contains(refused.Hint, "keep both sides") {
		t.Errorf("got %v", err)
	}
}

// TestGitUnionOfTwoBranchesIsRight merges as `authgen.lock merge=union` does: each
// side adds a table that looks like the other's, rewrites a file of its own and one
// that both rewrite, and moves the tool.
func TestGitUnionOfTwoBranchesIsRight(t *testing.T) {
	git, err := exec.LookPath("git")
	if err != nil {
		t.Fatal("git is not installed, which .ci/install brings")
	}
	table := func(name string) migrate.Table {
		return migrate.Table{Name: name, Columns: []migrate.Column{
			{Name: "id", Type: migrate.Text, PrimaryKey: true},
			{Name: "user_id", Type: migrate.Int64, References: &migrate.Reference{Table: "users", Column: "id"}},
			{Name: "created_at", Type: migrate.Time},
		}, Indexes: []migrate.Index{{Name: name + "_user_id", Columns: []string{"user_id"}}}}
	}
	branch := func(name string) *Lock {
		l := sample().Clone()
		l.Tool = "v1-" + name
		l.Files["internal/auth/"+name+".go"] = Hash([]byte(name))
		l.Files["internal/auth/routes.go"] = Hash([]byte("routes with " + name))
		l.Migrations = append(l.Migrations, Migration{"2027" + strings.Repeat("0", len(name)), name, name + ".sql", Hash([]byte(name))})
		l.Schema.Tables = append(l.Schema.Tables, table(name))
		return l
	}
	ours, theirs := branch("api_keys"), branch("refresh_tokens")
	dir := t.TempDir()
	names := []string{"ours", "base", "theirs"}
	for i, l := range []*Lock{ours, sample(), theirs} {
		if err := os.WriteFile(filepath.Join(dir, names[i]), l.Marshal(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(git, "merge-file", "--union", "-p", "ours", "base", "theirs")
	cmd.Dir = dir
	merged, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	got, err := Parse(Name, merged)
	if err != nil {
		t.Fatalf("%v in\n%s", err, merged)
	}
	want := branch("api_keys")
	want.Tool = got.Tool
	want.Files["internal/auth/refresh_tokens.go"] = Hash([]byte("refresh_tokens"))
	want.Files["internal/auth/routes.go"] = Merged
	want.Migrations = append(want.Migrations, theirs.Migrations[len(theirs.Migrations)-1])
	want.Schema.Tables = append(want.Schema.Tables, table("refresh_tokens"))
	if string(got.Marshal()) != string(want.Marshal()) {
		t.Errorf("merged\n%s\nread as\n%s\nwant\n%s", merged, got.Marshal(), want.Marshal())
	}
}

func FuzzParse(f *testing.F) {
	f.Add(sample().Marshal())
	f.Add([]byte("version: 1\nfiles: {a: &x b, c: *x}\n"))
	f.Add([]byte("version: 1\nschema:\n  columns: [[[[{}]]]]\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		l, err := Parse(Name, text)
		if err != nil {
			return
		}
		again, err := Parse(Name, l.Marshal())
		if err != nil {
			t.Fatalf("%v in what was read from\n%s", err, text)
		}
		if string(again.Marshal()) != string(l.Marshal()) {
			t.Fatal("written and read again it differs")
		}
	})
}
