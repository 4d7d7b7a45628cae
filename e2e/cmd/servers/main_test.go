//go:build linux

package main

import (
	"bufio"
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/authgen-go/authgen/e2e/internal/servers"
)

// patience is for how long something may take that comes soon.
const patience = time.Minute

func build(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "servers")
	if out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return path
}

// alone is the environment without servers, and with a folder for temporary files that
// the users of servers can reach.
func alone(t *testing.T) (env []string, dir string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "authgen-servers-test")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "AUTHGEN_TEST_") {
			env = append(env, variable)
		}
	}
	return append(env, "TMPDIR="+dir), dir
}

func TestCommandFindsServers(t *testing.T) {
	t.Parallel()
	cmd := exec.Command(build(t), "--", "env")
	env, dir := alone(t)
	cmd.Env = env
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"AUTHGEN_TEST_POSTGRES=postgres://",
		"AUTHGEN_TEST_MYSQL=authgen:",
		"AUTHGEN_TEST_REDIS=redis://",
		"AUTHGEN_TEST_REDIS_CLUSTER=redis://",
		"AUTHGEN_TEST_SERVERS=required\n",
	} {
		if !strings.Contains("\n"+string(out), "\n"+want) {
			t.Errorf("the command does not find %s in\n%s", want, out)
		}
	}
	leavesNothing(t, dir)
}

// The servers of these are the environment's, which outlive each of them.
func TestExitStatusIsOfTheCommand(t *testing.T) {
	t.Parallel()
	running, err := servers.All(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := servers.Close(running); err != nil {
			t.Error(err)
		}
	})
	program := build(t)
	for name, tt := range map[string]struct {
		args []string
		want int
	}{
		"success":            {[]string{"--", "true"}, 0},
		"without dashes":     {[]string{"sh", "-c", "exit 7"}, 7},
		"failure":            {[]string{"--", "sh", "-c", "exit 7"}, 7},
		"killed":             {[]string{"--", "sh", "-c", "kill -KILL $$"}, 128 + 9},
		"signal passed on":   {[]string{"--", "sh", "-c", `sleep 60 >/dev/null 2>&1 & trap "kill $!; exit 9" TERM; kill -TERM $PPID; wait`}, 9},
		"no such command":    {[]string{"--", "/nowhere/command"}, statusFailed},
		"no command":         {[]string{"--"}, statusUsage},
		"arguments are kept": {[]string{"--", "sh", "-c", `[ "$1" = "a b" ] && [ "$2" = "--" ]`, "sh", "a b", "--"}, 0},
	} {
		cmd := exec.Command(program, tt.args...)
		cmd.Env = append(os.Environ(), servers.Environ(running)...)
		out, err := cmd.CombinedOutput()
		if got := cmd.ProcessState.ExitCode(); got != tt.want {
			t.Errorf("%s: status %d, want %d: %v\n%s", name, got, tt.want, err, out)
		}
	}
	for _, s := range running {
		if err := s.Ready(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

func TestSignalsEndTheStart(t *testing.T) {
	t.Parallel()
	env, dir := alone(t)
	cmd := exec.Command(build(t), "--", "true")
	cmd.Env = env
	var out bytes.Buffer
	cmd.Stderr = &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the start begins", func() bool { return len(entries(t, dir)) > 0 })
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); cmd.ProcessState.ExitCode() != statusFailed || !strings.Contains(out.String(), "ended by a signal") {
		t.Errorf("%v\n%s", err, out.String())
	}
	leavesNothing(t, dir)
}

// What is killed cannot clean up: its servers end nevertheless, also those that are
// paused, and so does the command.
func TestNothingOutlivesAKilledParent(t *testing.T) {
	t.Parallel()
	env, dir := alone(t)
	cmd := exec.Command(build(t), "--", "sh", "-c", "echo $$; exec sleep 60")
	cmd.Env = env
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	command, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	running := workingIn(t, dir)
	if len(running) < 6 {
		t.Fatalf("%d processes of servers", len(running))
	}
	for i, pid := range running {
		if i%2 == 0 {
			if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed

	eventually(t, "folders are removed", func() bool { return len(entries(t, dir)) == 0 })
	leavesNothing(t, dir)
	eventually(t, "the command ends", func() bool { return !runs(t, command) })
	if made := sharedMemory(t, running); len(made) > 0 {
		t.Errorf("shared memory is left:\n%s", made)
	}
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-deadline:
			t.Fatalf("not in time: %s", what)
		case <-tick.C:
		}
	}
}

func leavesNothing(t *testing.T, dir string) {
	t.Helper()
	if left := entries(t, dir); len(left) > 0 {
		t.Errorf("files are left: %v", left)
	}
	if left := workingIn(t, dir); len(left) > 0 {
		t.Errorf("processes are left: %v", left)
	}
}

func entries(t *testing.T, dir string) []os.DirEntry {
	t.Helper()
	found, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// workingIn are the processes that work in a folder.
func workingIn(t *testing.T, dir string) []int {
	t.Helper()
	paths, err := filepath.Glob("/proc/[0-9]*/cwd")
	if err != nil {
		t.Fatal(err)
	}
	var found []int
	for _, path := range paths {
		at, err := os.Readlink(path)
		if err != nil || !strings.HasPrefix(at, dir) {
			continue
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, pid)
	}
	return found
}

// runs is whether a process runs: one that nobody has reaped does not.
func runs(t *testing.T, pid int) bool {
	t.Helper()
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if errors.Is(err, os.ErrNotExist) || errors.Is(err, syscall.ESRCH) {
		return false
	}
	if err != nil {
		t.Fatal(err)
	}
	return !bytes.Contains(text, []byte(") Z "))
}

// sharedMemory are the segments of shared memory that processes have made.
func sharedMemory(t *testing.T, pids []int) (made []string) {
	t.Helper()
	text, err := os.ReadFile("/proc/sysvipc/shm")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		for _, pid := range pids {
			if fields := strings.Fields(line); len(fields) > 4 && fields[4] == strconv.Itoa(pid) {
				made = append(made, line)
			}
		}
	}
	return made
}
