package migrate_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/authgen-go/authgen/runtime/migrate"
)

func TestUpAppliesWhatIsMissing(t *testing.T) {
	for _, f := range formats() {
		t.Run(string(f), func(t *testing.T) {
			db := open(t, ":memory:")
			for n, want := range []string{"", "t0", "t0 t1", "t0 t1 t2"} {
				for range 2 {
					up(t, db, f, folder(f, n))
				}
				if got := tables(t, db); got != want {
					t.Errorf("tables are %s, want %s", got, want)
				}
			}
			var rows int
			if err := db.QueryRow("SELECT count(*) FROM t0").Scan(&rows); err != nil || rows != 1 {
				t.Errorf("%d rows (%v): the first migration ran again", rows, err)
			}
		})
	}
}

// TestUpKeepsTheToolsTable holds the tables to the text with which the tools make them.
func TestUpKeepsTheToolsTable(t *testing.T) {
	for f, want := range map[migrate.Format]struct{ table, schema, rows string }{
		migrate.GolangMigrate: {"schema_migrations", "CREATE TABLE schema_migrations (version uint64,dirty bool)", "20260101000002 false"},
		migrate.Dbmate:        {"schema_migrations", "CREATE TABLE schema_migrations (version varchar(128) primary key)", "20260101000001, 20260101000002"},
		migrate.Atlas:         {"auth_schema_versions", "CREATE TABLE auth_schema_versions (version VARCHAR(128) NOT NULL PRIMARY KEY, done BOOLEAN NOT NULL)", "20260101000001 true, 20260101000002 true"},
	} {
		db := open(t, ":memory:")
		up(t, db, f, folder(f, 2))
		var schema, rows string
		if err := db.QueryRow("SELECT sql FROM sqlite_schema WHERE name = ?", want.table).Scan(&schema); err != nil || schema != want.schema {
			t.Errorf("%s: %s (%v)", f, schema, err)
		}
		columns := map[migrate.Format]string{
			migrate.GolangMigrate: "version || ' ' || iif(dirty, 'true', 'false')", migrate.Dbmate: "version", migrate.Atlas: "version || ' ' || iif(done, 'true', 'false')",
		}[f]
		if err := db.QueryRow("SELECT group_concat(row, ', ') FROM (SELECT " + columns + " AS row FROM " + want.table + " ORDER BY 1)").Scan(&rows); err != nil || rows != want.rows {
			t.Errorf("%s: rows are %s (%v), want %s", f, rows, err, want.rows)
		}
	}
}

// TestUpTogether holds that of processes that start together one applies, and all
// succeed.
func TestUpTogether(t *testing.T) {
	for _, f := range formats() {
		path := filepath.Join(t.TempDir(), "app.db")
		open(t, path)
		var group sync.WaitGroup
		for range 4 {
			db := open(t, path)
			group.Go(func() {
				if err := migrate.Up(t.Context(), db, migrate.SQLite, f, folder(f, 3)); err != nil {
					t.Errorf("%s: %v", f, err)
				}
			})
		}
		group.Wait()
		if got := tables(t, open(t, path)); got != "t0 t1 t2" {
			t.Errorf("%s: tables are %s", f, got)
		}
	}
}

// TestUpOfAMergedBranch holds that a migration that was merged after a newer one is
// applied where the tool applies it too.
func TestUpOfAMergedBranch(t *testing.T) {
	for f, want := range map[migrate.Format]string{
		migrate.GolangMigrate: "t0 t2", migrate.Dbmate: "t0 t1 t2", migrate.Atlas: "t0 t1 t2", migrate.Plain: "t0 t1 t2",
	} {
		db := open(t, ":memory:")
		branch := folder(f, 3)
		for name := range branch {
			if strings.HasPrefix(name, "20260101000002") {
				delete(branch, name)
			}
		}
		up(t, db, f, branch)
		up(t, db, f, folder(f, 3))
		if got := tables(t, db); got != want {
			t.Errorf("%s: tables are %s, want %s", f, got, want)
		}
	}
}

func TestUpOrdersNumbers(t *testing.T) {
	for _, f := range formats() {
		db := open(t, ":memory:")
		files := fstest.MapFS{}
		add(files, f, "9", "CREATE TABLE a (n INTEGER);")
		add(files, f, "10", "ALTER TABLE a RENAME TO b;")
		add(files, f, "0011", "ALTER TABLE b RENAME TO c;")
		up(t, db, f, files)
		up(t, db, f, files)
		if got := tables(t, db); got != "c" {
			t.Errorf("%s: tables are %s", f, got)
		}
	}
}

func TestUpRefusesTwoOfOneVersion(t *testing.T) {
	for _, f := range formats() {
		files := folder(f, 1)
		add(files, f, "020260101000001", "CREATE TABLE b (n INTEGER);")
		err := migrate.Up(t.Context(), open(t, ":memory:"), migrate.SQLite, f, files)
		if err == nil || !strings.Contains(err.Error(), "have one version") {
			t.Errorf("%s: %v", f, err)
		}
	}
}

// TestF32_NewerDatabase holds that a program refuses a database that a newer one has
// migrated, changes nothing in it, and says which versions the two are at.
// SECURITY F-32.
func TestF32_NewerDatabase(t *testing.T) {
	for _, f := range formats() {
		db := open(t, ":memory:")
		up(t, db, f, folder(f, 3))
		err := migrate.Up(t.Context(), db, migrate.SQLite, f, folder(f, 2))
		checkMismatch(t, err, "20260101000003", "20260101000002", "the database is newer")
		checkMismatch(t, migrate.Up(t.Context(), db, migrate.SQLite, f, folder(f, 0)), "20260101000003", "0", "the database is newer")
		up(t, db, f, folder(f, 3))
	}
}

// TestF32_FailedMigration holds that a migration that fails leaves nothing of itself,
// and that the versions before it stay.
// SECURITY F-32.
func TestF32_FailedMigration(t *testing.T) {
	for _, f := range formats() {
		db := open(t, ":memory:")
		files := folder(f, 1)
		add(files, f, "20260101000002", "CREATE TABLE half (n INTEGER);\nINSERT INTO nowhere VALUES (1);")
		for range 2 {
			mismatch := checkMismatch(t, migrate.Up(t.Context(), db, migrate.SQLite, f, files), "20260101000001", "20260101000002", "20260101000002_x")
			if mismatch.Err == nil || !strings.Contains(mismatch.Error(), "nowhere") {
				t.Errorf("%s: %v does not say why", f, mismatch)
			}
		}
		if got := tables(t, db); got != "t0" {
			t.Errorf("%s: tables are %s", f, got)
		}
		add(files, f, "20260101000002", "CREATE TABLE whole (n INTEGER);")
		up(t, db, f, files)
	}
}

// TestF32_HalfApplied holds that a database that was left within a migration is refused,
// by golang-migrate's mark as by ours, until somebody has seen to it.
// SECURITY F-32.
func TestF32_HalfApplied(t *testing.T) {
	for _, tc := range []struct {
		format              migrate.Format
		leave, mend, reason string
	}{
		{migrate.GolangMigrate, "UPDATE schema_migrations SET version = 20260101000002, dirty = true", "UPDATE schema_migrations SET version = 20260101000001, dirty = false", "`migrate force`"},
		{migrate.Plain, "INSERT INTO auth_schema_versions VALUES ('20260101000002', false)", "DELETE FROM auth_schema_versions WHERE version = '20260101000002'", "delete the row of version 20260101000002"},
		{migrate.Atlas, "INSERT INTO auth_schema_versions VALUES ('20260101000002', false)", "DELETE FROM auth_schema_versions WHERE version = '20260101000002'", "delete the row of version 20260101000002"},
	} {
		db := open(t, ":memory:")
		up(t, db, tc.format, folder(tc.format, 1))
		exec(t, db, tc.leave)
		for range 2 {
			err := migrate.Up(t.Context(), db, migrate.SQLite, tc.format, folder(tc.format, 3))
			database := "20260101000001"
			if tc.format == migrate.GolangMigrate {
				database = "20260101000002" // it knows of no other
			}
			checkMismatch(t, err, database, "20260101000003", tc.reason)
		}
		if got := tables(t, db); got != "t0" {
			t.Errorf("%s: tables are %s", tc.format, got)
		}
		exec(t, db, tc.mend)
		up(t, db, tc.format, folder(tc.format, 3))
	}
}

// TestF32_UnknownVersion holds that golang-migrate's one version has to be one of the
// program's, as for the tool.
// SECURITY F-32.
func TestF32_UnknownVersion(t *testing.T) {
	db := open(t, ":memory:")
	up(t, db, migrate.GolangMigrate, folder(migrate.GolangMigrate, 1))
	exec(t, db, "UPDATE schema_migrations SET version = 7")
	err := migrate.Up(t.Context(), db, migrate.SQLite, migrate.GolangMigrate, folder(migrate.GolangMigrate, 3))
	checkMismatch(t, err, "7", "20260101000003", "no migration of the database's version")
}

// TestUpAlone holds that what a file keeps out of a transaction is run without one, and
// that a failure then is seen by the next call.
func TestUpAlone(t *testing.T) {
	for f, order := range map[migrate.Format]string{migrate.Dbmate: "", migrate.Atlas: "-- atlas:txmode none\n\n"} {
		db := open(t, ":memory:")
		files := folder(f, 1)
		add(files, f, "20260101000002", order+"VACUUM;\n")
		if f == migrate.Dbmate {
			files["20260101000002_x.sql"].Data = []byte("-- migrate:up transaction:false\nVACUUM;\n-- migrate:down\n")
		}
		up(t, db, f, files)
		up(t, db, f, files)
	}

	db := open(t, ":memory:")
	files := folder(migrate.Atlas, 1)
	add(files, migrate.Atlas, "20260101000002", "-- atlas:txmode none\n\nCREATE TABLE half (n INTEGER);\nINSERT INTO nowhere VALUES (1);")
	checkMismatch(t, migrate.Up(t.Context(), db, migrate.SQLite, migrate.Atlas, files), "20260101000001", "20260101000002", "failed")
	checkMismatch(t, migrate.Up(t.Context(), db, migrate.SQLite, migrate.Atlas, files), "20260101000001", "20260101000002", "begun and not finished")
}

func TestUpWithAnotherToolsTable(t *testing.T) {
	db := open(t, ":memory:")
	up(t, db, migrate.Dbmate, folder(migrate.Dbmate, 1))
	err := migrate.Up(t.Context(), db, migrate.SQLite, migrate.GolangMigrate, folder(migrate.GolangMigrate, 1))
	if err == nil || !strings.Contains(err.Error(), "schema_migrations") || !strings.Contains(err.Error(), "golang-migrate") {
		t.Errorf("got %v", err)
	}
}

func TestUpOfDbmateNeedsItsMark(t *testing.T) {
	files := fstest.MapFS{"1_x.sql": {Data: []byte("CREATE TABLE a (n INTEGER);")}}
	err := migrate.Up(t.Context(), open(t, ":memory:"), migrate.SQLite, migrate.Dbmate, files)
	if err == nil || !strings.Contains(err.Error(), "1_x.sql") || !strings.Contains(err.Error(), "migrate:up") {
		t.Errorf("got %v", err)
	}
}

func TestUpOfDbmateTakesEveryWayUp(t *testing.T) {
	db := open(t, ":memory:")
	files := fstest.MapFS{"1_x.sql": {Data: []byte("-- migrate:up\r\nCREATE TABLE a (n INTEGER);\r\n--migrate:down\r\nnot sql;\r\n-- migrate:up\r\nCREATE TABLE b (n INTEGER);\r\n-- migrate:down foo:bar\r\nneither;\r\n")}}
	up(t, db, migrate.Dbmate, files)
	if got := tables(t, db); got != "a b" {
		t.Errorf("tables are %s", got)
	}
}

func TestUpGivesUp(t *testing.T) {
	db := open(t, ":memory:")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := migrate.Up(ctx, db, migrate.SQLite, migrate.Plain, folder(migrate.Plain, 1)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	closed, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	if err := migrate.Up(t.Context(), closed, migrate.SQLite, migrate.Plain, folder(migrate.Plain, 1)); err == nil {
		t.Error("a closed pool is no error")
	}
}
