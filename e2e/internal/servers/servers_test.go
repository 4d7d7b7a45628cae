package servers

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// begin starts a private server that is closed when the test ends.
func begin(t *testing.T, kind Kind) *Server {
	t.Helper()
	s, err := kind.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func do(t *testing.T, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// keeps fails the test if a key is not kept.
func keeps(t *testing.T, c client, key string) {
	t.Helper()
	found, err := c.has(t.Context(), key)
	if err != nil || !found {
		t.Fatalf("key %s is kept: %v, %v", key, found, err)
	}
}

// silent fails the test unless a query with a deadline ends by it, and soon.
func silent(t *testing.T, c client, key string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	ended := make(chan error, 1)
	go func() {
		_, err := c.has(ctx, key)
		ended <- err
	}()
	select {
	case err := <-ended:
		if err == nil || ctx.Err() == nil {
			t.Errorf("a paused server answers: %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Error("a query outlives its deadline")
	}
}

func TestServersKeepWhatTheyAnsweredFor(t *testing.T) {
	t.Parallel()
	for _, kind := range Kinds() {
		t.Run(kind.String(), func(t *testing.T) {
			t.Parallel()
			s := begin(t, kind)
			url, c := s.URL, connect(t, s)
			do(t, "put", c.put(t.Context(), "first"))

			do(t, "pause", s.Pause())
			silent(t, c, "first")
			do(t, "resume", s.Resume())
			do(t, "ready", s.Ready(t.Context()))
			keeps(t, c, "first")

			do(t, "put", c.put(t.Context(), "second"))
			do(t, "kill", s.Kill())
			if _, err := c.has(t.Context(), "first"); err == nil {
				t.Error("a server that was killed answers")
			}
			if err := s.Pause(); !errors.Is(err, errEnded) {
				t.Errorf("pause what was killed: %v", err)
			}
			do(t, "restart", s.Restart(t.Context()))

			s2 := &Server{URL: url, kind: kind}
			do(t, "ready at the same address", s2.Ready(t.Context()))
			for _, key := range []string{"first", "second"} {
				retry(t, func(ctx context.Context) error { _, err := c.has(ctx, key); return err })
				keeps(t, c, key)
			}

			do(t, "stop", s.Stop())
			do(t, "restart", s.Restart(t.Context()))
			do(t, "restart what runs", s.Restart(t.Context()))
			retry(t, func(ctx context.Context) error { return c.put(ctx, "third") })
			for _, key := range []string{"first", "second", "third"} {
				keeps(t, c, key)
			}
		})
	}
}

// retry gives a client with connections from before a restart the time to notice.
func retry(t *testing.T, try func(context.Context) error) {
	t.Helper()
	do(t, "after a restart", until(t.Context(), nil, try))
}

func TestClosedServersLeaveNothing(t *testing.T) {
	t.Parallel()
	states := map[string]func(*Server) error{
		"running": func(*Server) error { return nil },
		"paused":  (*Server).Pause,
		"stopped": (*Server).Stop,
		"killed":  (*Server).Kill,
	}
	for name, reach := range states {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := PostgreSQL().Start(t.Context())
			do(t, "start", err)
			pid := s.Processes()[0].Pid()
			do(t, "reach the state", reach(s))
			do(t, "close", s.Close())
			if _, err := os.Stat(s.folder.path); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("the folder is left: %v", err)
			}
			if _, err := readStatus(pid); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("process %d is left: %v", pid, err)
			}
			if at := workingIn(t, s.folder.path); len(at) > 0 {
				t.Errorf("processes are left: %v", at)
			}
			if sharedMemoryOf(t, pid) {
				t.Error("shared memory is left")
			}
		})
	}
}

func TestServersThatFailToStartLeaveNothing(t *testing.T) {
	folders := func() int {
		paths, err := filepath.Glob(filepath.Join(os.TempDir(), "authgen-server*"))
		do(t, "list", err)
		return len(paths)
	}
	dir, err := os.MkdirTemp("", "authgen-fail")
	do(t, "make a folder", err)
	defer os.RemoveAll(dir)
	do(t, "open the folder", os.Chmod(dir, 0o755))
	do(t, "write a program", os.WriteFile(filepath.Join(dir, "redis-server"), []byte("#!/bin/sh\necho no memory\nexit 1\n"), 0o755))
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	t.Setenv("TMPDIR", dir)

	_, err = Redis().Start(t.Context())
	if !errors.Is(err, errEnded) || !strings.Contains(err.Error(), "no memory") {
		t.Errorf("the error does not say what the program did: %v", err)
	}
	if n := folders(); n != 0 {
		t.Errorf("%d folders are left", n)
	}
}

func TestServersOfOthersAreUsedButLeftAlone(t *testing.T) {
	s := begin(t, Redis())
	t.Setenv(Redis().Variable(), s.URL)
	used, err := Redis().Use(t.Context())
	do(t, "use", err)
	if used.URL != s.URL {
		t.Errorf("used %s, want %s", used.URL, s.URL)
	}
	for what, err := range map[string]error{
		"stop":    used.Stop(),
		"kill":    used.Kill(),
		"pause":   used.Pause(),
		"resume":  used.Resume(),
		"restart": used.Restart(t.Context()),
	} {
		if want := fmt.Sprintf("cannot %s Redis: it is not ours but what AUTHGEN_TEST_REDIS names", what); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", what, err, want)
		}
	}
	do(t, "close", used.Close())
	do(t, "ready", s.Ready(t.Context()))
}

func TestServersOfOthersHaveToAnswer(t *testing.T) {
	s := begin(t, Redis())
	do(t, "pause", s.Pause())
	t.Setenv(Redis().Variable(), s.URL)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := Redis().Use(ctx); err == nil || !strings.Contains(err.Error(), Redis().Variable()) {
		t.Errorf("a server that does not answer: %v", err)
	}
}

func TestServersAskForTheirPassword(t *testing.T) {
	t.Parallel()
	s := begin(t, Redis())
	if err := redisAnswers(t.Context(), redisURL(s.Processes()[0].Addr, "guessed")); err == nil {
		t.Error("a guessed password is taken")
	}
}

// workingIn are the processes that work in a folder.
func workingIn(t *testing.T, folder string) []string {
	t.Helper()
	paths, err := filepath.Glob("/proc/[0-9]*/cwd")
	do(t, "list", err)
	var found []string
	for _, path := range paths {
		if at, err := os.Readlink(path); err == nil && strings.HasPrefix(at, folder) {
			found = append(found, path)
		}
	}
	return found
}

// sharedMemoryOf is whether there is a segment of shared memory that a process has made.
func sharedMemoryOf(t *testing.T, pid int) bool {
	t.Helper()
	text, err := os.ReadFile("/proc/sysvipc/shm")
	do(t, "read", err)
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) > 4 && fields[4] == fmt.Sprint(pid) {
			return true
		}
	}
	return false
}
