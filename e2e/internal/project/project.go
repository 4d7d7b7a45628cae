// Package project makes a project the way a user does, and serves it.
package project

import (
	"embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// own are files that a user of authgen writes in a project.
//
//go:embed testdata
var own embed.FS

// A Project is a scaffolded program in a folder of its own, generated and built.
type Project struct {
	dir    string
	server string // the program
	age    string // the program that makes logins older
}

// Build scaffolds a project below dir with the authgen that is at root, asks for
// pages in its spec, guards a page of its own, generates, and builds it.
func Build(root, dir string) (*Project, error) {
	p := &Project{
		dir:    filepath.Join(dir, "app"),
		server: filepath.Join(dir, "server"),
		age:    filepath.Join(dir, "age"),
	}
	authgen := filepath.Join(dir, "authgen")
	steps := []func() error{
		func() error { return goTool(root, "build", "-o", authgen, "./cmd/authgen") },
		func() error {
			return command(dir, authgen, "init", p.dir, "--module", "example.com/app", "--strategies", "session")
		},
		p.change,
		func() error { return command(p.dir, authgen, "generate") },
		func() error { return goTool(p.dir, "build", "-o", p.server, ".") },
		func() error { return goTool(p.dir, "build", "-o", p.age, "./cmd/age") },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// change makes the project its user's: a spec that asks for pages, and a page of
// their own behind a guard.
func (p *Project) change() error {
	for name, file := range map[string]string{
		"authgen.yaml": "authgen.yaml",
		"private.go":   "private.go",
		"age/main.go":  "cmd/age/main.go",
	} {
		content, err := own.ReadFile("testdata/" + name)
		if err != nil {
			return err
		}
		file = filepath.Join(p.dir, filepath.FromSlash(file))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, content, 0o644); err != nil {
			return err
		}
	}
	return p.edit("routes.go", "\ta.Mount(mux)\n", `	a.Mount(mux)
	mux.Handle("GET /private", a.RequirePage()(http.HandlerFunc(private)))
`)
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
