package main

import (
	"cmp"
	"context"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/authgen-go/authgen/spec"
)

// A finding is something that a module uses, and where that was seen.
type finding struct {
	name string
	from string // a folder of the module, or go.mod
}

// findings is what init wants to know of a module that exists.
type findings struct {
	router    spec.Router
	routerWhy finding
	foreign   string    // a router that no guard is generated for, or ""
	drivers   []finding // of database/sql and its like
	database  spec.Database
	main      string // folder of the program that routes requests, relative to the module, or ""
}

// routers are the modules whose presence says which router a project uses.
var routers = []struct {
	module string
	router spec.Router // "" for one that is known and not generated for
	name   string
}{
	{"github.com/go-chi/chi/v5", spec.RouterChi, "chi"},
	{"github.com/gin-gonic/gin", spec.RouterGin, "gin"},
	{"github.com/labstack/echo/v4", spec.RouterEcho, "echo v4"},
	{"github.com/labstack/echo/v5", "", "echo v5"},
	{"github.com/gofiber/fiber/v2", "", "fiber v2"},
	{"github.com/gofiber/fiber/v3", "", "fiber v3"},
	{"github.com/gorilla/mux", "", "gorilla/mux"},
}

// drivers are the modules that say which database a project speaks to.
var drivers = []struct {
	module   string
	database spec.Database
	name     string
}{
	{"modernc.org/sqlite", spec.SQLite, "SQLite, modernc.org/sqlite"},
	{"github.com/mattn/go-sqlite3", spec.SQLite, "SQLite, mattn/go-sqlite3"},
	{"github.com/ncruces/go-sqlite3", spec.SQLite, "SQLite, ncruces/go-sqlite3"},
	{"github.com/jackc/pgx/v5", spec.Postgres, "PostgreSQL, pgx"},
	{"github.com/jackc/pgx/v4", spec.Postgres, "PostgreSQL, pgx v4"},
	{"github.com/lib/pq", spec.Postgres, "PostgreSQL, lib/pq"},
	{"github.com/go-sql-driver/mysql", spec.MySQL, "MySQL, go-sql-driver/mysql"},
}

// generatedDriver is the driver through which generated code speaks to a database.
var generatedDriver = map[spec.Database]string{
	spec.SQLite:   "SQLite, modernc.org/sqlite",
	spec.Postgres: "PostgreSQL, pgx",
	spec.MySQL:    "MySQL, go-sql-driver/mysql",
}

// databaseName is what people call a database.
var databaseName = map[spec.Database]string{
	spec.SQLite:   "SQLite",
	spec.Postgres: "PostgreSQL",
	spec.MySQL:    "MySQL or MariaDB",
}

// detect looks at what m imports, and at what it requires where packages do not
// tell: they may not load, or be yet to be written.
func detect(ctx context.Context, m *module) findings {
	imports := importers(ctx, m.root)
	f := findings{router: spec.RouterNetHTTP, database: spec.SQLite, main: imports.main("net/http")}

	best := -1
	for _, r := range routers {
		where, n := m.uses(imports, r.module)
		switch {
		case where == "":
		case r.router == "":
			f.foreign = r.name
		case n > best:
			best = n
			f.router, f.routerWhy = r.router, finding{name: r.name, from: where}
			f.main = cmp.Or(imports.main(r.module), f.main)
		}
	}

	best = -1
	for _, d := range drivers {
		where, n := m.uses(imports, d.module)
		if where == "" {
			continue
		}
		f.drivers = append(f.drivers, finding{name: d.name, from: where})
		if n > best {
			best, f.database = n, d.database
		}
	}
	return f
}

// uses says where module is used, "" for nowhere, and by how many packages.
func (m *module) uses(imports importGraph, module string) (where string, packages int) {
	if folders := imports.of(module); len(folders) > 0 {
		return folders[0], len(folders)
	}
	for _, r := range m.file.Require {
		if r.Mod.Path == module && !r.Indirect {
			return "go.mod", 0
		}
	}
	return "", 0
}

// An importGraph is every package of a module with what it imports.
type importGraph []importer

type importer struct {
	folder  string // relative to the module
	command bool
	imports []string
}

// importers loads the packages below root. It asks no network, and an error of
// any kind makes for fewer packages, not for none.
func importers(ctx context.Context, root string) importGraph {
	pkgs, err := packages.Load(&packages.Config{
		Context: ctx,
		Mode:    packages.NeedName | packages.NeedFiles | packages.NeedImports,
		Dir:     root,
		Env:     append(os.Environ(), "GOPROXY=off"),
	}, "./...")
	if err != nil {
		return nil
	}

	var graph importGraph
	for _, pkg := range pkgs {
		if len(pkg.GoFiles) == 0 || !token.IsIdentifier(pkg.Name) {
			continue
		}
		folder, err := filepath.Rel(root, filepath.Dir(pkg.GoFiles[0]))
		if err != nil {
			continue
		}
		i := importer{folder: filepath.ToSlash(folder), command: pkg.Name == "main"}
		for path := range pkg.Imports {
			i.imports = append(i.imports, path)
		}
		graph = append(graph, i)
	}
	slices.SortFunc(graph, func(a, b importer) int { return cmp.Compare(a.folder, b.folder) })
	return graph
}

// of lists the folders whose packages import module or a package of it.
func (g importGraph) of(module string) []string {
	var folders []string
	for _, i := range g {
		if i.uses(module) {
			folders = append(folders, i.folder)
		}
	}
	return folders
}

// main is the folder of the first program that imports module itself, else of
// the only program there is.
func (g importGraph) main(module string) string {
	var programs []string
	for _, i := range g {
		if i.command && i.uses(module) {
			return i.folder
		}
		if i.command {
			programs = append(programs, i.folder)
		}
	}
	if len(programs) == 1 {
		return programs[0]
	}
	return ""
}

func (i importer) uses(module string) bool {
	return slices.ContainsFunc(i.imports, func(path string) bool {
		return path == module || strings.HasPrefix(path, module+"/")
	})
}
