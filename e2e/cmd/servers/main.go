//go:build linux

// Command servers runs a command with private PostgreSQL, MariaDB, Redis and Redis
// Cluster servers, which end with it:
//
//	go run ./cmd/servers -- go test ./...
//
// The command finds them by the variables of the environment that name them to tests:
// AUTHGEN_TEST_POSTGRES, AUTHGEN_TEST_MYSQL, AUTHGEN_TEST_REDIS and
// AUTHGEN_TEST_REDIS_CLUSTER. A server that one of them already names is used as it is.
// With AUTHGEN_TEST_SERVERS=required no test skips because it finds none.
//
// The exit status is the command's, or 128 and the number of the signal that ended it.
// Signals are passed on to the command.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"

	"github.com/authgen-go/authgen/e2e/internal/servers"
)

const (
	statusFailed = 125 // of this program itself, as of others that run commands
	statusUsage  = 2
)

func main() {
	// The command ends when the thread that started it does: this one lasts.
	runtime.LockOSThread()
	args := os.Args[1:]
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		fmt.Fprintln(os.Stderr, "usage: servers -- COMMAND [ARGS]")
		os.Exit(statusUsage)
	}
	status, err := run(args)
	if err != nil {
		fmt.Fprintln(os.Stderr, "servers:", err)
	}
	os.Exit(status)
}

// run returns the exit status, and what went wrong besides the command.
func run(args []string) (int, error) {
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)

	started, err := start(signals)
	if err != nil {
		return statusFailed, err
	}
	status, err := command(args, servers.Environ(started), signals)
	if closeErr := servers.Close(started); closeErr != nil {
		return max(status, 1), errors.Join(err, closeErr)
	}
	return status, err
}

// start starts the servers, unless a signal comes first.
func start(signals <-chan os.Signal) ([]*servers.Server, error) {
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	type result struct {
		servers []*servers.Server
		err     error
	}
	results := make(chan result, 1)
	go func() {
		started, err := servers.All(ctx)
		results <- result{started, err}
	}()
	select {
	case r := <-results:
		return r.servers, r.err
	case s := <-signals:
		cancel(fmt.Errorf("ended by a signal: %v", s))
		r := <-results
		return nil, errors.Join(context.Cause(ctx), servers.Close(r.servers))
	}
}

// command runs the command with more variables in its environment.
func command(args, env []string, signals <-chan os.Signal) (int, error) {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM} // without its servers there is nothing to wait for
	if err := cmd.Start(); err != nil {
		return statusFailed, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case s := <-signals:
			_ = cmd.Process.Signal(s) // it may have ended just now
		case err := <-ended:
			return exitStatus(err)
		}
	}
}

func exitStatus(err error) (int, error) {
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok {
		if err != nil {
			return statusFailed, err
		}
		return 0, nil
	}
	if wait, ok := exit.Sys().(syscall.WaitStatus); ok && wait.Signaled() {
		return 128 + int(wait.Signal()), nil
	}
	return exit.ExitCode(), nil
}
