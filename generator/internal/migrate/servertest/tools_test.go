package servertest_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	atlas "ariga.io/atlas/sql/migrate"
	atlasmysql "ariga.io/atlas/sql/mysql"
	atlaspostgres "ariga.io/atlas/sql/postgres"
	"ariga.io/atlas/sql/schema"
	atlassqlite "ariga.io/atlas/sql/sqlite"
	gomigrate "github.com/golang-migrate/migrate/v4"
	gomigratedb "github.com/golang-migrate/migrate/v4/database"
	gomigratemysql "github.com/golang-migrate/migrate/v4/database/mysql"
	gomigratepgx "github.com/golang-migrate/migrate/v4/database/pgx/v5"
	gomigratesqlite "github.com/golang-migrate/migrate/v4/database/sqlite"
	_ "github.com/golang-migrate/migrate/v4/source/file"
	"github.com/pressly/goose/v3"

	"github.com/authgen-go/authgen/runtime/migrate"
)

// A tool runs the migrations of a folder, as whoever deploys does.
type tool interface {
	up(t *testing.T, db database, folder string)
	down(t *testing.T, db database, folder string) // all of them
	version(t *testing.T, db database, folder string) string
}

// tools are those that share their table of versions with the program.
func tools() map[string]tool {
	return map[string]tool{"goose": gooseTool{}, "golang-migrate": golangMigrate{}, "dbmate": dbmate{}}
}

type gooseTool struct{}

func (gooseTool) provider(t *testing.T, db database, folder string) *goose.Provider {
	t.Helper()
	dialects := map[migrate.Dialect]goose.Dialect{migrate.SQLite: goose.DialectSQLite3, migrate.Postgres: goose.DialectPostgres, migrate.MySQL: goose.DialectMySQL}
	provider, err := goose.NewProvider(dialects[db.dialect], db.DB, os.DirFS(folder))
	if err != nil {
		t.Fatal(err)
	}
	return provider
}

func (g gooseTool) up(t *testing.T, db database, folder string) {
	t.Helper()
	if _, err := g.provider(t, db, folder).Up(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (g gooseTool) down(t *testing.T, db database, folder string) {
	t.Helper()
	if _, err := g.provider(t, db, folder).DownTo(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
}

func (g gooseTool) version(t *testing.T, db database, folder string) string {
	t.Helper()
	version, err := g.provider(t, db, folder).GetDBVersion(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return strconv.FormatInt(version, 10)
}

type golangMigrate struct{}

func (golangMigrate) driver(db database) (gomigratedb.Driver, error) {
	switch db.dialect {
	case migrate.Postgres:
		return gomigratepgx.WithInstance(db.multi, &gomigratepgx.Config{})
	case migrate.MySQL:
		return gomigratemysql.WithInstance(db.multi, &gomigratemysql.Config{})
	default:
		return gomigratesqlite.WithInstance(db.multi, &gomigratesqlite.Config{})
	}
}

func (g golangMigrate) instance(t *testing.T, db database, folder string) *gomigrate.Migrate {
	t.Helper()
	driver, err := g.driver(db)
	if err != nil {
		t.Fatal(err)
	}
	m, err := gomigrate.NewWithDatabaseInstance("file://"+filepath.ToSlash(folder), "authgen", driver)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func (g golangMigrate) up(t *testing.T, db database, folder string) {
	t.Helper()
	if err := g.instance(t, db, folder).Up(); err != nil && !errors.Is(err, gomigrate.ErrNoChange) {
		t.Fatal(err)
	}
}

func (g golangMigrate) down(t *testing.T, db database, folder string) {
	t.Helper()
	if err := g.instance(t, db, folder).Down(); err != nil {
		t.Fatal(err)
	}
}

func (g golangMigrate) version(t *testing.T, db database, folder string) string {
	t.Helper()
	version, dirty, err := g.instance(t, db, folder).Version()
	if errors.Is(err, gomigrate.ErrNilVersion) {
		return "0"
	}
	if err != nil || dirty {
		t.Fatalf("dirty: %v, %v", dirty, err)
	}
	return strconv.FormatUint(uint64(version), 10)
}

// dbmate is the program itself, from npm: its Go package is none that the module proxy
// has.
type dbmate struct{}

func (dbmate) run(t *testing.T, db database, folder string, args ...string) string {
	t.Helper()
	found, err := filepath.Glob("../../../../e2e/node_modules/@dbmate/*/bin/dbmate")
	if err != nil || len(found) == 0 {
		path, err := exec.LookPath("dbmate")
		if err != nil {
			missing(t, "there is no dbmate: run .ci/install")
		}
		found = []string{path}
	}
	args = append([]string{"--url", db.url.String(), "--migrations-dir", folder, "--no-dump-schema"}, args...)
	output, err := exec.CommandContext(t.Context(), found[0], args...).CombinedOutput()
	if err != nil {
		t.Fatalf("dbmate: %v\n%s", err, output)
	}
	return string(output)
}

func (d dbmate) up(t *testing.T, db database, folder string) {
	t.Helper()
	d.run(t, db, folder, "migrate")
}

func (d dbmate) down(t *testing.T, db database, folder string) {
	t.Helper()
	for d.version(t, db, folder) != "0" {
		d.run(t, db, folder, "rollback")
	}
}

func (d dbmate) version(t *testing.T, db database, folder string) string {
	t.Helper()
	version := "0"
	for line := range strings.Lines(d.run(t, db, folder, "status")) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "[X] "); ok {
			version, _, _ = strings.Cut(name, "_")
		}
	}
	return version
}

// runAtlas has atlas hold the folder to its sum and run it.
func runAtlas(t *testing.T, db database, folder string) {
	t.Helper()
	dir, err := atlas.NewLocalDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	if err := atlas.Validate(dir); err != nil {
		t.Fatal(err)
	}
	open := map[migrate.Dialect]func(schema.ExecQuerier) (atlas.Driver, error){
		migrate.SQLite: atlassqlite.Open, migrate.Postgres: atlaspostgres.Open, migrate.MySQL: atlasmysql.Open,
	}[db.dialect]
	driver, err := open(db.DB)
	if err != nil {
		t.Fatal(err)
	}
	executor, err := atlas.NewExecutor(driver, dir, atlas.NopRevisionReadWriter{}, atlas.WithAllowDirty(true))
	if err != nil {
		t.Fatal(err)
	}
	if err := executor.ExecuteN(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
}

// undoAtlas does by hand what the comments of the files say, the last one first.
func undoAtlas(t *testing.T, db database, p *project) {
	t.Helper()
	for _, f := range slices.Backward(p.files) {
		_, undo, ok := strings.Cut(string(f.Content), "-- To undo this migration without atlas, last change first:\n")
		if !ok {
			t.Fatalf("%s does not say how to undo it", f.Name)
		}
		var statements strings.Builder
		for line := range strings.Lines(undo) {
			statements.WriteString(strings.TrimPrefix(line, "--"))
		}
		execFile(t, db, statements.String())
	}
}

// execFile runs a file as clients of databases do, which take several statements.
func execFile(t *testing.T, db database, text string) {
	t.Helper()
	if _, err := db.multi.ExecContext(context.Background(), text); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
}
