package stores

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"

	"github.com/authgen-go/authgen/e2e/internal/project"
)

// suite is what all tests share.
var suite *world

func TestMain(m *testing.M) {
	os.Exit(runSuite(m))
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

	mu       sync.Mutex
	projects map[string]func() (*project.Project, error)
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
			return project.Build(authgen, w.dir, kind)
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
	return errors.Join(errs...)
}
