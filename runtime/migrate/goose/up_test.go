package goose_test

import (
	"database/sql"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/authgen-go/authgen/runtime/migrate"
	"github.com/authgen-go/authgen/runtime/migrate/goose"
	"github.com/authgen-go/authgen/runtime/store/sqlite"
)

func open(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sqlite.Open("sqlite:" + path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func file(up, down string) *fstest.MapFile {
	return &fstest.MapFile{Data: []byte("-- +goose Up\n" + up + ";\n-- +goose Down\n" + down + ";\n")}
}

// folder has n migrations, each with a table of its own.
func folder(n int) fs.FS {
	files := fstest.MapFS{"migrations.go": {Data: []byte("package migrations\n")}}
	for i := range n {
		name := string(rune('a' + i))
		files["2026010100000"+string(rune('1'+i))+"_"+name+".sql"] = file("CREATE TABLE "+name+" (n INTEGER)", "DROP TABLE "+name)
	}
	return files
}

func hasTable(t *testing.T, db *sql.DB, name string) bool {
	t.Helper()
	var found bool
	if err := db.QueryRow("SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = ?)", name).Scan(&found); err != nil {
		t.Fatal(err)
	}
	return found
}

func TestUpIsRepeatable(t *testing.T) {
	db := open(t, ":memory:")
	for _, n := range []int{1, 1, 3, 3} {
		if err := goose.Up(t.Context(), db, migrate.SQLite, folder(n)); err != nil {
			t.Fatal(err)
		}
	}
	if !hasTable(t, db, "a") || !hasTable(t, db, "c") {
		t.Error("tables are missing")
	}
}

// TestUpTogether holds that processes that start together all succeed.
func TestUpTogether(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.db")
	open(t, path)
	var group sync.WaitGroup
	for range 4 {
		db := open(t, path)
		group.Go(func() {
			if err := goose.Up(t.Context(), db, migrate.SQLite, folder(3)); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
}

// TestF32_NewerDatabase holds that a program refuses a database that a newer one has
// migrated, and says which versions the two are at.
// SECURITY F-32.
func TestF32_NewerDatabase(t *testing.T) {
	db := open(t, ":memory:")
	if err := goose.Up(t.Context(), db, migrate.SQLite, folder(3)); err != nil {
		t.Fatal(err)
	}
	checkMismatch(t, goose.Up(t.Context(), db, migrate.SQLite, folder(2)), "20260101000003", "20260101000002")
	if err := goose.Up(t.Context(), db, migrate.SQLite, folder(3)); err != nil {
		t.Errorf("the newer program: %v", err)
	}
}

// TestF32_FailedMigration holds that a migration that fails names both versions, leaves
// nothing of itself behind and keeps failing until it is mended.
// SECURITY F-32.
func TestF32_FailedMigration(t *testing.T) {
	db := open(t, ":memory:")
	if err := goose.Up(t.Context(), db, migrate.SQLite, folder(1)); err != nil {
		t.Fatal(err)
	}
	bad := folder(1).(fstest.MapFS)
	bad["20260101000009_half.sql"] = file("CREATE TABLE half (n INTEGER);\nINSERT INTO nowhere VALUES (1)", "DROP TABLE half")
	for range 2 {
		checkMismatch(t, goose.Up(t.Context(), db, migrate.SQLite, bad), "20260101000001", "20260101000009")
	}
	if hasTable(t, db, "half") {
		t.Error("half of the migration is there")
	}
	bad["20260101000009_half.sql"] = file("CREATE TABLE half (n INTEGER)", "DROP TABLE half")
	if err := goose.Up(t.Context(), db, migrate.SQLite, bad); err != nil {
		t.Errorf("the mended migration: %v", err)
	}
}

func checkMismatch(t *testing.T, err error, database, program string) {
	t.Helper()
	var mismatch *migrate.MismatchError
	if !errors.As(err, &mismatch) {
		t.Fatalf("got %v, want a MismatchError", err)
	}
	if mismatch.Database != database || mismatch.Program != program {
		t.Errorf("versions %s and %s, want %s and %s", mismatch.Database, mismatch.Program, database, program)
	}
	for _, version := range []string{database, program} {
		if !strings.Contains(err.Error(), version) {
			t.Errorf("%q does not name %s", err, version)
		}
	}
}
