package migrate

import (
	"fmt"
	"strings"
	"testing"
)

// first is a migration with a table, an index and a column of a default that looks like
// the marks of tools.
func first(t *testing.T, d Dialect) Migration {
	t.Helper()
	want := Schema{Dialect: d.Name(), Tables: []Table{
		users(Column{Name: "note", Type: Text, Unique: true, Default: "'a; -- b'"}),
		{
			Name: "auth_sessions", Comment: "live sessions; see -- migrate:down, +goose Down and atlas:txmode",
			Columns: []Column{
				{Name: "id", Type: Text, PrimaryKey: true},
				{Name: "user_id", Type: UUID, References: &Reference{Table: "users", Column: "id", OnDelete: Cascade}},
			},
			Indexes: []Index{{Name: "auth_sessions_user_id", Columns: []string{"user_id"}}},
		},
	}}
	changes, _, err := Plan(d, Schema{}, want, false)
	if err != nil {
		t.Fatal(err)
	}
	return Migration{Version: "20260102030405", Name: NameOf(changes, true), Changes: changes, Whole: d.Whole()}
}

const sqliteUp = `
-- Create users: the spec asks for it.
CREATE TABLE users (
    id TEXT NOT NULL PRIMARY KEY,
    note TEXT NOT NULL UNIQUE DEFAULT 'a; -- b'
);

-- Create auth_sessions: live sessions; see -- %s, %s Down and %s.
CREATE TABLE auth_sessions (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE
);

CREATE INDEX auth_sessions_user_id ON auth_sessions (user_id);
`

const sqliteDown = `
-- Undo: drop auth_sessions and every row in it.
DROP TABLE auth_sessions;

-- Undo: drop users and every row in it.
DROP TABLE users;
`

func TestLayouts(t *testing.T) {
	up := fmt.Sprintf(sqliteUp, "migrate:down", "+goose", "atlas:txmode")
	for _, tc := range []struct {
		format Format
		want   map[string]string
	}{
		{GolangMigrate{}, map[string]string{".up.sql": Header + "\n" + up, ".down.sql": Header + "\n" + sqliteDown}},
		{Plain{}, map[string]string{".up.sql": Header + "\n" + up, ".down.sql": Header + "\n" + sqliteDown}},
		{Dbmate{}, map[string]string{".sql": Header + "\n\n-- migrate:up\n" + fmt.Sprintf(sqliteUp, "migratedown", "+goose", "atlas:txmode") + "\n-- migrate:down\n" + sqliteDown}},
		{Atlas{}, map[string]string{".sql": Header + "\n" + fmt.Sprintf(sqliteUp, "migrate:down", "+goose", "atlastxmode") + `
-- To undo this migration without atlas, last change first:
--
--   -- Undo: drop auth_sessions and every row in it.
--   DROP TABLE auth_sessions;
--
--   -- Undo: drop users and every row in it.
--   DROP TABLE users;
`}},
	} {
		t.Run(tc.format.Name(), func(t *testing.T) {
			files := tc.format.Files(first(t, SQLite{}))
			if len(files) != len(tc.want) {
				t.Fatalf("%d files", len(files))
			}
			for _, f := range files {
				ending, ok := strings.CutPrefix(f.Name, "20260102030405_auth_init")
				if !ok || tc.want[ending] == "" {
					t.Fatalf("name is %s", f.Name)
				}
				expect(t, string(f.Content), tc.want[ending])
				if VersionOf(f.Name) != "20260102030405" || !HasHeader(f.Content) {
					t.Errorf("%s is no migration of authgen's", f.Name)
				}
			}
		})
	}
}

// TestDbmatePromisesNoTransaction holds that dbmate is told where a database cannot take
// back what was done.
func TestDbmatePromisesNoTransaction(t *testing.T) {
	for _, d := range dialects() {
		text := string(Dbmate{}.Files(first(t, d))[0].Content)
		for _, mark := range []string{"-- migrate:up", "-- migrate:down"} {
			if d.Whole() == strings.Contains(text, mark+" transaction:false\n") {
				t.Errorf("%s:\n%s", d.Name(), text)
			}
		}
	}
}

func TestFormatOf(t *testing.T) {
	for _, name := range []string{"goose", "golang-migrate", "dbmate", "atlas", "plain"} {
		if f, err := FormatOf(name); err != nil || f.Name() != name {
			t.Errorf("%s is %v (%v)", name, f, err)
		}
	}
	if _, err := FormatOf("flyway"); err == nil {
		t.Error("flyway is a format")
	}
}

// TestAtlasSum holds the sum to what atlas itself computed of the same folder.
func TestAtlasSum(t *testing.T) {
	folder := []File{
		{Name: "3_c.sql", Content: []byte("CREATE TABLE c (n INTEGER);\n")},
		{Name: "1_a.sql", Content: []byte(Header + "\n\nCREATE TABLE a (n INTEGER);\n")},
		{Name: "2_b.sql", Content: []byte("-- atlas:sum ignore\n\nCREATE TABLE b (n INTEGER);\n")},
		{Name: "migrations.go", Content: []byte("package migrations\n")},
	}
	got, ok := Atlas{}.Index(folder)
	if !ok || got.Name != "atlas.sum" {
		t.Fatalf("got %+v", got)
	}
	expect(t, string(got.Content), atlasSumOfThree)

	empty, _ := Atlas{}.Index(nil)
	expect(t, string(empty.Content), "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n")

	for _, f := range []Format{Goose{}, GolangMigrate{}, Dbmate{}, Plain{}} {
		if _, ok := f.Index(folder); ok {
			t.Errorf("%s has an index", f.Name())
		}
	}
}

const atlasSumOfThree = `h1:2d8R7XiavL3dtSQqUErSqI5KWKufJ1iRruTeELRqwD4=
1_a.sql h1:yx6A3XGu9NqVQIWj8AMcmmPr5ldcy3WpvEzbi3zJNhw=
3_c.sql h1:+1HYS86Gwdqvauetk55LDXpi0aVZeFZ3ibLO67DH/Nw=
`
