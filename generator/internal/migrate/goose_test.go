package migrate

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/pressly/goose/v3"
	"pgregory.net/rapid"
)

func TestGooseLayout(t *testing.T) {
	want := sqlite(
		Table{
			Name: "auth_sessions", Comment: "live sessions, found by the hash of their cookie",
			Columns: []Column{
				{Name: "id", Type: Text, PrimaryKey: true},
				{Name: "user_id", Type: UUID, References: &Reference{Table: "users", Column: "id", OnDelete: Cascade}},
				{Name: "seen_at", Type: Time, Null: true},
			},
			Indexes: []Index{{Name: "auth_sessions_user_id", Columns: []string{"user_id"}}},
		},
		users(Column{Name: "note", Type: Text, Default: "'a; -- b'"}),
	)
	changes, target := plan(t, Schema{}, want, false)
	files := Goose{}.Files(Migration{Version: "20260102030405", Name: NameOf(changes, true), Changes: changes})
	if len(files) != 1 || files[0].Name != "20260102030405_auth_init.sql" {
		t.Fatalf("got %+v", files)
	}
	expect(t, string(files[0].Content), `-- Written by authgen from authgen.yaml. Do not edit: a changed spec adds a file.

-- +goose Up

-- Create users: the spec asks for it.
-- +goose StatementBegin
CREATE TABLE users (
    id TEXT NOT NULL PRIMARY KEY,
    note TEXT NOT NULL DEFAULT 'a; -- b'
);
-- +goose StatementEnd

-- Create auth_sessions: live sessions, found by the hash of their cookie.
CREATE TABLE auth_sessions (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    seen_at INTEGER
);

CREATE INDEX auth_sessions_user_id ON auth_sessions (user_id);

-- +goose Down

-- Undo: drop auth_sessions and every row in it.
DROP TABLE auth_sessions;

-- Undo: drop users and every row in it.
DROP TABLE users;
`)

	want.Tables[0].Columns = append(want.Tables[0].Columns, Column{
		Name: "agent", Type: Text, Default: "''",
		Comment: "what the browser says it is, kept so that a person can tell one device from another in the list +goose",
	})
	changes, _ = plan(t, target, want, false)
	files = Goose{}.Files(Migration{Version: "1", Name: NameOf(changes, false), Changes: changes})
	if files[0].Name != "1_auth_add_auth_sessions_agent.sql" {
		t.Errorf("name is %s", files[0].Name)
	}
	_, body, _ := strings.Cut(string(files[0].Content), "-- +goose Up\n")
	expect(t, body, `
-- Add auth_sessions.agent: what the browser says it is, kept so that a person can tell one device
-- from another in the list goose.
ALTER TABLE auth_sessions ADD COLUMN agent TEXT NOT NULL DEFAULT '';

-- +goose Down

-- Undo: drop auth_sessions.agent and what it holds.
ALTER TABLE auth_sessions DROP COLUMN agent;
`)
}

func expect(t *testing.T, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestGooseRunsWhatWasEmittedUpDownUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		have := drawSchema(t)
		if len(have.Tables) == 0 {
			t.Skip("nothing to create")
		}
		folder := fstest.MapFS{}
		first, target := plan(t, Schema{}, have, false)
		emit(folder, "20260101000000", first)
		changes, last, err := Plan(SQLite{}, target, evolve(t, have), rapid.Bool().Draw(t, "allow"))
		if err != nil || len(changes) == 0 {
			t.Skip("no second migration")
		}
		emit(folder, "20260101000001", changes)

		db := openSQLite(t)
		defer func() { _ = db.Close() }()
		p, err := goose.NewProvider(goose.DialectSQLite3, db, folder)
		if err != nil {
			t.Fatalf("provider: %v", err)
		}
		up(t, p)
		whole := describe(t, db)
		if want := describeFresh(t, last); whole != want {
			t.Fatalf("goose made\n%s\nwant\n%s", whole, want)
		}
		if _, err := p.DownTo(context.Background(), 0); err != nil {
			t.Fatalf("down: %v", err)
		}
		if left := describe(t, db); left != "" {
			t.Fatalf("left after down: %s", left)
		}
		up(t, p)
		if again := describe(t, db); again != whole {
			t.Fatalf("second up made\n%s\nwant\n%s", again, whole)
		}
	})
}

func TestGooseReadsStatementsThatLookLikeItsMarks(t *testing.T) {
	for _, text := range []string{"'a -- b'", "'a;'", "'-- +goose Down'", "'+goose StatementEnd'"} {
		want := sqlite(users())
		first, target := plan(t, Schema{}, want, false)
		want.Tables[0].Columns = append(want.Tables[0].Columns, Column{Name: "a", Type: Text, Default: text})
		changes, last := plan(t, target, want, false)
		expect(t, runGoose(t, first, changes), describeFresh(t, last))
	}
	first, target := plan(t, Schema{}, sqlite(users()), false)
	trigger := Change{Up: []string{"CREATE TRIGGER keep BEFORE DELETE ON users BEGIN\n    SELECT 1;\n    SELECT RAISE(ABORT, 'kept');\nEND"}}
	expect(t, runGoose(t, first, []Change{trigger}), describeFresh(t, target))
}

// runGoose runs each list of changes as a migration and describes what comes of it.
func runGoose(t *testing.T, migrations ...[]Change) string {
	t.Helper()
	folder := fstest.MapFS{}
	for i, changes := range migrations {
		for _, f := range (Goose{}).Files(Migration{Version: strconv.Itoa(i + 1), Name: "x", Changes: changes}) {
			folder[f.Name] = &fstest.MapFile{Data: f.Content}
		}
	}
	db := openSQLite(t)
	defer func() { _ = db.Close() }()
	p, err := goose.NewProvider(goose.DialectSQLite3, db, folder)
	if err != nil {
		t.Fatal(err)
	}
	up(t, p)
	return describe(t, db)
}

func emit(folder fstest.MapFS, version string, changes []Change) {
	for _, f := range (Goose{}).Files(Migration{Version: version, Name: NameOf(changes, len(folder) == 0), Changes: changes}) {
		folder[f.Name] = &fstest.MapFile{Data: f.Content}
	}
}

func up(t fataler, p *goose.Provider) {
	t.Helper()
	if _, err := p.Up(context.Background()); err != nil {
		t.Fatalf("up: %v", err)
	}
}

func describeFresh(t fataler, s Schema) string {
	t.Helper()
	db := openSQLite(t)
	defer func(db *sql.DB) { _ = db.Close() }(db)
	changes, _ := plan(t, Schema{}, s, false)
	run(t, db, ups(changes)...)
	return describe(t, db)
}

func TestHeader(t *testing.T) {
	for text, want := range map[string]bool{
		Header:                     true,
		Header + "\nCREATE":        true,
		Header + "\r\n":            true,
		"-- mine\n" + Header:       false,
		Header + " not":            false,
		"":                         false,
		"-- Written by somebody\n": false,
	} {
		if got := HasHeader([]byte(text)); got != want {
			t.Errorf("HasHeader(%q) = %v", text, got)
		}
	}
}
