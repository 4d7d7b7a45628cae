package servertest_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/authgen-go/authgen/runtime/migrate"
	"github.com/authgen-go/authgen/runtime/store/sqlite"
)

// A database is an empty one, removed after the test.
type database struct {
	*sql.DB          // as a program has it
	multi   *sql.DB  // as tools have it, which send several statements at once
	url     *url.URL // as dbmate wants it
	dialect migrate.Dialect
}

// dialects are the databases that migrations are for.
func dialects() []migrate.Dialect {
	return []migrate.Dialect{migrate.SQLite, migrate.Postgres, migrate.MySQL}
}

func newDatabase(t *testing.T, d migrate.Dialect) database {
	t.Helper()
	name := "authgen_" + strings.ToLower(rand.Text()[:12])
	switch d {
	case migrate.Postgres:
		return newPostgres(t, need(t, "AUTHGEN_TEST_POSTGRES"), name)
	case migrate.MySQL:
		return newMySQL(t, need(t, "AUTHGEN_TEST_MYSQL"), name)
	default:
		path := filepath.Join(t.TempDir(), "app.db")
		db, err := sqlite.Open("sqlite:" + path)
		if err != nil {
			t.Fatal(err)
		}
		closeAfter(t, db)
		return database{DB: db, multi: db, url: &url.URL{Scheme: "sqlite", Opaque: path}, dialect: d}
	}
}

// need returns the address of a server, or ends the test if there is none.
func need(t *testing.T, variable string) string {
	t.Helper()
	address := os.Getenv(variable)
	if address == "" {
		missing(t, variable+" is not set")
	}
	return address
}

// missing ends the test for want of what it needs.
func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("AUTHGEN_TEST_SERVERS") == "required" {
		t.Fatal(what)
	}
	t.Skip(what)
}

func newPostgres(t *testing.T, address, name string) database {
	t.Helper()
	config, err := pgx.ParseConfig(address)
	if err != nil {
		t.Fatal(err)
	}
	create(t, stdlib.OpenDB(*config), name, " WITH (FORCE)") // tools keep connections
	config.Database = name
	db := stdlib.OpenDB(*config)
	closeAfter(t, db)
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	query := u.Query()
	query.Set("sslmode", "disable")
	u.RawQuery = query.Encode()
	return database{DB: db, multi: db, url: u, dialect: migrate.Postgres}
}

func newMySQL(t *testing.T, address, name string) database {
	t.Helper()
	config, err := mysql.ParseDSN(address)
	if err != nil {
		t.Fatal(err)
	}
	create(t, openMySQL(t, config), name, "")
	config.DBName = name
	db := openMySQL(t, config)
	closeAfter(t, db)
	multi := config.Clone()
	multi.MultiStatements = true
	several := openMySQL(t, multi)
	closeAfter(t, several)
	u := &url.URL{Scheme: "mysql", User: url.UserPassword(config.User, config.Passwd), Host: config.Addr, Path: "/" + name}
	if config.Net == "unix" {
		u.Host, u.RawQuery = "", "socket="+url.QueryEscape(config.Addr)
	}
	return database{DB: db, multi: several, url: u, dialect: migrate.MySQL}
}

func openMySQL(t *testing.T, config *mysql.Config) *sql.DB {
	t.Helper()
	connector, err := mysql.NewConnector(config)
	if err != nil {
		t.Fatal(err)
	}
	return sql.OpenDB(connector)
}

// create makes a database through another one, which is kept to remove it in the end.
func create(t *testing.T, db *sql.DB, name, how string) {
	t.Helper()
	closeAfter(t, db)
	run(t, db, "CREATE DATABASE "+name)
	t.Cleanup(func() { run(t, db, "DROP DATABASE "+name+how) })
}

func closeAfter(t *testing.T, db *sql.DB) {
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
}

func run(t testing.TB, db *sql.DB, statements ...string) {
	t.Helper()
	for _, s := range statements {
		if _, err := db.ExecContext(context.Background(), s); err != nil {
			t.Fatalf("%v in\n%s", err, s)
		}
	}
}

// texts is the first column of what a query finds, sorted.
func texts(t *testing.T, db *sql.DB, query string, args ...any) []string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query, args...)
	if err != nil {
		t.Fatalf("%v in %s", err, query)
	}
	defer func() { _ = rows.Close() }()
	var out []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			t.Fatalf("%v in %s", err, query)
		}
		out = append(out, text)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

// holds lists the columns, constraints and indexes of the database, but for those of
// tools and of what keeps versions.
func (d database) holds(t *testing.T) string {
	t.Helper()
	queries := map[migrate.Dialect][]string{
		migrate.SQLite: {
			`SELECT m.name || '.' || c.name || ' ' || c.type || ' ' || c."notnull" || ' ' || c.pk || ' ' || ifnull(c.dflt_value, '-')
				FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'`,
			`SELECT m.name || '.' || f."from" || ' -> ' || f."table" || '.' || f."to" || ' ' || f.on_delete FROM sqlite_schema m, pragma_foreign_key_list(m.name) f`,
			`SELECT m.name || ' index ' || x."unique" || ' ' || (SELECT group_concat(name) FROM pragma_index_info(x.name)) FROM sqlite_schema m, pragma_index_list(m.name) x`,
		},
		migrate.Postgres: {
			`SELECT concat_ws(' ', table_name || '.' || column_name, data_type, is_nullable, coalesce(column_default, '-'), identity_generation)
				FROM information_schema.columns WHERE table_schema = 'public'`,
			`SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid <> 0`,
			`SELECT tablename || ' ' || indexdef FROM pg_indexes WHERE schemaname = 'public'`,
		},
		migrate.MySQL: {
			`SELECT concat_ws(' ', concat(table_name, '.', column_name), column_type, is_nullable, coalesce(column_default, '-'), extra, coalesce(collation_name, '-'))
				FROM information_schema.columns WHERE table_schema = DATABASE()`,
			`SELECT concat_ws(' ', table_name, index_name, seq_in_index, column_name, non_unique, coalesce(sub_part, '-')) FROM information_schema.statistics WHERE table_schema = DATABASE()`,
			`SELECT concat_ws(' ', table_name, constraint_name, referenced_table_name, delete_rule) FROM information_schema.referential_constraints WHERE constraint_schema = DATABASE()`,
		},
	}[d.dialect]
	var lines []string
	for _, q := range queries {
		lines = append(lines, texts(t, d.DB, q)...)
	}
	lines = slices.DeleteFunc(lines, func(line string) bool {
		return slices.ContainsFunc([]string{"goose_db_version", "schema_migrations", "auth_schema_versions", "atlas_"}, func(prefix string) bool { return strings.HasPrefix(line, prefix) })
	})
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}
