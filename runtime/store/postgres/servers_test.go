package postgres_test

import (
	"context"
	"crypto/rand"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/authgen-go/authgen/runtime/internal/servertest"
	"github.com/authgen-go/authgen/runtime/store/postgres"
)

// A database is a schema of its own on the real server.
type database struct {
	url *url.URL
}

// newDatabase makes a schema with a table of things, for as long as the test runs.
func newDatabase(t testing.TB) database {
	t.Helper()
	u, err := url.Parse(servertest.Need(t, servertest.Postgres))
	if err != nil {
		t.Fatal("the URL of the server cannot be read")
	}
	schema := "test_" + strings.ToLower(rand.Text())
	admin := func(query string) {
		t.Helper()
		ctx := context.Background() // the test's is over when it cleans up
		conn, err := pgx.Connect(ctx, u.String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close(ctx)
		if _, err := conn.Exec(ctx, query); err != nil {
			t.Fatal(err)
		}
	}
	admin("CREATE SCHEMA " + schema)
	t.Cleanup(func() { admin("DROP SCHEMA " + schema + " CASCADE") })
	d := database{u}.with("search_path", schema)
	pool := d.open(t)
	if _, err := pool.Exec(t.Context(), `CREATE TABLE things (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE, at timestamptz)`); err != nil {
		t.Fatal(err)
	}
	return d
}

// with returns the database by a URL with one more option.
func (d database) with(option, value string) database {
	u := *d.url
	options := u.Query()
	options.Set(option, value)
	u.RawQuery = options.Encode()
	return database{&u}
}

// at returns the database at another address.
func (d database) at(addr string) database {
	u := *d.url
	u.Host = addr
	return database{&u}
}

// open opens the database until the test ends.
func (d database) open(t testing.TB) *pgxpool.Pool {
	t.Helper()
	pool, err := postgres.Open(d.url.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

// modes are the ways to run queries that may be chosen, by the name of the option.
var modes = []string{"cache_statement", "cache_describe", "describe_exec", "exec"}

// inModes runs test in every mode.
func inModes(t *testing.T, test func(t *testing.T, db *postgres.DB)) {
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			d := newDatabase(t).with("default_query_exec_mode", mode)
			test(t, postgres.New(d.open(t)))
		})
	}
}
