package lock

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/authgen-go/authgen/generator/internal/migrate"
)

func sample() *Lock {
	return &Lock{
		Version: CurrentVersion,
		Tool:    "v0.4.0",
		Files: map[string]string{
			"internal/auth/routes.go": Hash([]byte("routes")),
			"internal/auth/doc.go":    Hash([]byte("doc")),
			"docs/open api.yaml":      Hash([]byte("api")),
		},
		Format: "dbmate",
		Migrations: []Migration{
			{"20260304020607", "auth_add_api_keys", "20260304020607_auth_add_api_keys.sql", Hash([]byte("b"))},
			{"0009", "auth_init", "0009_auth_init.sql", Hash([]byte("a"))},
		},
		Schema: migrate.Schema{Dialect: "sqlite", Tables: []migrate.Table{
			{Name: "users", Columns: []migrate.Column{
				{Name: "id", Type: migrate.Int64, PrimaryKey: true, AutoIncrement: true},
				{Name: "email", Type: migrate.Text, Unique: true, Comment: "not kept"},
				{Name: "note", Type: migrate.Text, Default: "'it''s: {a}, #b'", Retained: true},
			}},
			{Name: "auth_sessions", Retained: true, Columns: []migrate.Column{
				{Name: "id", Type: migrate.Text, PrimaryKey: true},
				{Name: "user_id", Type: migrate.Int64, Null: true, References: &migrate.Reference{Table: "users", Column: "id", OnDelete: migrate.SetNull}},
			}, Indexes: []migrate.Index{{Name: "by_user", Columns: []string{"user_id", "id"}, Unique: true}}},
			{Name: "people", Existing: true, Columns: []migrate.Column{
				{Name: "id", Type: migrate.Text, PrimaryKey: true, Existing: true},
				{Name: "referrer", Type: migrate.Text, Null: true, References: &migrate.Reference{Table: "people", Column: "id", OnDelete: migrate.Cascade, Loose: true}},
			}},
		}},
	}
}

func TestMarshalIsSortedAndOneEntryALine(t *testing.T) {
	got := string(sample().Marshal())
	want := `# written by authgen; commit it, do not edit it
version: 1
tool: v0.4.0
files:
  docs/open api.yaml: sha256:API
  internal/auth/doc.go: sha256:DOC
  internal/auth/routes.go: sha256:ROUTES
format: dbmate
migrations:
  - {version: 0009, name: auth_init, file: 0009_auth_init.sql, sha256: sha256:A}
  - {version: 20260304020607, name: auth_add_api_keys, file: 20260304020607_auth_add_api_keys.sql, sha256: sha256:B}
schema:
  dialect: sqlite
  tables:
    - {name: auth_sessions, retained: true}
    - {name: people, existing: true}
    - {name: users}
  columns:
    - {table: auth_sessions, name: id, type: text, primary_key: true}
    - {table: auth_sessions, name: user_id, type: int64, null: true, references: users.id, on_delete: set_null}
    - {table: people, name: id, type: text, primary_key: true, existing: true}
    - {table: people, name: referrer, type: text, null: true, references: people.id, on_delete: cascade, loose: true}
    - {table: users, name: email, type: text, unique: true}
    - {table: users, name: id, type: int64, primary_key: true, auto_increment: true}
    - {table: users, name: note, type: text, default: "'it''s: {a}, #b'", retained: true}
  indexes:
    - {table: auth_sessions, name: by_user, columns: user_id id, unique: true}
`
	for name, content := range map[string]string{"API": "api", "DOC": "doc", "ROUTES": "routes", "A": "a", "B": "b"} {
		want = strings.ReplaceAll(want, "sha256:"+name+"\n", Hash([]byte(content))+"\n")
		want = strings.ReplaceAll(want, "sha256:"+name+"}", Hash([]byte(content))+"}")
	}
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestParseReadsWhatMarshalWrites(t *testing.T) {
	crlf := bytes.ReplaceAll(sample().Marshal(), []byte("\n"), []byte("\r\n"))
	for name, text := range map[string][]byte{"LF": sample().Marshal(), "CRLF": crlf} {
		got, err := Parse(Name, text)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		want := sample().Clone()
		want.Migrations = sortedMigrations(want.Migrations)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, want %+v", name, got, want)
		}
	}
	got, err := Parse(Name, New().Marshal())
	if err != nil || !reflect.DeepEqual(got, New()) {
		t.Errorf("got %+v (%v), want an empty lock", got, err)
	}
}

func TestParseReadsAnyTextMarshalWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := New()
		l.Tool = rapid.String().Draw(t, "tool")
		path := rapid.StringMatching(`[!-.0-\[\]-~äß# ]{1,20}(/[ -.0-\[\]-~]{1,10})?`).Filter(func(s string) bool {
			return !strings.Contains("/"+s+"/", "/./") && !strings.Contains("/"+s+"/", "/../")
		})
		for _, p := range rapid.SliceOfN(path, 0, 5).Draw(t, "paths") {
			l.Files[p] = Hash([]byte(p))
		}
		if rapid.Bool().Draw(t, "migrated") {
			name := rapid.StringMatching(`[ -.0-\[\]-~]{3,20}`).Draw(t, "name")
			l.Migrations = []Migration{{"1", name, name, Hash(nil)}}
		}
		got, err := Parse(Name, l.Marshal())
		if err != nil {
			t.Fatalf("%v in\n%s", err, l.Marshal())
		}
		if !bytes.Equal(got.Marshal(), l.Marshal()) {
			t.Fatalf("got\n%s\nwant\n%s", got.Marshal(), l.Marshal())
		}
	})
}

func TestHashIgnoresCRLFAlone(t *testing.T) {
	if Hash([]byte("a\r\nb\r\n")) != Hash([]byte("a\nb\n")) {
		t.Error("a CRLF checkout has another hash")
	}
	for _, other := range []string{"a\nb", "a\rb\n", "a\n b\n", "a\n\nb\n"} {
		if Hash([]byte(other)) == Hash([]byte("a\nb\n")) {
			t.Errorf("%q has the same hash", other)
		}
	}
}

func TestCloneSharesNothing(t *testing.T) {
	l := sample()
	before := string(l.Marshal())
	c := l.Clone()
	c.Files["x"] = Merged
	c.Migrations[0].File = "x"
	c.Schema.Tables[0].Columns[1].References.Table = "x"
	c.Schema.Tables[0].Indexes[0].Columns[0] = "x"
	if string(l.Marshal()) != before {
		t.Error("the original changed with its clone")
	}
	if (&Lock{}).Clone().Files == nil {
		t.Error("a clone without files cannot take any")
	}
}
