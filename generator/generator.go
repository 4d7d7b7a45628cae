// Package generator turns a spec into files. It is pure: what it needs to know
// of the world comes in a Request, what it makes goes out in a Result, and only
// package output touches the disk.
package generator

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/authgen-go/authgen/generator/internal/fault"
	"github.com/authgen-go/authgen/generator/internal/gocode"
	"github.com/authgen-go/authgen/generator/internal/lock"
	"github.com/authgen-go/authgen/generator/internal/migrate"
	"github.com/authgen-go/authgen/generator/internal/model"
	"github.com/authgen-go/authgen/spec"
	"github.com/authgen-go/authgen/templates"
)

// A Request is everything that a Result follows from.
type Request struct {
	Spec   *spec.Spec // as spec.Parse returns it
	Source string     // file name of the spec, for the header of generated files
	Module string     // import path of the folder that holds the spec

	Lock       *lock.Lock // of the run before; nil for the first
	Migrations []Existing // the files in the migrations folder
	Now        time.Time  // for the version of a new migration, and for what Notes say of dates in the spec
	Tool       string     // version of authgen, for the lock

	AllowDestructive bool // permit migrations that drop tables and columns
}

// A Result is what a run writes.
type Result struct {
	// Files are the generated files, what is the user's once it is there, when the
	// schema changed new migrations, and an index of them where the format has one,
	// sorted by path.
	Files []File
	// Lock is the lock that goes with Files.
	Lock *lock.Lock
	// Notes are sentences for whoever ran the command.
	Notes []string
}

// Generate makes the files that r asks for. The same request gives the same
// bytes. What the person who asked can mend is a *output.Error; every other
// error is a defect of authgen.
func Generate(r Request) (*Result, error) {
	before := r.Lock
	if before == nil {
		before = lock.New()
	}
	m := model.Build(r.Spec, model.Facts{Module: r.Module, Source: r.Source})
	files, err := gocode.Files(m)
	if err != nil {
		return nil, err
	}
	result := &Result{Lock: &lock.Lock{
		Version:    lock.CurrentVersion,
		Tool:       r.Tool,
		Files:      make(map[string]string, len(files)),
		Migrations: slices.Clone(before.Migrations),
	}}
	for _, f := range files {
		result.Files = append(result.Files, File{Path: f.Path, Owner: Generated, Content: f.Content})
		result.Lock.Files[f.Path] = lock.Hash(f.Content)
	}
	if err := result.scaffold(m); err != nil {
		return nil, err
	}
	if err := result.migrate(r, m, before); err != nil {
		return nil, err
	}
	result.noteEnds(m, r.Now)
	slices.SortFunc(result.Files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return result, nil
}

// scaffold adds the templates of the pages, if m has pages.
func (res *Result) scaffold(m *model.Model) error {
	for _, name := range m.PageFiles() {
		content, err := templates.Page(name)
		if err != nil {
			return err
		}
		res.Files = append(res.Files, File{Path: path.Join(m.Dir, model.PagesDir, name), Owner: Scaffold, Content: content})
	}
	return nil
}

// migrate adds the migration that takes the schema of the run before to the one
// that m wants, if they differ.
func (res *Result) migrate(r Request, m *model.Model, before *lock.Lock) error {
	dialect, err := migrate.DialectOf(m.Schema.Dialect)
	if err != nil {
		return err
	}
	format, err := migrate.FormatOf(string(m.Migrations.Format))
	if err != nil {
		return err
	}
	if err := checkFormat(before, format); err != nil {
		return err
	}
	changes, schema, err := migrate.Plan(dialect, before.Schema, m.Schema, r.AllowDestructive)
	if err != nil {
		return err
	}
	res.Lock.Schema = schema
	var added []migrate.File
	if len(changes) > 0 {
		next := migrate.Migration{
			Version: migrate.Next(names(r.Migrations), r.Now),
			Name:    migrate.NameOf(changes, len(res.Lock.Migrations) == 0),
			Changes: changes,
			Whole:   dialect.Whole(),
		}
		added = format.Files(next)
		for _, f := range added {
			res.Files = append(res.Files, File{Path: path.Join(m.Migrations.Dir, f.Name), Owner: Migration, Content: f.Content})
			res.Lock.Migrations = append(res.Lock.Migrations, lock.Migration{
				Version: next.Version, Name: next.Name, File: f.Name, SHA256: lock.Hash(f.Content),
			})
		}
	}
	if len(res.Lock.Migrations) > 0 {
		res.Lock.Format = format.Name()
		res.index(r, m.Migrations.Dir, format, added)
	}
	return nil
}

// index adds the list of all migrations, where the format has one.
func (res *Result) index(r Request, dir string, format migrate.Format, added []migrate.File) {
	folder := make([]migrate.File, 0, len(r.Migrations)+len(added))
	for _, f := range r.Migrations {
		folder = append(folder, migrate.File(f))
	}
	before, ok := format.Index(folder)
	if !ok {
		return
	}
	after, _ := format.Index(append(folder, added...))
	res.Files = append(res.Files, File{
		Path: path.Join(dir, after.Name), Owner: Index, Content: after.Content, Replaces: before.Content,
	})
}

// checkFormat refuses to go on in another format than that of the migrations so far:
// no tool could run the folder, and what databases know of it is in the table of the
// old one.
func checkFormat(before *lock.Lock, format migrate.Format) error {
	if len(before.Migrations) == 0 || before.Format == format.Name() {
		return nil
	}
	return &fault.Error{
		Msg: fmt.Sprintf("the migrations so far are in the format of %s and cannot be continued in that of %s", before.Format, format.Name()),
		Hint: "set output.migration_format back to " + before.Format + ", or start over where no database is worth keeping: choose a new " +
			"folder as output.migrations, delete authgen.lock, and run `authgen generate --force`",
	}
}

func names(files []Existing) []string {
	out := make([]string, len(files))
	for i, f := range files {
		out[i] = f.Name
	}
	return out
}
