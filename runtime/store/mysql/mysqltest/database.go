// Package mysqltest gives a test a MySQL or MariaDB database of its own, on a server that
// the environment names: TEST_DATABASE_URL, a mysql:// URL, or AUTHGEN_TEST_MYSQL, the same
// as a DSN of the driver. The user may create databases. Without one the test is skipped,
// or fails if AUTHGEN_TEST_SERVERS=required.
//
// The names of the databases begin with authgen_test_; a test that is killed leaves its
// own behind.
package mysqltest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"net"
	"net/url"
	"strings"
	"testing"
	"time"

	driver "github.com/go-sql-driver/mysql"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/internal/servertest"
	"github.com/authgen-go/authgen/runtime/store/mysql"
)

// A Database is one of a test's own. What fails ends the test.
type Database struct {
	// Pool is what [mysql.Open] returns.
	Pool *sql.DB

	t    testing.TB
	url  string
	line servertest.Line
}

// prefix begins the names of databases.
const prefix = "authgen_test_"

// patience is how long something may take that a test does by itself.
const patience = 30 * time.Second

// New makes an empty database, calls migrate with it, and has it removed at the end of
// the test.
func New(t testing.TB, migrate func(context.Context, *sql.DB) error) *Database {
	t.Helper()
	variable, address := servertest.Find(t, "a MySQL or MariaDB database", "TEST_DATABASE_URL", servertest.MySQL)
	u, err := parse(address)
	if err != nil {
		t.Fatalf("%s is not the address of a MySQL database", variable) // the error may show a password
	}
	d := &Database{t: t}
	server, name := u.String(), prefix+strings.ToLower(rand.Text())
	d.admin(server, "CREATE DATABASE "+name)
	t.Cleanup(func() { d.admin(server, "DROP DATABASE "+name) })
	u.Path = "/" + name
	d.url = u.String()
	d.Pool = d.Again()
	ctx, cancel := d.deadline()
	defer cancel()
	d.check(migrate(ctx, d.Pool))
	return d
}

// parse reads a URL or, as it names a server to the tests of this module, a DSN.
func parse(address string) (*url.URL, error) {
	if strings.HasPrefix(address, "mysql://") {
		return url.Parse(address)
	}
	config, err := driver.ParseDSN(address)
	if err != nil {
		return nil, err
	}
	return &url.URL{Scheme: "mysql", User: url.UserPassword(config.User, config.Passwd), Host: config.Addr, Path: "/" + config.DBName}, nil
}

// admin runs a statement that is about the database, and not in it.
func (d *Database) admin(server, statement string) {
	d.t.Helper()
	pool, err := mysql.Open(server)
	d.check(err)
	ctx, cancel := d.deadline()
	defer cancel()
	_, err = pool.ExecContext(ctx, statement)
	d.check(err)
	d.check(pool.Close())
}

// Again returns another pool of the same database, such as another process would have.
// It is closed at the end of the test.
func (d *Database) Again() *sql.DB {
	d.t.Helper()
	pool, err := mysql.OpenThrough(d.url, d.line.Over(new(net.Dialer).DialContext))
	d.check(err)
	d.t.Cleanup(func() { _ = pool.Close() })
	return pool
}

// Close closes the pool, to see what becomes of those who use it.
func (d *Database) Close() { _ = d.Pool.Close() }

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
	d.check(d.Pool.QueryRowContext(ctx, "SELECT count(*) FROM "+quote(table)).Scan(&n))
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
		rows, err := servertest.Rows(ctx, d.Pool, "SELECT * FROM "+quote(table))
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
	return servertest.Rows(ctx, d.Again(), "SELECT * FROM "+quote(table))
}

// Events returns the audit events of a table, in the order in which they were added.
func (d *Database) Events(table string) []audit.Event {
	d.t.Helper()
	ctx, cancel := d.deadline()
	defer cancel()
	rows, err := d.Pool.QueryContext(ctx, servertest.EventQuery+quote(table)+" ORDER BY id")
	d.check(err)
	defer rows.Close()
	var at mysql.Time
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
	var renames []string
	for from, to := range servertest.Renames(d.tables(), hide) {
		renames = append(renames, quote(from)+" TO "+quote(to))
	}
	ctx, cancel := d.deadline()
	defer cancel()
	_, err := d.Pool.ExecContext(ctx, "RENAME TABLE "+strings.Join(renames, ", "))
	d.check(err)
}

func (d *Database) tables() []string {
	d.t.Helper()
	ctx, cancel := d.deadline()
	defer cancel()
	tables, err := servertest.Names(ctx, d.Pool, "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'")
	d.check(err)
	return tables
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

func quote(identifier string) string {
	return "`" + strings.ReplaceAll(identifier, "`", "``") + "`"
}
