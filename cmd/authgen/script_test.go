package main

import (
	"flag"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/secret/secrettest"
	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "rewrite the goldens of scripts from what they compare")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"authgen": authgenAtAFixedTime})
}

// authgenAtAFixedTime is authgen with a clock that stands still, so that
// migrations have one name in every run. NOW in the environment moves it; the
// real program has no such door.
func authgenAtAFixedTime() {
	now := time.Date(2026, time.January, 2, 3, 4, 5, 0, time.UTC)
	if text := os.Getenv("NOW"); text != "" {
		moved, err := time.Parse(time.RFC3339, text)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(exitError)
		}
		now = moved
	}
	p := &program{stdin: os.Stdin, stdout: alsoSaid(os.Stdout), stderr: alsoSaid(os.Stderr), now: func() time.Time { return now }}
	os.Exit(p.run(os.Args[1:]))
}

// TestScripts runs testdata/scripts: what people type, and what comes of it.
func TestScripts(t *testing.T) {
	host := hostEnv(t)
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("..", "..", "testdata", "scripts"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *update,
		Condition:           hasServer,
		Setup:               func(env *testscript.Env) error { return setUp(env, host) },
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"files":       listFiles,
			"same":        sameFolders,
			"mtime":       printModTime,
			"edit":        editFile,
			"strip":       stripHeaders,
			"staticcheck": newLinter(t.TempDir()).run,
			"status":      expectStatus,
			"modules":     needModules,
			"serve":       startServer,
			"alongside":   startAlongside,
			"database":    makeDatabase,
			"rotatekeys":  rotateKeysUnderLoad,
			"halt":        stopServer,
			"freeaddr":    setFreeAddr,
			"await":       awaitOK,
			"http":        request,
			"inflight":    requestAcrossStop,
			"forget":      forgetCookies,
			"capture":     captureOutput,
			"claim":       captureClaim,
			"rotate":      rotateUnderLoad,
		},
	})
}

// A script that says stop has passed by there, whatever comes after it: halt is
// what ends a server.
func TestScriptsRunToTheirEnd(t *testing.T) {
	scripts, err := filepath.Glob(filepath.Join("..", "..", "testdata", "scripts", "*.txtar"))
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, name := range scripts {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(archive.Comment)) {
			if words := strings.Fields(line); slices.Contains(words[:min(2, len(words))], "stop") && !strings.HasPrefix(line, "#") {
				t.Errorf("%s ends early: %s", name, line)
			}
		}
	}
}

// A world is what the commands of one script share.
type world struct {
	jar     http.CookieJar
	server  *server
	secrets secrettest.Secrets // that the script used
}

type worldKey struct{}

// setUp gives a script the go command with the caches of the host and without a
// network: what it downloads, "modules" has fetched before.
func setUp(env *testscript.Env, host map[string]string) error {
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		return err
	}
	for name, value := range host {
		env.Setenv(name, value)
	}
	for name, value := range offline {
		env.Setenv(name, value)
	}
	env.Setenv("ROOT", root)
	env.Setenv("GOPATH", filepath.Join(env.WorkDir, ".gopath"))
	env.Setenv("GORACE", "atexit_sleep_ms=10")

	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	w := &world{jar: jar}
	env.Values[worldKey{}] = w
	env.Setenv(saidFile, filepath.Join(env.WorkDir, ".tmp", "said"))
	env.Defer(func() { w.server.kill() })
	env.Defer(func() {
		if err := w.searchEverything(env.WorkDir); err != nil {
			env.T().Fatal(err)
		}
	})
	return nil
}

func worldOf(ts *testscript.TestScript) *world {
	return ts.Value(worldKey{}).(*world)
}

// offline is the environment in which the go command builds from its caches alone.
var offline = map[string]string{
	"GOENV":       "off",
	"GOFLAGS":     "",
	"GOPROXY":     "off",
	"GOSUMDB":     "off",
	"GOTOOLCHAIN": "local",
	"GOWORK":      "",
}

// hostEnv are the caches of whoever runs the tests.
func hostEnv(t *testing.T) map[string]string {
	t.Helper()
	host := map[string]string{}
	for _, name := range []string{"GOCACHE", "GOMODCACHE"} {
		out, err := exec.Command("go", "env", name).Output()
		if err != nil {
			t.Fatal(err)
		}
		host[name] = strings.TrimSpace(string(out))
	}
	return host
}

// needModules makes sure, once a run, that the module cache holds what scaffolded
// projects need, with the proxy of whoever runs the tests:
//
//	modules [DATABASE...] [otel]
func needModules(ts *testscript.TestScript, neg bool, args []string) {
	for router := range routerTemplates {
		args = append(args, string(router))
	}
	for _, choice := range args {
		fetch, known := fetchModules[choice]
		if neg || !known {
			ts.Fatalf("usage: modules [DATABASE...] [otel]")
		}
		ts.Check(fetch())
	}
}

// fetchModules tidies a project of each router, of each database that is not embedded, and
// with metrics: from the cache if that will do, else with a network.
var fetchModules = moduleFetchers()

func moduleFetchers() map[string]func() error {
	fetchers := map[string]func() error{}
	for router := range routerTemplates {
		fetchers[string(router)] = sync.OnceValue(func() error { return fetchFor("", "--router", string(router)) })
	}
	for database := range startDatabase {
		fetchers[database] = sync.OnceValue(func() error { return fetchFor("", "--database", database) })
	}
	fetchers["otel"] = sync.OnceValue(func() error { return fetchFor("metrics: otel\n", "--strategies", "session") })
	return fetchers
}

// fetchFor fetches what a project with a choice needs, to whose spec more is added.
func fetchFor(more, flag, choice string) error {
	dir, err := os.MkdirTemp("", "authgen-modules")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)

	project := filepath.Join(dir, "app")
	if initWith(project, more, offline, flag, choice) == nil {
		return nil
	}
	fmt.Fprintf(os.Stderr, "fetching the modules of a project with %s\n", more+choice)
	if err := os.RemoveAll(project); err != nil {
		return err
	}
	return initWith(project, more, nil, flag, choice)
}

// initWith makes a project, and again after more was added to its spec, if anything is, in
// an environment that env is added to.
func initWith(project, more string, env map[string]string, flags ...string) error {
	if err := runWith(env, "", "authgen", append([]string{"init", project, "--module", "example.com/app"}, flags...)...); err != nil || more == "" {
		return err
	}
	name := filepath.Join(project, "authgen.yaml")
	spec, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if err := os.WriteFile(name, append(spec, more...), 0o644); err != nil {
		return err
	}
	if err := runWith(env, project, "authgen", "generate"); err != nil {
		return err
	}
	return runWith(env, project, "go", "mod", "tidy")
}

// runWith runs a program in a folder, with an environment that env is added to.
func runWith(env map[string]string, dir, name string, args ...string) error {
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env = dir, os.Environ()
	for name, value := range env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	return nil
}
