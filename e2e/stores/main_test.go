package stores

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strconv"
	"sync"
	"testing"

	"github.com/authgen-go/authgen/e2e/internal/project"
	"github.com/authgen-go/authgen/runtime/secret/secrettest"
)

// suite is what all tests share.
var suite *world

func TestMain(m *testing.M) {
	flag.Parse()
	if err := besides(len(backends)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	os.Exit(runSuite(m))
}

// besides has n tests run beside each other, or as many as -parallel says if that is more:
// most of their time is waiting for a store, so how many processors there are matters
// little.
func besides(n int) error {
	parallel := flag.Lookup("test.parallel")
	given, err := strconv.Atoi(parallel.Value.String())
	if err != nil || given >= n {
		return err
	}
	return parallel.Value.Set(strconv.Itoa(n))
}

func runSuite(m *testing.M) (status int) {
	dir, err := os.MkdirTemp("", "authgen-stores")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)

	suite = newWorld(dir)
	status = m.Run()
	if err := suite.close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return max(status, 1)
	}
	return status
}

// A world is projects, servers of databases, and the rigs that are made of them. Each
// begins when it is first asked for.
type world struct {
	dir     string
	authgen func() (string, error)
	secrets secrettest.Secrets // of everybody in the tests

	mu       sync.Mutex
	projects map[string]func() (*project.Project, error)
	built    []*project.Project
	closes   []func() error
}

func newWorld(dir string) *world {
	return &world{
		dir:      dir,
		authgen:  sync.OnceValues(func() (string, error) { return project.Generator("../..", dir) }),
		projects: map[string]func() (*project.Project, error){},
	}
}

// project builds a project once.
func (w *world) project(kind project.Kind) (*project.Project, error) {
	w.mu.Lock()
	build, found := w.projects[kind.String()]
	if !found {
		build = sync.OnceValues(func() (*project.Project, error) {
			authgen, err := w.authgen()
			if err != nil {
				return nil, err
			}
			p, err := project.Build(authgen, w.dir, kind)
			if err == nil {
				w.mu.Lock()
				defer w.mu.Unlock()
				w.built = append(w.built, p)
			}
			return p, err
		})
		w.projects[kind.String()] = build
	}
	w.mu.Unlock()
	return build()
}

// atEnd has something closed when all tests are over: what was begun last is closed
// first.
func (w *world) atEnd(close func() error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closes = append(w.closes, close)
}

func (w *world) close() error {
	var errs []error
	for i := len(w.closes) - 1; i >= 0; i-- {
		errs = append(errs, w.closes[i]())
	}
	for _, p := range w.built {
		errs = append(errs, p.Search(&w.secrets))
	}
	return errors.Join(errs...)
}
