package generator_test

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/go/packages"

	"github.com/authgen-go/authgen/generator"
)

// A checker type-checks generated packages against the real runtime.
type checker struct {
	fset *token.FileSet
	deps map[string]*types.Package
}

// newChecker loads the packages that generated code imports, once for a test
// binary: they do not depend on the spec.
var newChecker = sync.OnceValues(func() (*checker, error) {
	c := &checker{fset: token.NewFileSet(), deps: map[string]*types.Package{}}
	loaded, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedTypes | packages.NeedImports | packages.NeedDeps,
		Fset: c.fset,
	}, "github.com/authgen-go/authgen/runtime/...", "github.com/google/uuid", "github.com/pressly/goose/v3", "github.com/jackc/pgx/v5/stdlib",
		"go.opentelemetry.io/otel/sdk/metric/metricdata", "go.opentelemetry.io/otel/sdk/metric", "net/http/httptest", "testing", "embed", "net/netip", "database/sql", "log/slog", "path/filepath", "sync")
	if err != nil {
		return nil, err
	}
	for _, p := range loaded {
		for _, problem := range p.Errors {
			return nil, problem
		}
		c.add(p.Types)
	}
	return c, c.addStubs()
})

func (c *checker) add(p *types.Package) {
	if p == nil || c.deps[p.Path()] != nil {
		return
	}
	c.deps[p.Path()] = p
	for _, dep := range p.Imports() {
		c.add(dep)
	}
}

// routerStubs stand for the routers, which are no dependencies of this module:
// the scripts build generated projects with the real ones.
var routerStubs = map[string]string{
	"github.com/go-chi/chi/v5": `package chi
		import "net/http"
		type Router interface {
			http.Handler
			Handle(pattern string, h http.Handler)
			With(mw ...func(http.Handler) http.Handler) Router
			HandleFunc(pattern string, h http.HandlerFunc)
		}
		type Mux struct{ Router }
		func NewRouter() *Mux { return nil }`,
	"github.com/gin-gonic/gin": `package gin
		import "net/http"
		type Context struct { Request *http.Request; Writer http.ResponseWriter }
		func (*Context) Next() {}
		func (*Context) Abort() {}
		type HandlerFunc func(*Context)
		type IRoutes interface { Any(path string, h ...HandlerFunc) IRoutes }
		type Engine struct {
			IRoutes
			RedirectTrailingSlash bool
		}
		func New() *Engine { return nil }
		func (*Engine) ServeHTTP(http.ResponseWriter, *http.Request) {}
		const TestMode = "test"
		func SetMode(string) {}
		func WrapH(http.Handler) HandlerFunc { return nil }
		func WrapF(http.HandlerFunc) HandlerFunc { return nil }`,
	"github.com/labstack/echo/v4": `package echo
		import "net/http"
		type Context interface{}
		type HandlerFunc func(Context) error
		type MiddlewareFunc func(HandlerFunc) HandlerFunc
		type Route struct{}
		type Echo struct{}
		func New() *Echo { return nil }
		func (*Echo) Any(path string, h HandlerFunc, mw ...MiddlewareFunc) []*Route { return nil }
		func (*Echo) ServeHTTP(http.ResponseWriter, *http.Request) {}
		func WrapHandler(http.Handler) HandlerFunc { return nil }
		func WrapMiddleware(func(http.Handler) http.Handler) MiddlewareFunc { return nil }`,
}

func (c *checker) addStubs() error {
	for _, name := range slices.Sorted(maps.Keys(routerStubs)) {
		file, err := parser.ParseFile(c.fset, name, routerStubs[name], 0)
		if err != nil {
			return err
		}
		if _, err := c.check(name, []*ast.File{file}, c.deps); err != nil {
			return err
		}
	}
	return nil
}

type importMap map[string]*types.Package

func (m importMap) Import(name string) (*types.Package, error) {
	if name == "unsafe" {
		return types.Unsafe, nil
	}
	if p := m[name]; p != nil {
		return p, nil
	}
	return importer.Default().Import(name)
}

// check type-checks one package and adds it to known.
func (c *checker) check(name string, files []*ast.File, known map[string]*types.Package) (*types.Package, error) {
	cfg := types.Config{Importer: importMap(known)}
	p, err := cfg.Check(name, c.fset, files, nil)
	if err == nil {
		known[name] = p
	}
	return p, err
}

// result type-checks every package of a result, tests included, and parses each
// file with its comments, so that text of the spec that leaked into one shows.
func (c *checker) result(module string, files []generator.File) error {
	known := maps.Clone(c.deps)
	parsed := map[string][]*ast.File{} // by import path, "_test" for external tests
	for _, f := range files {
		if !strings.HasSuffix(f.Path, ".go") {
			continue
		}
		file, err := parser.ParseFile(c.fset, f.Path, f.Content, parser.ParseComments)
		if err != nil {
			return fmt.Errorf("%w\n%s", err, f.Content)
		}
		name := path.Join(module, path.Dir(f.Path))
		if strings.HasSuffix(file.Name.Name, "_test") {
			name += "_test"
		}
		parsed[name] = append(parsed[name], file)
	}
	// By length: a package's tests and its authtest come after it. The folder of
	// migrations imports nothing of ours and comes first.
	names := slices.SortedFunc(maps.Keys(parsed), func(a, b string) int {
		return rank(parsed[a], module) - rank(parsed[b], module)
	})
	for _, name := range names {
		if _, err := c.check(name, parsed[name], known); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// rank orders the packages of a result by what they import of each other.
func rank(files []*ast.File, module string) int {
	n := 0
	for _, f := range files {
		for _, imp := range f.Imports {
			switch {
			case !strings.HasPrefix(imp.Path.Value, `"`+module+"/"):
			case strings.HasSuffix(imp.Path.Value, `/authtest"`):
				n = max(n, 3)
			case strings.HasSuffix(f.Name.Name, "_test"), f.Name.Name == "authtest":
				n = max(n, 2)
			default:
				n = max(n, 1)
			}
		}
	}
	return n
}

// typeChecks fails the test unless the result type-checks.
func typeChecks(t interface {
	Helper()
	Fatal(...any)
}, module string, files []generator.File) {
	t.Helper()
	c, err := newChecker()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.result(module, files); err != nil {
		t.Fatal(err)
	}
}

var _ testing.TB // the helpers above serve tests and rapid alike
