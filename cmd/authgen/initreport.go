package main

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

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
	for _, d := range s.found.drivers {
		fmt.Fprintf(out, "driver %s (seen in %s)\n", d.name, place(d.from))
	}
	if len(s.found.drivers) == 0 {
		fmt.Fprintln(out, "driver none; users are kept in SQLite")
	}
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
			i.say("warning: .gitignore was there and stays; see that it names .env, which holds a secret, and app.db*")
		case ".env":
			i.say("warning: .env was there and stays; .env.example lists what it has to set")
		}
	}
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
	if p := i.site.project; p.APIKey && !p.Session && !p.JWT {
		fmt.Fprintln(out, "  go run ./cmd/admin user create --email ada@example.com    # reads a password")
		fmt.Fprintln(out, "  go run ./cmd/admin apikey create --email ada@example.com --name first --scope reports:read")
	}
	fmt.Fprintln(out, "  go run .         # serves on http://127.0.0.1:8080; a first build takes a minute")
	fmt.Fprintln(out, "  go test ./...")
	return nil
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
	fmt.Fprintln(out, "  DATABASE_URL=sqlite:app.db")
	return nil
}
