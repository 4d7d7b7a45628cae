// Package sqlitetest gives a test an SQLite database of its own.
//
// The packages postgrestest and mysqltest, beside the drivers of other databases, have
// the same functions.
package sqlitetest

import (
	"context"
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/internal/servertest"
	"github.com/authgen-go/authgen/runtime/store/sqlite"
)

// A Database is one of a test's own. What fails ends the test.
type Database struct {
	// Pool is what [sqlite.Open] returned.
	Pool *sql.DB

	t   testing.TB
	url string
}

// New makes an empty database, calls migrate with it, and has it removed at the end of
// the test.
func New(t testing.TB, migrate func(context.Context, *sql.DB) error) *Database {
	t.Helper()
	d := &Database{t: t, url: "sqlite:" + filepath.Join(t.TempDir(), "auth.db")}
	d.Pool = d.Again()
	if err := migrate(context.Background(), d.Pool); err != nil {
		t.Fatal(err)
	}
	return d
}

// Again returns another pool of the same database, such as another process would have.
// It is closed at the end of the test.
func (d *Database) Again() *sql.DB {
	d.t.Helper()
	pool, err := sqlite.Open(d.url)
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { _ = pool.Close() })
	return pool
}

// Close closes the pool, to see what becomes of those who use it.
func (d *Database) Close() { _ = d.Pool.Close() }

// Count returns how many rows a table has.
func (d *Database) Count(table string) int {
	d.t.Helper()
	var n int
	d.check(d.Pool.QueryRowContext(context.Background(), "SELECT count(*) FROM "+quote(table)).Scan(&n))
	return n
}

// Dump returns all rows of all tables as text, for tests of what must not be there. Bytes
// are in it as they are and in hexadecimal.
func (d *Database) Dump() string {
	d.t.Helper()
	var b strings.Builder
	for _, table := range d.tables() {
		rows, err := servertest.Rows(context.Background(), d.Pool, "SELECT * FROM "+quote(table))
		d.check(err)
		b.WriteString(table + "\n" + rows)
	}
	return b.String()
}

// Rows returns all rows of a table as text, as Dump does, through a pool of its own: also
// after Close.
func (d *Database) Rows(table string) (string, error) {
	d.t.Helper()
	return servertest.Rows(context.Background(), d.Again(), "SELECT * FROM "+quote(table))
}

// Events returns the audit events of a table, in the order in which they were added.
func (d *Database) Events(table string) []audit.Event {
	d.t.Helper()
	ctx := context.Background()
	rows, err := d.Pool.QueryContext(ctx, servertest.EventQuery+quote(table)+" ORDER BY id")
	d.check(err)
	defer rows.Close()
	var at sqlite.Time
	events, err := servertest.Events(rows, &at, func() time.Time { return at.Time })
	d.check(err)
	return events
}

// HideTables renames all tables, so that every statement fails, until ShowTables.
func (d *Database) HideTables() { d.t.Helper(); d.rename(true) }

// ShowTables is the end of HideTables.
func (d *Database) ShowTables() { d.t.Helper(); d.rename(false) }

func (d *Database) rename(hide bool) {
	d.t.Helper()
	for from, to := range servertest.Renames(d.tables(), hide) {
		_, err := d.Pool.ExecContext(context.Background(), "ALTER TABLE "+quote(from)+" RENAME TO "+quote(to))
		d.check(err)
	}
}

func (d *Database) tables() []string {
	d.t.Helper()
	tables, err := servertest.Names(context.Background(), d.Pool, `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'`)
	d.check(err)
	return tables
}

func (d *Database) check(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func quote(identifier string) string {
	return `"` + strings.ReplaceAll(identifier, `"`, `""`) + `"`
}
