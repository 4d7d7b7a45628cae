package mysqltest_test

import (
	"context"
	"database/sql"
	"strings"
	"testing"

	"github.com/authgen-go/authgen/runtime/store/mysql/mysqltest"
)

func migrate(ctx context.Context, db *sql.DB) error {
	for _, statement := range []string{
		"CREATE TABLE things (id BIGINT PRIMARY KEY AUTO_INCREMENT, word TEXT, raw BLOB)",
		"CREATE TABLE parts (of_thing BIGINT, FOREIGN KEY (of_thing) REFERENCES things (id))",
	} {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

func exec(t *testing.T, db *sql.DB, statement string) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

func TestADatabaseIsEmptyAndOfItsOwn(t *testing.T) {
	a, b := mysqltest.New(t, migrate), mysqltest.New(t, migrate)
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
	d := mysqltest.New(t, migrate)
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

func TestAServerIsAwayAndBack(t *testing.T) {
	d := mysqltest.New(t, migrate)
	const query = "INSERT INTO things (word) VALUES ('x')"
	other := d.Again()
	exec(t, other, query)
	d.Stop()
	for _, pool := range []*sql.DB{d.Pool, other} {
		if _, err := pool.ExecContext(t.Context(), query); err == nil {
			t.Error("a server that is away takes rows")
		}
	}
	d.Start()
	exec(t, other, query)
	if n := d.Count("things"); n != 2 {
		t.Errorf("%d things, want 2", n)
	}
}

// A test that has closed its pool leaves no database behind.
func TestADatabaseIsRemovedAtTheEnd(t *testing.T) {
	watch := mysqltest.New(t, migrate)
	for _, end := range []func(*mysqltest.Database){
		(*mysqltest.Database).Close,
		(*mysqltest.Database).Stop,
		(*mysqltest.Database).HideTables,
	} {
		var name string
		t.Run("", func(t *testing.T) {
			d := mysqltest.New(t, migrate)
			name = current(t, d.Pool)
			end(d)
		})
		if name == "" || exists(t, watch.Pool, name) {
			t.Errorf("%q is left", name)
		}
	}
}

func current(t *testing.T, db *sql.DB) (name string) {
	t.Helper()
	if err := db.QueryRowContext(t.Context(), "SELECT DATABASE()").Scan(&name); err != nil {
		t.Fatal(err)
	}
	return name
}

func exists(t *testing.T, db *sql.DB, name string) (found bool) {
	t.Helper()
	if err := db.QueryRowContext(t.Context(), "SELECT EXISTS (SELECT 1 FROM information_schema.schemata WHERE schema_name = ?)", name).Scan(&found); err != nil {
		t.Fatal(err)
	}
	return found
}
