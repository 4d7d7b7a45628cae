package sqlite_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/store/sqlite"
)

func open(t *testing.T, url string) *sql.DB {
	t.Helper()
	db, err := sqlite.Open(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func exec(t *testing.T, db *sql.DB, query string, args ...any) {
	t.Helper()
	if _, err := db.Exec(query, args...); err != nil {
		t.Fatal(err)
	}
}

func TestOpenForms(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for url, file := range map[string]string{
		"sqlite:relative.db":              "relative.db",
		"sqlite://slashes.db":             "slashes.db",
		"sqlite:" + dir + "/absolute.db":  "absolute.db",
		"sqlite://" + dir + "/three.db":   "three.db",
		"sqlite:a b%20#c&_pragma=x(1).db": "a b%20#c&_pragma=x(1).db", // taken literally
	} {
		db := open(t, url)
		exec(t, db, "CREATE TABLE t (n INTEGER)")
		info, err := os.Stat(filepath.Join(dir, file))
		if err != nil {
			t.Errorf("%s: %v", url, err)
			continue
		}
		if mode := info.Mode().Perm(); mode != 0o600 {
			t.Errorf("%s: mode %o, want 600", url, mode)
		}
		if info, err := os.Stat(filepath.Join(dir, file+"-wal")); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: its log is not there or open to others: %v %v", url, info, err)
		}
	}
}

// A relative path is resolved once: a later change of folder must not make new
// connections of the pool open another file.
func TestOpenResolvesPathOnce(t *testing.T) {
	t.Chdir(t.TempDir())
	db := open(t, "sqlite:app.db")
	exec(t, db, "CREATE TABLE t (n INTEGER)")
	t.Chdir(t.TempDir())
	ctx := t.Context()
	for range 3 { // held, so that each is another connection
		conn, err := db.Conn(ctx)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := conn.ExecContext(ctx, "INSERT INTO t VALUES (1)"); err != nil {
			t.Fatal(err)
		}
	}
}

func TestOpenKeepsModeOfExistingFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.db")
	if err := os.WriteFile(path, nil, 0o640); err != nil {
		t.Fatal(err)
	}
	exec(t, open(t, "sqlite:"+path), "CREATE TABLE t (n INTEGER)")
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o640 {
		t.Fatalf("mode %v, %v; want 640", info.Mode().Perm(), err)
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	for url, want := range map[string]string{
		"":                                    "does not begin",
		"postgres://app:s3cret@db/app":        "does not begin",
		"app.db":                              "does not begin",
		"sqlite:":                             "names no file",
		"sqlite://":                           "names no file",
		"sqlite:app.db?_pragma=key(s3cret)":   "options",
		"sqlite:a\x00b":                       "options",
		"sqlite:" + dir:                       "unable to open",
		"sqlite:" + dir + "/missing/a.db":     "folder of the database",
		"sqlite:" + dir + "/missing/../x/.db": "folder of the database",
	} {
		db, err := sqlite.Open(url)
		if err == nil {
			db.Close()
			t.Errorf("%q was opened", url)
			continue
		}
		if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%q: %v; want %q and no credential", url, err, want)
		}
	}
}

func TestMemoryIsPrivateAndShared(t *testing.T) {
	a, b := open(t, "sqlite::memory:"), open(t, "sqlite://:memory:")
	exec(t, a, "CREATE TABLE t (n INTEGER)")
	ctx := t.Context()
	for range 4 { // held, so that each is another connection
		conn, err := a.Conn(ctx)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := conn.ExecContext(ctx, "INSERT INTO t VALUES (1)"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := b.Exec("INSERT INTO t VALUES (1)"); err == nil {
		t.Error("two memory databases share a table")
	}
}

// A cancelled call may cost the pool its connection; the database has to outlive
// the last of them.
func TestMemoryOutlivesItsConnections(t *testing.T) {
	db := open(t, "sqlite::memory:")
	exec(t, db, "CREATE TABLE t (n INTEGER)")
	db.SetMaxIdleConns(0) // every connection is closed after use
	exec(t, db, "INSERT INTO t VALUES (1)")
	var n int
	if err := db.QueryRow("SELECT count(*) FROM t").Scan(&n); err != nil || n != 1 {
		t.Fatalf("%d rows, %v; want 1", n, err)
	}
}

// F-15: writers wait for each other instead of failing with "database is locked".
func TestF15_WritersWait(t *testing.T) {
	for name, url := range map[string]string{"memory": "sqlite::memory:", "file": "sqlite:" + t.TempDir() + "/a.db"} {
		t.Run(name, func(t *testing.T) {
			db := open(t, url)
			exec(t, db, "CREATE TABLE t (n INTEGER)")
			exec(t, db, "INSERT INTO t VALUES (0)")
			var wg sync.WaitGroup
			for range 32 {
				wg.Go(func() {
					for range 10 {
						if err := increment(t.Context(), db); err != nil {
							t.Error(err)
						}
					}
				})
			}
			wg.Wait()
			var n int
			if err := db.QueryRow("SELECT n FROM t").Scan(&n); err != nil || n != 320 {
				t.Errorf("n = %d, %v; want 320", n, err)
			}
		})
	}
}

// increment reads and writes in one transaction, which is what a deferred one
// could not do beside others.
func increment(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	var n int
	if err := tx.QueryRowContext(ctx, "SELECT n FROM t").Scan(&n); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "UPDATE t SET n = ?", n+1); err != nil {
		return err
	}
	return tx.Commit()
}

func TestCheckNamesWhatIsMissing(t *testing.T) {
	all := map[string]string{
		"foreign_keys": "_pragma=foreign_keys(1)", "busy_timeout": "_pragma=busy_timeout(5000)",
		"journal_mode": "_pragma=journal_mode(WAL)", "synchronous": "_pragma=synchronous(NORMAL)", "_txlock": "_txlock=immediate",
	}
	worse := map[string]string{
		"foreign_keys": "_pragma=foreign_keys(0)", "busy_timeout": "_pragma=busy_timeout(10)",
		"journal_mode": "_pragma=journal_mode(MEMORY)", "synchronous": "_pragma=synchronous(OFF)", "_txlock": "_txlock=deferred",
	}
	dsn := func(settings map[string]string) string {
		options := make([]string, 0, len(settings))
		for _, name := range []string{"foreign_keys", "busy_timeout", "journal_mode", "synchronous", "_txlock"} {
			options = append(options, settings[name])
		}
		return "file:" + filepath.Join(t.TempDir(), "a.db") + "?" + strings.Join(options, "&")
	}
	check := func(dsn string) error {
		db, err := sql.Open("sqlite", dsn)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		return sqlite.Check(t.Context(), db)
	}
	if err := check(dsn(all)); err != nil {
		t.Errorf("all set: %v", err)
	}
	for name := range all {
		settings := make(map[string]string)
		for n, s := range all {
			settings[n] = s
		}
		settings[name] = worse[name]
		if err := check(dsn(settings)); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v; want an error that names %s", worse[name], err, name)
		}
	}
}

// A PRAGMA that was executed on one connection is not a setting of the pool.
func TestCheckLooksAtMoreThanOneConnection(t *testing.T) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "a.db")+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	exec(t, db, "PRAGMA foreign_keys = 1")
	if err := sqlite.Check(t.Context(), db); err == nil || !strings.Contains(err.Error(), "foreign_keys") {
		t.Fatalf("%v; want an error that names foreign_keys", err)
	}
	db.SetMaxOpenConns(1) // one connection is all there is: it is what counts
	if err := sqlite.Check(t.Context(), db); err != nil && !strings.Contains(err.Error(), "foreign_keys") {
		t.Fatal(err)
	}
}

func TestConstraints(t *testing.T) {
	db := open(t, "sqlite::memory:")
	exec(t, db, "CREATE TABLE a (id TEXT PRIMARY KEY, email TEXT UNIQUE, n INTEGER NOT NULL DEFAULT 0)")
	exec(t, db, "CREATE TABLE b (a TEXT REFERENCES a (id))")
	exec(t, db, "INSERT INTO a (id, email) VALUES ('1', 'x')")
	for query, want := range map[string][2]bool{
		"INSERT INTO a (id, email) VALUES ('2', 'x')":          {true, false},
		"INSERT INTO a (id, email) VALUES ('1', 'y')":          {true, false},
		"INSERT INTO b VALUES ('3')":                           {false, true},
		"INSERT INTO a (id, email, n) VALUES ('4', 'z', NULL)": {false, false},
		"INSERT INTO nowhere VALUES (1)":                       {false, false},
	} {
		_, err := db.Exec(query)
		if err == nil {
			t.Fatalf("%s: no error", query)
		}
		err = fmt.Errorf("wrapped: %w", err)
		if got := [2]bool{sqlite.IsUnique(err), sqlite.IsForeignKey(err)}; got != want {
			t.Errorf("%s: unique, foreign key = %v, want %v", query, got, want)
		}
	}
	if sqlite.IsUnique(nil) || sqlite.IsForeignKey(nil) {
		t.Error("no error is a constraint")
	}
}

func TestMicros(t *testing.T) {
	zone := time.FixedZone("east", 2*60*60)
	for _, at := range []time.Time{
		time.Date(2026, 3, 4, 5, 6, 7, 123456789, zone), {}, time.Date(1969, 12, 31, 23, 59, 59, 999999999, time.UTC),
	} {
		want := at.UTC().Truncate(time.Microsecond)
		if got := sqlite.FromMicros(sqlite.Micros(at)); got != want {
			t.Errorf("%v came back as %v, want %v", at, got, want)
		}
	}
}
