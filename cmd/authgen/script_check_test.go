package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
)

// A linter is staticcheck in the version that .ci/tools names, built when it is
// first needed.
type linter struct {
	build func() (tool string, err error)
}

func newLinter(dir string) *linter {
	return &linter{build: sync.OnceValues(func() (string, error) {
		tool := filepath.Join(dir, "staticcheck")
		cmd := exec.Command("go", "build", "-o", tool, "honnef.co/go/tools/cmd/staticcheck")
		cmd.Dir = filepath.Join("..", "..", ".ci", "tools")
		if out, err := cmd.CombinedOutput(); err != nil {
			return "", fmt.Errorf("build staticcheck: %w\n%s", err, out)
		}
		return tool, nil
	})}
}

// run makes every check, style included, in the current folder:
//
//	staticcheck
func (l *linter) run(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: staticcheck")
	}
	tool, err := l.build()
	ts.Check(err)

	cmd := exec.Command(tool, "-checks=all", "./...")
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = append(os.Environ(), scriptEnv(ts, "GOCACHE", "GOMODCACHE", "GOPROXY", "GOSUMDB", "GOFLAGS", "GOENV", "GOWORK")...)
	out, err := cmd.CombinedOutput()
	ts.Logf("%s", out)
	if err != nil {
		ts.Fatalf("staticcheck: %v", err)
	}
}

// scriptEnv are the variables of a script that names lists.
func scriptEnv(ts *testscript.TestScript, names ...string) []string {
	var env []string
	for _, name := range names {
		env = append(env, name+"="+ts.Getenv(name))
	}
	return env
}

// expectStatus runs a command and compares its exit status:
//
//	status N COMMAND...
func expectStatus(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N COMMAND...")
	}
	err := ts.Exec(args[1], args[2:]...)
	var exit *exec.ExitError
	got := "0"
	if errors.As(err, &exit) {
		got = strconv.Itoa(exit.ExitCode())
	} else {
		ts.Check(err)
	}
	if got != args[0] {
		ts.Fatalf("status %s, want %s", got, args[0])
	}
}
