package migrate

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	_ "modernc.org/sqlite"
	"pgregory.net/rapid"
)

// fataler is what testing and rapid share.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

func openSQLite(t fataler) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", ":memory:?_pragma=foreign_keys(1)")
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	db.SetMaxOpenConns(1)
	return db
}

func run(t fataler, db *sql.DB, statements ...string) {
	t.Helper()
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%v in\n%s", err, s)
		}
	}
}

func ups(changes []Change) []string {
	var out []string
	for _, c := range changes {
		out = append(out, c.Up...)
	}
	return out
}

func downs(changes []Change) []string {
	var out []string
	for _, c := range slices.Backward(changes) {
		out = append(out, c.Down...)
	}
	return out
}

// describe lists what a database says it holds, in an order that does not depend
// on the order of its making.
func describe(t fataler, db *sql.DB) string {
	t.Helper()
	var lines []string
	for _, query := range []string{
		`SELECT 'table ' || m.name || '.' || c.name || ' ' || c.type || ' ' || c."notnull" || ' ' || c.pk || ' ' || ifnull(c.dflt_value, '-')
			FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE 'goose_%'`,
		`SELECT 'reference ' || m.name || '.' || f."from" || ' ' || f."table" || '.' || f."to" || ' ' || f.on_delete
			FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'`,
		`SELECT 'index ' || m.name || ' ' || x."unique" || ' ' || x.origin || ' ' || (SELECT group_concat(name) FROM pragma_index_info(x.name)) ||
			CASE WHEN x.origin = 'c' THEN ' ' || x.name ELSE '' END
			FROM sqlite_master m, pragma_index_list(m.name) x WHERE m.type = 'table' AND m.name NOT LIKE 'goose_%'`,
		`SELECT 'auto ' || name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%' AND name NOT LIKE 'goose_%'`,
	} {
		lines = append(lines, texts(t, db, query)...)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func texts(t fataler, db *sql.DB, query string) []string {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatalf("%v in %s", err, query)
	}
	var out []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatalf("%v", err)
		}
		out = append(out, line)
	}
	if err := rows.Close(); err != nil {
		t.Fatalf("%v", err)
	}
	return out
}

// plan plans from an empty schema or fails.
func plan(t fataler, have, want Schema, allow bool) ([]Change, Schema) {
	t.Helper()
	changes, target, err := Plan(SQLite{}, have, want, allow)
	if err != nil {
		t.Fatalf("plan: %v", err)
	}
	return changes, target
}

func TestSQLitePlansRunOnADatabaseWithRows(t *testing.T) {
	planned := 0
	rapid.Check(t, func(t *rapid.T) {
		have := drawSchema(t)
		want := evolve(t, have)
		allow := rapid.Bool().Draw(t, "allow destructive")
		changes, target, err := Plan(SQLite{}, have, want, allow)
		if err != nil {
			t.Skip("refused")
		}
		planned += len(changes)

		db := openSQLite(t)
		defer func() { _ = db.Close() }()
		first, _ := plan(t, Schema{}, have, false)
		run(t, db, ups(first)...)
		before := describe(t, db)
		fill(t, db, have)

		run(t, db, ups(changes)...)
		fresh := openSQLite(t)
		defer func() { _ = fresh.Close() }()
		whole, _ := plan(t, Schema{}, target, false)
		run(t, fresh, ups(whole)...)
		if got, want := describe(t, db), describe(t, fresh); got != want {
			t.Fatalf("migrated database:\n%s\nfresh one:\n%s", got, want)
		}
		for _, table := range target.Tables {
			if _, ok := have.Table(table.Name); ok {
				expectRows(t, db, table.Name)
			}
		}

		for _, table := range slices.Backward(ordered(target.Tables)) {
			run(t, db, "DELETE FROM "+SQLite{}.Quote(table.Name))
		}
		run(t, db, downs(changes)...)
		if got := describe(t, db); got != before {
			t.Fatalf("after down:\n%s\nbefore up:\n%s", got, before)
		}
		run(t, db, downs(first)...)
		if got := describe(t, db); got != "" {
			t.Fatalf("after all downs:\n%s", got)
		}
	})
	if planned == 0 {
		t.Fatal("every plan was refused or empty")
	}
}

// fill puts one row into each table. A type has one value, so that references hold.
func fill(t fataler, db *sql.DB, s Schema) {
	t.Helper()
	for _, table := range ordered(s.Tables) {
		var names, values []string
		for _, c := range table.Columns {
			names = append(names, SQLite{}.Quote(c.Name))
			values = append(values, map[Type]string{
				UUID: "'018f'", Text: "'text'", Int64: "7", Bool: "1", Bytes: "x'00'", Time: "0",
			}[c.Type])
		}
		run(t, db, fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", SQLite{}.Quote(table.Name), strings.Join(names, ", "), strings.Join(values, ", ")))
	}
}

func expectRows(t fataler, db *sql.DB, table string) {
	t.Helper()
	var rows int
	if err := db.QueryRow("SELECT count(*) FROM " + (SQLite{}).Quote(table)).Scan(&rows); err != nil || rows != 1 {
		t.Fatalf("%s has %d rows, want 1 (%v)", table, rows, err)
	}
}

func TestSQLiteQuotesEveryKeyword(t *testing.T) {
	db := openSQLite(t)
	defer func() { _ = db.Close() }()
	want := Schema{Dialect: "sqlite"}
	for word := range strings.FieldsSeq(sqliteKeywords) {
		word = strings.ToLower(word)
		want.Tables = append(want.Tables, Table{
			Name:    word,
			Columns: []Column{{Name: word, Type: Text, PrimaryKey: true}, {Name: "x", Type: Text, References: &Reference{Table: word, Column: word}}},
			Indexes: []Index{{Name: word + "_x", Columns: []string{word, "x"}}},
		})
	}
	changes, _ := plan(t, Schema{}, want, false)
	run(t, db, ups(changes)...)
	run(t, db, downs(changes)...)
	if left := describe(t, db); left != "" {
		t.Errorf("left after down: %s", left)
	}
}

func TestSQLiteSaysWhatItCannotDo(t *testing.T) {
	users := Table{Name: "users", Columns: []Column{
		{Name: "id", Type: UUID, PrimaryKey: true},
		{Name: "email", Type: Text, Unique: true},
		{Name: "note", Type: Text, Null: true},
	}}
	edit := func(f func(*Table)) Schema {
		s := Schema{Dialect: "sqlite", Tables: []Table{users.clone()}}
		f(&s.Tables[0])
		return s
	}
	for _, tc := range []struct {
		name, message string
		want          Schema
	}{
		{"type", "SQLite cannot change users.id in place (type uuid becomes int64)", edit(func(u *Table) { u.Columns[0].Type = Int64 })},
		{"null", "SQLite cannot change users.note in place (it may no longer be null)", edit(func(u *Table) { u.Columns[2].Null = false })},
		{"default", "SQLite cannot change users.note in place (default none becomes 'x')", edit(func(u *Table) { u.Columns[2].Default = "'x'" })},
		{"unique", "SQLite cannot change users.email in place (it is no longer unique)", edit(func(u *Table) { u.Columns[1].Unique = false })},
		{"new unique", "SQLite cannot add users.phone: it is unique; a unique index can be added", edit(func(u *Table) {
			u.Columns = append(u.Columns, Column{Name: "phone", Type: Text, Null: true, Unique: true})
		})},
		{"new reference", "SQLite cannot add users.boss: it is a reference with a default", edit(func(u *Table) {
			u.Columns = append(u.Columns, Column{Name: "boss", Type: Text, Default: "''", References: &Reference{Table: "users", Column: "email"}})
		})},
		{"drop unique", "SQLite cannot drop users.email: it is a key or unique", edit(func(u *Table) { u.Columns = slices.Delete(u.Columns, 1, 2) })},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, _, err := Plan(SQLite{}, Schema{Dialect: "sqlite", Tables: []Table{users}}, tc.want, true)
			if err == nil || err.Error() != tc.message {
				t.Errorf("got %v, want %s", err, tc.message)
			}
		})
	}
}
