package main

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/authgen-go/authgen/spec"
	"github.com/authgen-go/authgen/templates"
)

// printInitialisation says what init found and did, and what to do next.
func (p *program) printInitialisation(i *initialisation, dir string) error {
	for _, note := range i.notes {
		p.say("%s", note)
	}
	i.warnOfKept()

	var out strings.Builder
	if i.site.module != nil {
		i.site.describe(&out)
	}
	slices.Sort(i.written)
	printPaths(&out, "created", i.written)
	printPaths(&out, "changed", i.changed)
	printPaths(&out, "kept", i.kept)
	fmt.Fprintf(&out, "%s created\n\n", count(len(i.written), "file"))

	next := i.nextForProgram
	if i.site.module != nil {
		next = i.nextForModule
	}
	if err := next(&out, dir); err != nil {
		return err
	}
	_, err := fmt.Fprint(p.stdout, out.String())
	return err
}

// describe says what was detected, and where.
func (s *site) describe(out *strings.Builder) {
	fmt.Fprintf(out, "module %s\n", s.module.path())
	switch why := s.found.routerWhy; {
	case why.name != "":
		fmt.Fprintf(out, "router %s (seen in %s)\n", why.name, place(why.from))
	case s.found.foreign != "":
		fmt.Fprintf(out, "router %s, which no guards are generated for; these are for net/http\n", s.found.foreign)
	default:
		fmt.Fprintln(out, "router net/http (no other is used)")
	}
	s.describeDatabase(out)
}

// describeDatabase says which drivers were seen, and where users are kept.
func (s *site) describeDatabase(out *strings.Builder) {
	chosen := spec.Database(s.project.Database)
	for _, d := range s.found.drivers {
		fmt.Fprintf(out, "driver %s (seen in %s)\n", d.name, place(d.from))
	}
	switch {
	case len(s.found.drivers) == 0:
		fmt.Fprintf(out, "driver none; users are kept in %s\n", databaseName[chosen])
	case s.found.has(generatedDriver[chosen]):
		fmt.Fprintf(out, "users are kept in %s\n", databaseName[chosen])
	default:
		fmt.Fprintf(out, "users are kept in %s, through a driver more: %s\n", databaseName[chosen], generatedDriver[chosen])
	}
}

// has reports whether a driver was seen.
func (f findings) has(driver string) bool {
	return slices.ContainsFunc(f.drivers, func(d finding) bool { return d.name == driver })
}

// place names a folder of a module for people.
func place(folder string) string {
	if folder == "." {
		return "the root folder"
	}
	return folder
}

// warnOfKept says what a file that init left alone has to hold.
func (i *initialisation) warnOfKept() {
	for _, path := range i.kept {
		switch path {
		case ".gitignore":
			i.say("warning: .gitignore was there and stays; see that it names .env, which holds a secret%s", i.site.databaseFiles())
		case ".env":
			i.say("warning: .env was there and stays; .env.example lists what it has to set")
		}
	}
}

// databaseFiles names the files of an embedded database.
func (s *site) databaseFiles() string {
	if s.project.Database == string(spec.SQLite) {
		return ", and app.db*"
	}
	return ""
}

// nextForProgram says how to start a new project.
func (i *initialisation) nextForProgram(out *strings.Builder, dir string) error {
	fmt.Fprintln(out, "Next:")
	if filepath.Clean(dir) != "." {
		fmt.Fprintf(out, "  cd %s\n", dir)
	}
	if i.noGenerate {
		fmt.Fprintln(out, "  go tool authgen generate && go mod tidy")
	}
	i.nextForDatabase(out)
	if p := i.site.project; p.APIKey && !p.Session && !p.JWT {
		fmt.Fprintln(out, "  go run ./cmd/admin user create --email ada@example.com    # reads a password")
		fmt.Fprintln(out, "  go run ./cmd/admin apikey create --email ada@example.com --name first --scope reports:read")
	}
	fmt.Fprintln(out, "  go run .         # serves on http://127.0.0.1:8080; a first build takes a minute")
	test := "  go test ./..."
	if _, server := startDatabase[i.site.project.Database]; server {
		test += "    # what needs a database is skipped unless TEST_DATABASE_URL names one"
	}
	fmt.Fprintln(out, test)
	return nil
}

// startDatabase are commands that start a database which DATABASE_URL of the scaffold
// names.
var startDatabase = map[string]string{
	string(spec.Postgres): "docker run -d --name app-db -p 127.0.0.1:5432:5432 -e POSTGRES_USER=app -e POSTGRES_PASSWORD=app -e POSTGRES_DB=app postgres:18",
	string(spec.MySQL):    "docker run -d --name app-db -p 127.0.0.1:3306:3306 -e MARIADB_USER=app -e MARIADB_PASSWORD=app -e MARIADB_DATABASE=app -e MARIADB_RANDOM_ROOT_PASSWORD=1 mariadb:lts",
}

// nextForDatabase says how to get a database, unless it is embedded.
func (i *initialisation) nextForDatabase(out *strings.Builder) {
	start, ok := startDatabase[i.site.project.Database]
	if !ok {
		return
	}
	fmt.Fprintln(out, "  # A database of yours goes into DATABASE_URL in .env. One to begin with:")
	fmt.Fprintln(out, "  "+start)
}

// nextForModule says how a program that is there begins to use what was generated.
func (i *initialisation) nextForModule(out *strings.Builder, _ string) error {
	wiring, err := templates.Scaffold("wiring", i.site.project)
	if err != nil {
		return err
	}
	if i.noGenerate {
		fmt.Fprintf(out, "Next: edit %s, run \"go tool authgen generate\", and \"go mod tidy\".\n\n", specFile)
	}
	fmt.Fprintf(out, "Add to the program, in %s:\n\n%s\n", place(cmp.Or(i.site.found.main, "its main package")), wiring)
	fmt.Fprintf(out, "Import %q. The handler of a guarded\n", i.site.project.Import)
	fmt.Fprintf(out, "route finds who asks with %s.IdentityFrom. The program needs these variables:\n\n", i.site.project.Package)
	fmt.Fprintln(out, "  AUTH_SECRET=     # openssl rand -base64 32")
	if i.site.project.JWT {
		fmt.Fprintln(out, "  AUTH_JWT_KEYS=keys    # made by: go tool authgen keys new")
	}
	fmt.Fprintln(out, "  BASE_URL=http://127.0.0.1:8080")
	fmt.Fprintf(out, "  DATABASE_URL=%s\n", i.site.project.DatabaseURL())
	return nil
}
