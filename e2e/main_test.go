package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/authgen-go/authgen/e2e/internal/attacker"
	"github.com/authgen-go/authgen/e2e/internal/chrome"
	"github.com/authgen-go/authgen/e2e/internal/project"
	"github.com/authgen-go/authgen/e2e/internal/provider"
	"github.com/authgen-go/authgen/runtime/secret/secrettest"
)

// suite is what all tests share.
var suite *world

func TestMain(m *testing.M) {
	os.Exit(runSuite(m))
}

func runSuite(m *testing.M) (status int) {
	dir, err := os.MkdirTemp("", "authgen-e2e")
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

// A world is generated servers, a browser, and somebody with bad intentions. Each
// begins when it is first asked for, so that fuzzing waits for none of them.
type world struct {
	pages    func() (*site, error) // for people
	tokens   func() (*site, error) // for programs
	browser  func() (*chrome.Browser, error)
	attacker func() (*attacker.Site, error)
	axe      func() (*chrome.Axe, error)

	secrets secrettest.Secrets // of everybody in the tests

	mu     sync.Mutex
	built  []*project.Project
	closes []func() error
}

// A site is a generated server, and the provider acme that people log in to it
// through.
type site struct {
	*project.Server
	acme *provider.Provider
}

func newWorld(dir string) *world {
	w := &world{}
	authgen := sync.OnceValues(func() (string, error) { return project.Generator("..", dir) })
	begin := func(kind project.Kind) func() (*site, error) {
		return sync.OnceValues(func() (*site, error) { return w.serve(authgen, dir, kind) })
	}
	w.pages, w.tokens = begin(project.Pages()), begin(project.Tokens())
	w.browser = sync.OnceValues(func() (*chrome.Browser, error) {
		browser, err := chrome.Start(context.Background(), dir)
		if err == nil {
			w.atEnd(browser.Close)
		}
		return browser, err
	})
	w.attacker = sync.OnceValues(func() (*attacker.Site, error) {
		site, err := attacker.Serve()
		if err == nil {
			w.atEnd(func() error { site.Close(); return nil })
		}
		return site, err
	})
	w.axe = sync.OnceValues(func() (*chrome.Axe, error) {
		return chrome.LoadAxe(filepath.Join("node_modules", "axe-core", "axe.min.js"))
	})
	return w
}

// serve makes a project and serves it, after the provider that it is told of.
func (w *world) serve(authgen func() (string, error), dir string, kind project.Kind) (*site, error) {
	generator, err := authgen()
	if err != nil {
		return nil, err
	}
	p, err := project.Build(generator, dir, kind)
	if err != nil {
		return nil, err
	}
	w.mu.Lock()
	w.built = append(w.built, p)
	w.mu.Unlock()
	addr, err := project.FreeAddr()
	if err != nil {
		return nil, err
	}
	acme, err := provider.Start(context.Background(), filepath.Join("internal", "provider", "provider.mjs"), "http://"+addr+"/auth/oauth/acme/callback")
	if err != nil {
		return nil, err
	}
	w.atEnd(acme.Stop)
	w.secrets.Add("client secret", acme.Secret())
	server, err := p.Serve(context.Background(), addr, acme.Env("acme")...)
	if err != nil {
		return nil, err
	}
	w.atEnd(server.Stop)
	return &site{server, acme}, nil
}

func (w *world) atEnd(close func() error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closes = append(w.closes, close)
}

func (w *world) close() error {
	var errs []error
	for _, close := range w.closes {
		errs = append(errs, close())
	}
	for _, p := range w.built {
		errs = append(errs, p.Search(&w.secrets))
	}
	return errors.Join(errs...)
}

// must is what begin gives, or the end of the test.
func must[T any](t *testing.T, begin func() (T, error)) T {
	t.Helper()
	value, err := begin()
	if err != nil {
		t.Fatal(err)
	}
	return value
}
