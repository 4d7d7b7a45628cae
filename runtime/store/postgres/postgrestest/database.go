// Package postgrestest gives a test a PostgreSQL database of its own, on a server that the
// environment names: TEST_DATABASE_URL (or AUTHGEN_TEST_POSTGRES), a postgres:// URL of a
// database in which the user may create schemas. Without one the test is skipped, or
// fails if AUTHGEN_TEST_SERVERS=required.
//
// What a test has is a schema, on the search path of all of its connections: that is made
// faster than a database and needs fewer rights. Its name begins with authgen_test_; a
// test that is killed leaves it behind.
package postgrestest

import (
	"context"
	"crypto/rand"
	"net"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/internal/servertest"
	"github.com/authgen-go/authgen/runtime/store/postgres"
)

// A Database is one of a test's own. What fails ends the test.
type Database struct {
	// Pool is what [postgres.Open] returns.
	Pool *pgxpool.Pool

	t    testing.TB
	url  string
	line servertest.Line
}

// prefix begins the names of schemas.
const prefix = "authgen_test_"

// patience is how long something may take that a test does by itself.
const patience = 30 * time.Second

// New makes an empty database, calls migrate with it, and has it removed at the end of
// the test.
func New(t testing.TB, migrate func(context.Context, *pgxpool.Pool) error) *Database {
	t.Helper()
	variable, address := servertest.Find(t, "a PostgreSQL database", "TEST_DATABASE_URL", servertest.Postgres)
	u, err := url.Parse(address)
	if err != nil {
		t.Fatalf("%s is not a URL", variable) // the error may show a password
	}
	schema := prefix + strings.ToLower(rand.Text())
	options := u.Query()
	options.Set("search_path", schema)
	u.RawQuery = options.Encode()
	d := &Database{t: t, url: u.String()}

	d.Pool = d.Again()
	d.exec("CREATE SCHEMA " + schema)
	t.Cleanup(func() { d.drop(schema) })
	ctx, cancel := d.deadline()
	defer cancel()
	d.check(migrate(ctx, d.Pool))
	return d
}

// drop removes what the test has, whatever became of its pool.
func (d *Database) drop(schema string) {
	ctx, cancel := d.deadline()
	defer cancel()
	config, err := pgxpool.ParseConfig(d.url) // has options of the pool
	if err != nil {
		d.t.Error(err)
		return
	}
	conn, err := pgx.ConnectConfig(ctx, config.ConnConfig)
	if err != nil {
		d.t.Error(err)
		return
	}
	defer func() { _ = conn.Close(ctx) }()
	// The notice of all that goes with it is nobody's concern, and a session of the
	// test's that is still in a transaction would be a mistake of the test's.
	if _, err := conn.Exec(ctx, "SET lock_timeout = '10s'; DROP SCHEMA "+schema+" CASCADE"); err != nil {
		d.t.Error(err)
	}
}

// Again returns another pool of the same database, such as another process would have.
// It is closed at the end of the test.
func (d *Database) Again() *pgxpool.Pool {
	d.t.Helper()
	pool, err := postgres.OpenThrough(d.url, d.line.Over(new(net.Dialer).DialContext))
	d.check(err)
	d.t.Cleanup(pool.Close)
	return pool
}

// Close closes the pool, to see what becomes of those who use it.
func (d *Database) Close() { d.Pool.Close() }

// Stop has the server be away for all pools of the database: connections end, and new
// ones are refused, until Start.
func (d *Database) Stop() { d.line.Cut() }

// Start is the end of Stop.
func (d *Database) Start() { d.line.Mend() }

// Count returns how many rows a table has.
func (d *Database) Count(table string) int {
	d.t.Helper()
	ctx, cancel := d.deadline()
	defer cancel()
	var n int
	d.check(d.Pool.QueryRow(ctx, "SELECT count(*) FROM "+quote(table)).Scan(&n))
	return n
}

// Dump returns all rows of all tables as text, for tests of what must not be there. Bytes
// are in it as they are and in hexadecimal.
func (d *Database) Dump() string {
	d.t.Helper()
	ctx, cancel := d.deadline()
	defer cancel()
	var b strings.Builder
	for _, table := range d.tables() {
		rows, err := rowsOf(ctx, d.Pool, table)
		d.check(err)
		b.WriteString(table + "\n" + rows)
	}
	return b.String()
}

// Rows returns all rows of a table as text, as Dump does, through a pool of its own: also
// after Close.
func (d *Database) Rows(table string) (string, error) {
	d.t.Helper()
	ctx, cancel := d.deadline()
	defer cancel()
	return rowsOf(ctx, d.Again(), table)
}

func rowsOf(ctx context.Context, pool *pgxpool.Pool, table string) (string, error) {
	rows, err := pool.Query(ctx, "SELECT * FROM "+quote(table))
	if err != nil {
		return "", err
	}
	lines, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (string, error) {
		values, err := row.Values()
		return servertest.Row(values), err
	})
	return strings.Join(lines, ""), err
}

// Events returns the audit events of a table, in the order in which they were added.
func (d *Database) Events(table string) []audit.Event {
	d.t.Helper()
	ctx, cancel := d.deadline()
	defer cancel()
	rows, err := d.Pool.Query(ctx, servertest.EventQuery+quote(table)+" ORDER BY id")
	d.check(err)
	defer rows.Close()
	var at postgres.Time
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
		d.exec("ALTER TABLE " + quote(from) + " RENAME TO " + quote(to))
	}
}

func (d *Database) tables() []string {
	d.t.Helper()
	ctx, cancel := d.deadline()
	defer cancel()
	rows, err := d.Pool.Query(ctx, "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
	d.check(err)
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	d.check(err)
	return tables
}

func (d *Database) exec(statement string) {
	d.t.Helper()
	ctx, cancel := d.deadline()
	defer cancel()
	_, err := d.Pool.Exec(ctx, statement)
	d.check(err)
}

// deadline is that of something that the test does by itself, also when it is over.
func (d *Database) deadline() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), patience)
}

func (d *Database) check(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func quote(identifier string) string { return pgx.Identifier{identifier}.Sanitize() }
