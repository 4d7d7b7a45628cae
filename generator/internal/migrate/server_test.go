package migrate

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// A server is a real database server and how to ask what a database of it holds.
type server struct {
	dialect  Dialect
	variable string // of the environment, with the address
	open     func(t testing.TB, address, database string) *sql.DB
	queries  []string
	values   map[Type]string // a literal of each type
}

func servers() []server {
	return []server{{
		dialect: Postgres{}, variable: "AUTHGEN_TEST_POSTGRES", open: openPostgres,
		queries: []string{
			`SELECT concat_ws(' ', 'column', table_name, column_name, data_type, is_nullable, coalesce(column_default, '-'), identity_generation, datetime_precision)
				FROM information_schema.columns WHERE table_schema = 'public'`,
			`SELECT concat_ws(' ', 'constraint', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint WHERE connamespace = 'public'::regnamespace`,
			`SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'`,
			`SELECT 'sequence ' || sequencename FROM pg_sequences WHERE schemaname = 'public'`,
		},
		values: map[Type]string{
			UUID: "'0191d3a0-0000-7000-8000-000000000000'", Text: "'text'", Int64: "7", Bool: "true", Bytes: `'\x00'`, Time: "'2026-01-01T00:00:00.123456Z'",
		},
	}, {
		dialect: MySQL{}, variable: "AUTHGEN_TEST_MYSQL", open: openMySQL,
		queries: []string{
			`SELECT concat_ws(' ', 'column', table_name, column_name, column_type, is_nullable, coalesce(column_default, '-'), extra, coalesce(collation_name, '-'))
				FROM information_schema.columns WHERE table_schema = DATABASE()`,
			`SELECT concat_ws(' ', 'index', table_name, index_name, seq_in_index, column_name, non_unique, coalesce(sub_part, '-'))
				FROM information_schema.statistics WHERE table_schema = DATABASE()`,
			`SELECT concat_ws(' ', 'reference', k.table_name, k.constraint_name, k.column_name, k.referenced_table_name, k.referenced_column_name, r.delete_rule, r.update_rule)
				FROM information_schema.key_column_usage k JOIN information_schema.referential_constraints r
				ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name AND r.table_name = k.table_name WHERE k.table_schema = DATABASE()`,
			`SELECT concat_ws(' ', 'table', table_name, engine, row_format, table_collation) FROM information_schema.tables WHERE table_schema = DATABASE()`,
		},
		values: map[Type]string{
			UUID: "'0191d3a0-0000-7000-8000-000000000000'", Text: "'text'", Int64: "7", Bool: "true", Bytes: "x'00'", Time: "'2026-01-01 00:00:00.123456'",
		},
	}}
}

// onServers runs test in an empty database of each server.
func onServers(t *testing.T, test func(t *testing.T, s server, db *sql.DB)) {
	for _, s := range servers() {
		t.Run(s.dialect.Name(), func(t *testing.T) {
			address := os.Getenv(s.variable)
			switch {
			case address != "":
			case os.Getenv("AUTHGEN_TEST_SERVERS") == "required":
				t.Fatalf("%s is not set", s.variable)
			default:
				t.Skipf("%s is not set", s.variable)
			}
			name := "authgen_" + strings.ToLower(rand.Text()[:12])
			main := s.open(t, address, "")
			run(t, main, "CREATE DATABASE "+name)
			t.Cleanup(func() { run(t, main, "DROP DATABASE "+name) })
			test(t, s, s.open(t, address, name))
		})
	}
}

// openPostgres opens a database, or without a name that of the address. Names without
// quotes are in no other case, as servers have them for whom nobody chose.
func openPostgres(t testing.TB, address, database string) *sql.DB {
	t.Helper()
	config, err := pgx.ParseConfig(address)
	if err != nil {
		t.Fatal(err)
	}
	if database != "" {
		config.Database = database
	}
	return opened(t, stdlib.OpenDB(*config))
}

func openMySQL(t testing.TB, address, database string) *sql.DB {
	t.Helper()
	config, err := mysql.ParseDSN(address)
	if err != nil {
		t.Fatal(err)
	}
	if database != "" {
		config.DBName = database
	}
	connector, err := mysql.NewConnector(config)
	if err != nil {
		t.Fatal(err)
	}
	return opened(t, sql.OpenDB(connector))
}

func opened(t testing.TB, db *sql.DB) *sql.DB {
	t.Helper()
	db.SetMaxOpenConns(1)
	if err := db.PingContext(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// describe lists what the database says it holds.
func (s server) describe(t fataler, db *sql.DB) string {
	t.Helper()
	var lines []string
	for _, q := range s.queries {
		lines = append(lines, texts(t, db, q)...)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// fill puts a row into every table.
func (s server) fill(t fataler, db *sql.DB, schema Schema) {
	t.Helper()
	for _, table := range ordered(schema.Tables) {
		var names, values []string
		for _, c := range table.Columns {
			names = append(names, s.dialect.Quote(c.Name))
			values = append(values, s.values[c.Type])
		}
		run(t, db, fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", s.dialect.Quote(table.Name), strings.Join(names, ", "), strings.Join(values, ", ")))
	}
}
