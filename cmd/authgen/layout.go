package main

import (
	"io/fs"

	"github.com/authgen-go/authgen/spec"
	"github.com/authgen-go/authgen/templates"
)

const (
	specFile   = "authgen.yaml"
	schemaFile = "authgen.schema.json"
)

// A scaffold is a file that init writes once; from then on it is the user's.
type scaffold struct {
	path    string // relative to the project, slash-separated
	mode    fs.FileMode
	content []byte
}

// mergeBothSides has git merge two branches that each added a migration: the lock
// that is right lists both.
var mergeBothSides = scaffold{
	path:    ".gitattributes",
	mode:    0o644,
	content: []byte("# Of two branches that each added a migration, the lock lists both.\nauthgen.lock merge=union\n"),
}

// routerTemplates are the parts of the scaffold that a router decides.
var routerTemplates = map[spec.Router]struct{ routes, api string }{
	spec.RouterNetHTTP: {routes: "routes.nethttp.go", api: "api.nethttp.go"},
	spec.RouterChi:     {routes: "routes.chi.go", api: "api.nethttp.go"},
	spec.RouterGin:     {routes: "routes.gin.go", api: "api.gin.go"},
	spec.RouterEcho:    {routes: "routes.echo.go", api: "api.echo.go"},
}

// moduleScaffolds are what authgen needs in any module. The spec is last: where
// it is, the rest is.
func moduleScaffolds(p templates.Project) ([]scaffold, error) {
	files, err := render(p, []entry{
		{p.Dir + "/generate.go", "generate.go", 0o644},
		{specFile, "authgen.yaml", 0o644},
	})
	schema := scaffold{path: schemaFile, mode: 0o644, content: spec.Schema()}
	return append([]scaffold{schema}, files...), err
}

// programScaffolds are what makes a new module a program that runs.
func programScaffolds(p templates.Project) ([]scaffold, error) {
	router := routerTemplates[spec.Router(p.Router)]
	entries := []entry{
		{"main.go", "main.go", 0o644},
		{"serve.go", "serve.go", 0o644},
		{"routes.go", router.routes, 0o644},
		{"api.go", router.api, 0o644},
		{"health.go", "health.go", 0o644},
		{"main_test.go", "main_test.go", 0o644},
		{"cmd/admin/main.go", "admin.go", 0o644},
		{"internal/dotenv/dotenv.go", "dotenv.go", 0o644},
		{".env", "env", 0o600},
		{".env.example", "env.example", 0o644},
		{".gitignore", "gitignore", 0o644},
	}
	if p.APIKey {
		entries = append(entries, entry{"cmd/admin/apikeys.go", "apikeys.go", 0o644})
	}
	if p.OAuth && p.JWT {
		entries = append(entries, entry{"cmd/admin/clients.go", "clients.go", 0o644})
	}
	return render(p, entries)
}

// An entry is a scaffold before it is rendered.
type entry struct {
	path     string
	template string
	mode     fs.FileMode
}

func render(p templates.Project, entries []entry) ([]scaffold, error) {
	files := make([]scaffold, 0, len(entries))
	for _, e := range entries {
		content, err := templates.Scaffold(e.template, p)
		if err != nil {
			return nil, err
		}
		files = append(files, scaffold{path: e.path, mode: e.mode, content: content})
	}
	return files, nil
}
