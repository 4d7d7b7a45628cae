package servertest_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	migrations "github.com/authgen-go/authgen/generator/internal/migrate"
	"github.com/authgen-go/authgen/generator/internal/model"
	"github.com/authgen-go/authgen/runtime/migrate"
	"github.com/authgen-go/authgen/runtime/migrate/goose"
	"github.com/authgen-go/authgen/spec"
)

// A project is what generate has written so far, each run a minute after the other.
type project struct {
	format  string
	dialect migrate.Dialect
	users   string // of the spec
	schema  migrations.Schema
	files   []migrations.File // in the folder of migrations, in their order
	newest  string            // the version of the newest migration
	runs    int
}

// steps are the strategies of a project that grows: each is a migration.
var steps = []string{
	"{session: {}}",
	"{session: {}, api_key: {}}",
	"{session: {}, api_key: {}, jwt: {}, oauth: {providers: {google: {}}, server: {}, issue: session}}",
}

// grow generates until the project has n of the steps.
func (p *project) grow(t *testing.T, n int) {
	t.Helper()
	for ; p.runs < n; p.runs++ {
		p.generate(t, steps[p.runs])
	}
}

// generate does with migrations what the generator does, and nothing else of it.
func (p *project) generate(t *testing.T, strategies string) {
	t.Helper()
	text := fmt.Sprintf("version: 1\noutput: {migration_format: %s}\ndatabase: %s\nusers: {%s}\nstrategies: %s\n", p.format, p.dialect, p.users, strategies)
	s, err := spec.Parse("authgen.yaml", []byte(text))
	if err != nil {
		t.Fatalf("%s%v", text, err)
	}
	dialect, err := migrations.DialectOf(string(s.Database))
	if err != nil {
		t.Fatal(err)
	}
	changes, schema, err := migrations.Plan(dialect, p.schema, model.Build(s, model.Facts{Module: "example.com/app", Source: "authgen.yaml"}).Schema, false)
	if err != nil {
		t.Fatal(err)
	}
	p.newest = migrations.Next(nil, time.Date(2026, 1, 2, 3, 4+p.runs, 5, 0, time.UTC))
	p.files = append(p.files, p.layout(t).Files(migrations.Migration{
		Version: p.newest, Name: migrations.NameOf(changes, len(p.files) == 0), Changes: changes, Whole: dialect.Whole(),
	})...)
	p.schema = schema
}

func (p *project) layout(t *testing.T) migrations.Format {
	t.Helper()
	format, err := migrations.FormatOf(p.format)
	if err != nil {
		t.Fatal(err)
	}
	return format
}

// folder is the folder of migrations with its index, on disk.
func (p *project) folder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write := func(name string, content []byte) {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range p.files {
		write(f.Name, f.Content)
	}
	if index, ok := p.layout(t).Index(p.files); ok {
		write(index.Name, index.Content)
	}
	return dir
}

// embedded is what the program embeds of the folder.
func (p *project) embedded() fs.FS {
	files := fstest.MapFS{}
	for _, f := range p.files {
		files[f.Name] = &fstest.MapFile{Data: f.Content}
	}
	return files
}

// migrate does what the generated Migrate does.
func (p *project) migrate(t *testing.T, db database) error {
	t.Helper()
	if p.format == "goose" {
		return goose.Up(t.Context(), db.DB, p.dialect, p.embedded())
	}
	return migrate.Up(t.Context(), db.DB, p.dialect, migrate.Format(p.format), p.embedded())
}

func (p *project) mustMigrate(t *testing.T, db database) {
	t.Helper()
	if err := p.migrate(t, db); err != nil {
		t.Fatal(err)
	}
}
