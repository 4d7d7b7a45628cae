package servertest_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	migrations "github.com/authgen-go/authgen/generator/internal/migrate"
	"github.com/authgen-go/authgen/runtime/migrate"
)

// formats are those of the language.
var formats = []string{"goose", "golang-migrate", "dbmate", "atlas", "plain"}

// TestTogether holds that of programs that start at once one migrates, and all succeed.
func TestTogether(t *testing.T) {
	onDatabases(t, func(t *testing.T, d migrate.Dialect, want string) {
		for _, format := range formats {
			t.Run(format, func(t *testing.T) {
				db := newDatabase(t, d)
				p := &project{format: format, dialect: d}
				p.grow(t, len(steps))
				var group sync.WaitGroup
				for range 4 {
					group.Go(func() {
						if err := p.migrate(t, db); err != nil {
							t.Error(err)
						}
					})
				}
				group.Wait()
				if got := db.holds(t); got != want {
					t.Errorf("the database holds\n%s\nwant\n%s", got, want)
				}
			})
		}
	})
}

// TestF32_Newer holds that a program refuses a database that a newer one has migrated,
// whose tool can take that back.
// SECURITY F-32.
func TestF32_Newer(t *testing.T) {
	for _, d := range dialects() {
		for _, format := range formats {
			t.Run(string(d)+"/"+format, func(t *testing.T) {
				db := newDatabase(t, d)
				older, newer := &project{format: format, dialect: d}, &project{format: format, dialect: d}
				older.grow(t, 1)
				newer.grow(t, 2)
				newer.mustMigrate(t, db)
				expectMismatch(t, older.migrate(t, db), newer.newest, older.newest, "newer")
				newer.mustMigrate(t, db)
				if tool := tools()[format]; tool != nil {
					tool.down(t, db, newer.folder(t))
					older.mustMigrate(t, db)
				}
			})
		}
	}
}

func expectMismatch(t *testing.T, err error, database, program, reason string) {
	t.Helper()
	var mismatch *migrate.MismatchError
	if !errors.As(err, &mismatch) || mismatch.Database != database || mismatch.Program != program || !strings.Contains(err.Error(), reason) {
		t.Fatalf("got %v, want %s, %s and %q", err, database, program, reason)
	}
	for _, version := range []string{database, program} {
		if !strings.Contains(err.Error(), version) {
			t.Errorf("%q does not name %s", err, version)
		}
	}
}

// broken adds a migration that fails at its second statement.
func broken(t *testing.T, p *project) {
	t.Helper()
	const version = "20270101000000"
	const up, down = "CREATE TABLE half (n int);\n\nINSERT INTO nowhere VALUES (1);\n", "DROP TABLE half;\n"
	add := func(name, content string) {
		p.files = append(p.files, migrations.File{Name: version + name, Content: []byte(content)})
	}
	switch p.format {
	case "goose":
		add("_half.sql", "-- +goose Up\n"+up+"-- +goose Down\n"+down)
	case "dbmate":
		add("_half.sql", "-- migrate:up\n"+up+"-- migrate:down\n"+down)
	case "atlas":
		add("_half.sql", up)
	default:
		add("_half.up.sql", up)
		add("_half.down.sql", down)
	}
}

// TestF32_Half holds that a migration that fails leaves nothing of itself on PostgreSQL
// and SQLite, and that on MySQL, where it does, a program refuses to go on.
// SECURITY F-32.
func TestF32_Half(t *testing.T) {
	const bad = "20270101000000"
	for _, d := range dialects() {
		for _, format := range formats {
			t.Run(string(d)+"/"+format, func(t *testing.T) {
				db := newDatabase(t, d)
				p := &project{format: format, dialect: d}
				p.grow(t, 1)
				p.mustMigrate(t, db)
				good, before := p.newest, db.holds(t)
				broken(t, p)
				expectMismatch(t, p.migrate(t, db), good, bad, bad)
				left := strings.Contains(db.holds(t), "half.n")
				if left != (d == migrate.MySQL) {
					t.Errorf("half of the migration is there: %v", left)
				}
				again := p.migrate(t, db)
				switch {
				case d == migrate.MySQL && format == "golang-migrate":
					expectMismatch(t, again, bad, bad, "begun and not finished") // it keeps one version
				case d == migrate.MySQL && (format == "atlas" || format == "plain"):
					expectMismatch(t, again, good, bad, "begun and not finished")
				default:
					expectMismatch(t, again, good, bad, bad)
				}
				if d != migrate.MySQL && db.holds(t) != before {
					t.Errorf("the database is not as before")
				}
			})
		}
	}
}

// TestGivesUp holds that a program that waits for another one to migrate heeds its
// context, and that the lock of one that ends goes with it.
func TestGivesUp(t *testing.T) {
	for _, d := range []migrate.Dialect{migrate.Postgres, migrate.MySQL} {
		t.Run(string(d), func(t *testing.T) {
			db := newDatabase(t, d)
			p := &project{format: "golang-migrate", dialect: d}
			p.grow(t, 1)
			other := golangMigrate{}.instance(t, db, p.folder(t))
			driver, err := golangMigrate{}.driver(db)
			if err != nil {
				t.Fatal(err)
			}
			if err := driver.Lock(); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
			defer cancel()
			err = migrate.Up(ctx, db.DB, d, migrate.GolangMigrate, p.embedded())
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("while golang-migrate has the lock: %v", err)
			}
			if err := driver.Unlock(); err != nil {
				t.Fatal(err)
			}
			p.mustMigrate(t, db)
			if version, _, err := other.Version(); err != nil || version == 0 {
				t.Errorf("version %d (%v)", version, err)
			}
		})
	}
}
