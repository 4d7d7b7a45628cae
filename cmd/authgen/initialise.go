package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/authgen-go/authgen/generator/output"
	"github.com/authgen-go/authgen/spec"
)

// An initialisation is one run of init.
type initialisation struct {
	*program
	site       *site
	from       origin
	journal    journal
	noGenerate bool
	tidy       bool // whether the module's requirements were tidy, and are to be

	written []string // files that are new, relative to the project
	changed []string // go.mod and go.sum of a module that was there
	kept    []string // files that were there and stand as they were
	notes   []string // what else there is to know
}

// initialise makes dir a project that authgen generates for. When it fails,
// everything is as it was.
func (p *program) initialise(ctx context.Context, dir string, o initOptions) (*initialisation, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	from, err := findOrigin()
	if err != nil {
		return nil, err
	}
	s, err := survey(ctx, dir, o)
	if err != nil {
		return nil, err
	}

	i := &initialisation{program: p, site: s, from: from, noGenerate: o.noGenerate}
	if err := i.write(ctx); err != nil {
		if undo := i.journal.undo(); undo != nil {
			return nil, errors.Join(err, fmt.Errorf("put back what was there: %w", undo))
		}
		p.say("everything in %s is as it was", s.dir)
		return nil, err
	}
	return i, nil
}

// write puts on disk what init is for: requirements, files, generated code, and
// the modules that all of it needs.
func (i *initialisation) write(ctx context.Context) error {
	i.say("downloading modules, if they are not there yet (a first time takes a minute)…")
	if err := i.checkTidy(ctx); err != nil {
		return err
	}
	if err := i.writeGoMod(); err != nil {
		return err
	}
	if err := i.writeScaffolds(); err != nil {
		return err
	}
	if !i.noGenerate {
		if err := i.generate(); err != nil {
			return err
		}
	}
	return i.fetchModules(ctx)
}

// writeGoMod makes the go.mod of a new module, or adds to the one there is.
func (i *initialisation) writeGoMod() error {
	m := i.site.module
	if m == nil {
		data, err := newGoMod(i.site.project.Module, i.from, spec.Router(i.site.project.Router))
		if err != nil {
			return err
		}
		i.written = append(i.written, "go.mod", "go.sum")
		i.journal.expect(filepath.Join(i.site.dir, "go.sum"))
		return i.journal.create(filepath.Join(i.site.dir, "go.mod"), data, 0o644)
	}

	name := filepath.Join(m.root, "go.mod")
	if err := errors.Join(i.journal.keep(name), i.journal.keep(filepath.Join(m.root, "go.sum"))); err != nil {
		return err
	}
	data, notes, err := extendGoMod(m, i.from, spec.Router(i.site.project.Router))
	if err != nil {
		return err
	}
	i.changed = append(i.changed, "go.mod", "go.sum")
	i.notes = append(i.notes, notes...)
	if exists(filepath.Join(m.root, "vendor", "modules.txt")) {
		i.notes = append(i.notes, "the module vendors what it imports: run go mod vendor")
	}
	return os.WriteFile(name, data, 0o644)
}

// writeScaffolds writes the files that are not there yet.
func (i *initialisation) writeScaffolds() error {
	files, err := i.site.scaffolds()
	if err != nil {
		return err
	}
	if i.site.module == nil && i.site.project.JWT {
		keys, err := firstKeys(i.now())
		if err != nil {
			return err
		}
		files = append(files, keys...)
	}
	for _, f := range files {
		err := i.journal.create(filepath.Join(i.site.dir, filepath.FromSlash(f.path)), f.content, f.mode)
		switch {
		case errors.Is(err, fs.ErrExist):
			i.kept = append(i.kept, f.path)
		case err != nil:
			return err
		default:
			i.written = append(i.written, f.path)
		}
	}
	return nil
}

// generate writes what the new spec asks for.
func (i *initialisation) generate() error {
	report, err := i.apply(i.site.dir, specFile, generateOptions{}, func(plan output.Plan) {
		i.journal.expect(filepath.Join(i.site.dir, "authgen.lock"))
		for _, f := range plan.Files {
			i.journal.expect(filepath.Join(i.site.dir, filepath.FromSlash(f.Path)))
		}
	})
	i.written = append(i.written, report.Created...)
	return err
}
