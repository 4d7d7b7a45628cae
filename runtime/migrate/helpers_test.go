package migrate_test

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/authgen-go/authgen/runtime/migrate"
	"github.com/authgen-go/authgen/runtime/store/sqlite"
)

func formats() []migrate.Format {
	return []migrate.Format{migrate.GolangMigrate, migrate.Dbmate, migrate.Atlas, migrate.Plain}
}

func open(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sqlite.Open("sqlite:" + path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// add puts a migration into the folder.
func add(folder fstest.MapFS, f migrate.Format, version, up string) {
	switch f {
	case migrate.Dbmate:
		folder[version+"_x.sql"] = &fstest.MapFile{Data: []byte("-- c\n\n-- migrate:up\n" + up + "\n-- migrate:down\nSELECT nothing;\n")}
	case migrate.Atlas:
		folder[version+"_x.sql"] = &fstest.MapFile{Data: []byte(up)}
	default:
		folder[version+"_x.up.sql"] = &fstest.MapFile{Data: []byte(up)}
		folder[version+"_x.down.sql"] = &fstest.MapFile{Data: []byte("SELECT nothing;")}
	}
}

// folder has n migrations, each with a table of its own.
func folder(f migrate.Format, n int) fstest.MapFS {
	files := fstest.MapFS{"migrations.go": {Data: []byte("package migrations\n")}}
	for i := range n {
		add(files, f, fmt.Sprint(20260101000001+i), fmt.Sprintf("CREATE TABLE t%d (n INTEGER);\nINSERT INTO t%d VALUES (1);\n", i, i))
	}
	return files
}

func up(t *testing.T, db *sql.DB, f migrate.Format, files fstest.MapFS) {
	t.Helper()
	if err := migrate.Up(t.Context(), db, migrate.SQLite, f, files); err != nil {
		t.Fatal(err)
	}
}

// tables lists the tables of the application.
func tables(t *testing.T, db *sql.DB) string {
	t.Helper()
	var names sql.NullString
	if err := db.QueryRow("SELECT group_concat(name, ' ') FROM (SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '%s' ORDER BY name)").Scan(&names); err != nil {
		t.Fatal(err)
	}
	return names.String
}

func exec(t *testing.T, db *sql.DB, statements ...string) {
	t.Helper()
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
}

func checkMismatch(t *testing.T, err error, database, program, reason string) *migrate.MismatchError {
	t.Helper()
	var mismatch *migrate.MismatchError
	if !errors.As(err, &mismatch) {
		t.Fatalf("got %v, want a MismatchError", err)
	}
	if mismatch.Database != database || mismatch.Program != program || !strings.Contains(mismatch.Reason, reason) {
		t.Errorf("got %+v, want %s, %s and %q", mismatch, database, program, reason)
	}
	for _, part := range []string{database, program, reason} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not name %q", err, part)
		}
	}
	return mismatch
}
