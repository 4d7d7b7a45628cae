// Package project makes projects the way users do, and serves them.
package project

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/authgen-go/authgen/internal/canary"
	"github.com/authgen-go/authgen/runtime/secret/secrettest"
)

// own are the files that users of authgen write in their projects, in a folder for
// each kind.
//
//go:embed testdata
var own embed.FS

// A Kind is what a project is for.
type Kind struct {
	name       string // a folder for it
	files      string // a folder of testdata
	strategies string // what init is asked for; "" if it is not
	database   string // likewise, unless ""
	routes     string // routes of its user's own
	settings   any    // what its files that are templates say
}

// Pages is for people: they log in on a page, with a password or through the provider
// acme, to see the page /private.
func Pages() Kind {
	return Kind{
		name: "pages", files: "pages", strategies: "session,oauth",
		routes: `	mux.Handle("GET /private", a.RequirePage()(http.HandlerFunc(private)))
`,
	}
}

// Tokens is for programs: people get tokens through the provider acme, and machines
// at a token endpoint.
func Tokens() Kind {
	return Kind{name: "tokens", files: "tokens", strategies: "jwt,oauth"}
}

// String is the name of the kind.
func (k Kind) String() string { return k.name }

// Stores is for programs with every kind of credential, and has its data in a database:
// all of it, or with Redis what more than users and keys there is.
func Stores(database string, redis bool) Kind {
	settings := struct {
		Database string
		Redis    bool
	}{database, redis}
	kind := Kind{
		name: database, files: "stores", strategies: "api_key,jwt,session,oauth", database: database,
		routes: `	mux.HandleFunc("GET /debug/goroutines", goroutines)
`,
		settings: settings,
	}
	if redis {
		kind.name += "-redis"
	}
	return kind
}

// Verifier is for programs that take the tokens of another server and have no data; nor
// are they scaffolded. Root is where authgen's own source is.
func Verifier(root, issuer string) (Kind, error) {
	root, err := filepath.Abs(root)
	settings := struct{ Root, Issuer string }{root, issuer}
	return Kind{name: "verifier", files: "verifier", settings: settings}, err
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
			if kind.strategies == "" {
				return os.MkdirAll(p.dir, 0o755)
			}
			args := []string{"init", p.dir, "--no-generate", "--module", "example.com/app", "--strategies", kind.strategies}
			if kind.database != "" {
				args = append(args, "--database", kind.database)
			}
			return command(dir, authgen, args...)
		},
		p.change,
		func() error { return command(p.dir, authgen, "generate") },
		func() error { return goTool(p.dir, "mod", "tidy") },
		func() error { return os.Mkdir(p.bin, 0o755) },
		func() error { return goTool(p.dir, "build", "-trimpath", "-o", p.bin, "./...") },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// Search is an error if anything that the project's programs have logged, or a file of its
// own, tells one of secrets, to which those of its files are added (SECURITY LOG-02).
func (p *Project) Search(secrets *secrettest.Secrets) error {
	if _, err := canary.Note(secrets, p.dir); err != nil {
		return err
	}
	if secrets.Len() == 0 {
		return fmt.Errorf("%s: no secret is looked for", p.dir)
	}
	logs, err := filepath.Glob(p.program("log*"))
	if err != nil {
		return err
	}
	for _, name := range logs {
		if err := searchLog(secrets, name); err != nil {
			return err
		}
	}
	return canary.Search(secrets, p.dir)
}

// searchLog searches a log that may be long, some lines at a time.
func searchLog(secrets *secrettest.Secrets, name string) error {
	const some = 1 << 20
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	for len(text) > 0 {
		from, end := min(some, len(text)), len(text)
		if i := bytes.IndexByte(text[from:], '\n'); i >= 0 {
			end = from + i + 1
		}
		if err := canary.SearchText(secrets, name, string(text[:end])); err != nil {
			return err
		}
		text = text[end:]
	}
	return nil
}

// program is the file of one of the project's programs.
func (p *Project) program(name string) string { return filepath.Join(p.bin, name) }

// change makes the project its user's: with a spec and, for some, routes of their own.
func (p *Project) change() error {
	files, err := fs.Sub(own, "testdata/"+p.kind.files)
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
		name, isTemplate := strings.CutSuffix(name, ".tmpl")
		if isTemplate {
			if content, err = p.kind.fill(string(content)); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
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
	if p.kind.routes == "" {
		return nil
	}
	const mount = "\ta.Mount(mux)\n"
	return p.edit("routes.go", mount, mount+p.kind.routes)
}

// fill is what a template says of a kind.
func (k Kind) fill(text string) ([]byte, error) {
	t, err := template.New(k.name).Parse(text)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = t.Execute(&out, k.settings)
	return out.Bytes(), err
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
