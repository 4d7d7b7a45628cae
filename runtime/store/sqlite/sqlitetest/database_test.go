package sqlitetest_test

import (
	"context"
	"database/sql"
	"strings"
	"testing"

	"github.com/authgen-go/authgen/runtime/store/sqlite/sqlitetest"
)

func migrate(ctx context.Context, db *sql.DB) error {
	_, err := db.ExecContext(ctx, "CREATE TABLE things (id INTEGER PRIMARY KEY, word TEXT, raw BLOB); CREATE TABLE parts (of_thing INTEGER REFERENCES things (id))")
	return err
}

func exec(t *testing.T, db *sql.DB, statement string) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

func TestADatabaseIsEmptyAndOfItsOwn(t *testing.T) {
	a, b := sqlitetest.New(t, migrate), sqlitetest.New(t, migrate)
	exec(t, a.Pool, "INSERT INTO things VALUES (1, 'canary', x'00ff63616e6172792d32')")
	exec(t, a.Again(), "INSERT INTO parts VALUES (1)")
	if things, parts, others := a.Count("things"), a.Count("parts"), b.Count("things"); things != 1 || parts != 1 || others != 0 {
		t.Errorf("%d things, %d parts, %d of another test", things, parts, others)
	}
	dump := a.Dump()
	for _, want := range []string{"canary ", "canary-2", "00ff63616e6172792d32"} {
		if !strings.Contains(dump, want) {
			t.Errorf("the dump does not hold %q: %q", want, dump)
		}
	}
	if strings.Contains(b.Dump(), "canary") {
		t.Error("the dump of another database holds it too")
	}
	a.Close()
	if rows, err := a.Rows("things"); err != nil || !strings.Contains(rows, "canary ") {
		t.Errorf("the rows are %q, %v", rows, err)
	}
	if rows, err := b.Rows("no_things"); err == nil {
		t.Errorf("the rows of no table are %q", rows)
	}
}

func TestTablesAreHiddenAndShown(t *testing.T) {
	d := sqlitetest.New(t, migrate)
	const query = "INSERT INTO things (word) VALUES ('x')"
	exec(t, d.Pool, query)
	d.HideTables()
	if _, err := d.Pool.ExecContext(t.Context(), query); err == nil {
		t.Error("a hidden table takes rows")
	}
	d.ShowTables()
	exec(t, d.Pool, query)
	exec(t, d.Pool, "INSERT INTO parts VALUES (1)")
	if n := d.Count("things"); n != 2 {
		t.Errorf("%d things, want 2", n)
	}
}
