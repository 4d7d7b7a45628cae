package main

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/authgen-go/authgen/internal/canary"
)

// A server is the program of a script's project, running.
type server struct {
	cmd  *exec.Cmd
	log  lockedBuffer
	done chan struct{} // closed when the program has ended, with err
	err  error
}

// startServer builds the program in the current folder, starts it on a free port
// of loopback, waits until it is ready, and sets URL:
//
//	serve [NAME=VALUE...]      ADDR=… asks for an address
//	! serve [NAME=VALUE...]    it must refuse to start; what it says goes to stderr
func startServer(ts *testscript.TestScript, neg bool, args []string) {
	w := worldOf(ts)
	if w.server != nil {
		ts.Fatalf("a server runs already")
	}
	dir := ts.MkAbs(".")
	program := filepath.Join(ts.MkAbs(ts.Getenv("WORK")), ".tmp", "server")
	ts.Check(ts.Exec("go", "build", "-o", program, "."))

	addr, err := freeAddr()
	ts.Check(err)
	for _, arg := range args {
		if asked, ok := strings.CutPrefix(arg, "ADDR="); ok {
			addr = asked
		}
	}
	s := newServer(dir, program, append([]string{"ADDR=" + addr}, args...))
	ts.Check(s.start())
	w.server = s
	ts.Setenv("URL", "http://"+addr)

	ready := s.ready("http://" + addr + "/readyz")
	ts.Logf("%s", s.log.String())
	switch {
	case neg && ready:
		ts.Fatalf("the server started")
	case !neg && !ready:
		ts.Fatalf("the server did not start")
	case neg:
		w.server = nil
		s.kill()
		fmt.Fprint(ts.Stderr(), s.log.String())
	}
}

func newServer(dir, program string, env []string) *server {
	s := &server{cmd: exec.Command(program), done: make(chan struct{})}
	s.cmd.Dir, s.cmd.Env = dir, env
	s.cmd.Stdout, s.cmd.Stderr = &s.log, &s.log
	return s
}

func (s *server) start() error {
	if err := s.cmd.Start(); err != nil {
		return err
	}
	go func() {
		s.err = s.cmd.Wait()
		close(s.done)
	}()
	return nil
}

// startAlongside builds and starts the program in a folder beside the server of the
// script, on a free port, and sets URL2. It runs until the script ends:
//
//	alongside DIR
func startAlongside(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: alongside DIR")
	}
	program := filepath.Join(ts.MkAbs(ts.Getenv("WORK")), ".tmp", "alongside")
	ts.Check(ts.Exec("go", "build", "-C", args[0], "-o", program, "."))
	addr, err := freeAddr()
	ts.Check(err)
	s := newServer(ts.MkAbs(args[0]), program, []string{"ADDR=" + addr, "BASE_URL=http://" + addr})
	ts.Check(s.start())
	ts.Defer(s.kill)
	if !s.ready("http://" + addr + "/readyz") {
		ts.Fatalf("the program did not start\n%s", s.log.String())
	}
	ts.Setenv("URL2", "http://"+addr)
}

// stopServer ends the server the way an operator does, and fails unless it ends
// well. What it logged goes to stdout:
//
//	halt
func stopServer(ts *testscript.TestScript, neg bool, args []string) {
	w := worldOf(ts)
	if neg || len(args) > 0 || w.server == nil {
		ts.Fatalf("usage: halt (after serve)")
	}
	s := w.server
	w.server = nil
	ts.Check(s.cmd.Process.Signal(syscall.SIGTERM))
	select {
	case <-s.done:
		fmt.Fprint(ts.Stdout(), s.log.String())
		ts.Check(canary.SearchText(&w.secrets, "the log of the server", s.log.String()))
		if s.err != nil {
			ts.Fatalf("the server ended with %v\n%s", s.err, s.log.String())
		}
	case <-time.After(30 * time.Second):
		s.kill()
		ts.Fatalf("the server did not stop\n%s", s.log.String())
	}
}

// ready waits for url to answer 200, as long as the program runs.
func (s *server) ready(url string) bool {
	deadline := time.After(30 * time.Second)
	for {
		if answers(url) {
			return true
		}
		select {
		case <-s.done:
			return false
		case <-deadline:
			return false
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// kill ends the program at once; it may have ended, or never have run.
func (s *server) kill() {
	if s == nil {
		return
	}
	_ = s.cmd.Process.Kill() // an error says that it has ended
	<-s.done
}

// freeAddr is an address of loopback that nobody listens on.
func freeAddr() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}

// A lockedBuffer takes output while it is being read.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return strings.Clone(b.buf.String())
}

// setFreeAddr sets ADDR to an address of loopback that nobody listens on:
//
//	freeaddr
func setFreeAddr(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: freeaddr")
	}
	addr, err := freeAddr()
	ts.Check(err)
	ts.Setenv("ADDR", addr)
}

// awaitOK waits until a URL answers 200:
//
//	await URL
func awaitOK(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: await URL")
	}
	deadline := time.Now().Add(2 * time.Minute) // a first build is part of it
	for !answers(args[0]) {
		if time.Now().After(deadline) {
			ts.Fatalf("%s does not answer 200", args[0])
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// answers reports whether url answers 200.
func answers(url string) bool {
	answer, err := http.Get(url)
	if err != nil {
		return false
	}
	answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}
