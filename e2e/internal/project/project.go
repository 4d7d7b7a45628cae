// Package project makes projects the way users do, and serves them.
package project

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// own are the files that users of authgen write in their projects, in a folder for
// each kind.
//
//go:embed testdata
var own embed.FS

// A Kind is what a project is for.
type Kind struct {
	name       string // its folder in testdata
	strategies string // what init is asked for
	routes     string // routes of its user's own
}

// Pages is for people: they log in on a page, with a password or through the provider
// acme, to see the page /private.
func Pages() Kind {
	return Kind{
		name: "pages", strategies: "session,oauth",
		routes: `	mux.Handle("GET /private", a.RequirePage()(http.HandlerFunc(private)))
`,
	}
}

// Tokens is for programs: people get tokens through the provider acme, and machines
// at a token endpoint.
func Tokens() Kind {
	return Kind{name: "tokens", strategies: "jwt,oauth"}
}

// A Project is a scaffolded program in a folder of its own, generated and built.
type Project struct {
	kind Kind
	dir  string
	bin  string // a folder of its programs
}

// Generator builds the authgen that is at root, below dir, and returns its file.
func Generator(root, dir string) (authgen string, err error) {
	authgen = filepath.Join(dir, "authgen")
	return authgen, goTool(root, "build", "-o", authgen, "./cmd/authgen")
}

// Build scaffolds a project below dir with authgen, adds what its user writes,
// generates, and builds it.
func Build(authgen, dir string, kind Kind) (*Project, error) {
	p := &Project{
		kind: kind,
		dir:  filepath.Join(dir, kind.name, "app"),
		bin:  filepath.Join(dir, kind.name, "bin") + string(filepath.Separator),
	}
	steps := []func() error{
		func() error {
			return command(dir, authgen, "init", p.dir, "--module", "example.com/app", "--strategies", kind.strategies)
		},
		p.change,
		func() error { return command(p.dir, authgen, "generate") },
		func() error { return goTool(p.dir, "mod", "tidy") },
		func() error { return os.Mkdir(p.bin, 0o755) },
		func() error { return goTool(p.dir, "build", "-o", p.bin, ".", "./cmd/...") },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// program is the file of one of the project's programs.
func (p *Project) program(name string) string { return filepath.Join(p.bin, name) }

// change makes the project its user's: with a spec and, for some, routes of their own.
func (p *Project) change() error {
	files, err := fs.Sub(own, "testdata/"+p.kind.name)
	if err != nil {
		return err
	}
	err = fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		file := filepath.Join(p.dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		return os.WriteFile(file, content, 0o644)
	})
	if err != nil {
		return err
	}
	const mount = "\ta.Mount(mux)\n"
	return p.edit("routes.go", mount, mount+p.kind.routes)
}

// edit replaces a text that a file of the project holds once.
func (p *Project) edit(name, old, replacement string) error {
	name = filepath.Join(p.dir, name)
	content, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if n := strings.Count(string(content), old); n != 1 {
		return fmt.Errorf("%s holds %q %d times", name, old, n)
	}
	return os.WriteFile(name, []byte(strings.Replace(string(content), old, replacement, 1)), 0o644)
}

// goTool runs the go command in dir, whatever workspace the tests run in.
func goTool(dir string, args ...string) error {
	return command(dir, "go", args...)
}

func command(dir, name string, args ...string) error {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-buildvcs=false")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, out)
	}
	return nil
}
