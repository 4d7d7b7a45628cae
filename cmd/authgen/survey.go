package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/authgen-go/authgen/runtime/secret"
	"github.com/authgen-go/authgen/spec"
	"github.com/authgen-go/authgen/templates"
)

// A site is where init works, and what is there already.
type site struct {
	dir     string  // absolute; the spec goes here
	module  *module // that dir belongs to; nil when dir becomes a module
	found   findings
	project templates.Project
}

// survey looks at dir and decides what init makes of it, without changing anything.
func survey(ctx context.Context, dir string, o initOptions) (*site, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if exists(filepath.Join(dir, specFile)) {
		return nil, hinted(fmt.Errorf("already initialised: %s exists", filepath.Join(dir, specFile)),
			"edit it and run %q", "authgen generate")
	}
	m, err := moduleAround(dir)
	if err != nil {
		return nil, err
	}

	s := &site{dir: dir, module: m}
	if err := s.nameModule(ctx, o.module); err != nil {
		return nil, err
	}
	if err := s.chooseFolders(); err != nil {
		return nil, err
	}
	if m != nil {
		s.found = detect(ctx, m)
	} else {
		s.found = findings{router: spec.RouterNetHTTP, database: spec.SQLite}
	}
	s.project.Router = string(s.found.router)
	if o.router != "" {
		s.project.Router = o.router
	}
	s.project.Database = string(s.found.database)
	if o.database != "" {
		s.project.Database = o.database
	}
	s.project.Session = slices.Contains(o.strategies, "session")
	s.project.APIKey = slices.Contains(o.strategies, "api_key")
	s.project.JWT = slices.Contains(o.strategies, "jwt")
	s.project.OAuth = slices.Contains(o.strategies, "oauth")
	s.project.Pages = o.pages
	_, s.project.Secret = secret.Generate()
	return s, nil
}

// moduleAround is the module that dir belongs to. A folder that is new, empty or
// a repository of its own belongs to none, whatever is above it.
func moduleAround(dir string) (*module, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0 {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}

	has := func(name string) bool {
		return slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == name })
	}
	if !has(".git") || has("go.mod") {
		if m, err := findModule(dir); m != nil || err != nil {
			return m, err
		}
	}
	if holdsGo(dir) {
		return nil, hinted(fmt.Errorf("%s holds Go files and belongs to no module", dir), "run %q there first", "go mod init")
	}
	return nil, nil
}

// nameModule settles the module path; asked is what the command line says.
func (s *site) nameModule(ctx context.Context, asked string) error {
	if s.module != nil {
		if asked != "" && asked != s.module.path() {
			return fmt.Errorf("this module is called %s, not %s", s.module.path(), asked)
		}
		within, err := s.module.importPath(s.dir)
		s.project.Module = within
		return err
	}

	s.project.Module = asked
	if asked == "" {
		s.project.Module = moduleName(s.dir)
	}
	return checkModulePath(ctx, s.project.Module)
}

// chooseFolders picks folders for what is generated that hold nothing of the
// project's own.
func (s *site) chooseFolders() error {
	p := &s.project
	p.Name = path.Base(p.Module)
	for _, dir := range []string{"internal/auth", "internal/authgen"} {
		if !holdsGo(filepath.Join(s.dir, dir)) {
			p.Dir = dir
			break
		}
	}
	if p.Dir == "" {
		return errors.New("internal/auth and internal/authgen both hold Go files already")
	}
	p.Package = path.Base(p.Dir)
	p.Import = path.Join(p.Module, p.Dir)

	p.Migrations = "migrations"
	if exists(filepath.Join(s.dir, p.Migrations)) {
		p.Migrations = p.Dir + "/migrations"
	}
	return nil
}

// scaffolds are the files that init writes here.
func (s *site) scaffolds() ([]scaffold, error) {
	own, err := moduleScaffolds(s.project)
	if err != nil {
		return nil, err
	}
	if s.inRepository() && !exists(filepath.Join(s.dir, ".gitattributes")) {
		own = append([]scaffold{mergeBothSides}, own...)
	}
	if s.module != nil {
		return own, nil
	}
	program, err := programScaffolds(s.project)
	return append(program, own...), err
}

// inRepository reports whether git keeps the folder. What .git is makes no
// difference: in a work tree of its own it is a file.
func (s *site) inRepository() bool {
	for dir := s.dir; ; dir = filepath.Dir(dir) {
		if exists(filepath.Join(dir, ".git")) {
			return true
		}
		if dir == filepath.Dir(dir) {
			return false
		}
	}
}

// holdsGo reports whether the folder dir itself holds Go files.
func holdsGo(dir string) bool {
	entries, err := os.ReadDir(dir)
	return err == nil && slices.ContainsFunc(entries, func(e fs.DirEntry) bool {
		return !e.IsDir() && strings.HasSuffix(e.Name(), ".go")
	})
}
