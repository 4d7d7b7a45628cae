package project

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// A Server is the program of a project, running on loopback.
type Server struct {
	URL string // its origin

	project *Project
	env     []string
	cmd     *exec.Cmd
	log     *os.File
	ended   chan error
}

// Serve starts the program at an address of loopback, with more variables in its
// environment, and waits until it is ready. Of one project several may be served; those
// that are one to the world have the same BASE_URL, which else is that of the address.
func (p *Project) Serve(ctx context.Context, addr string, env ...string) (*Server, error) {
	log, err := os.CreateTemp(p.bin, "log")
	if err != nil {
		return nil, err
	}
	s := &Server{URL: "http://" + addr, project: p, log: log}
	s.env = append(append(os.Environ(), "ADDR="+addr, "BASE_URL="+s.URL), env...)
	return s, s.Start(ctx)
}

// Start starts the program again, which has ended, and waits until it is ready.
func (s *Server) Start(ctx context.Context) error {
	s.cmd, s.ended = s.program("app"), make(chan error, 1)
	s.cmd.Stdout, s.cmd.Stderr = s.log, s.log
	if err := s.cmd.Start(); err != nil {
		return err
	}
	go func() { s.ended <- s.cmd.Wait() }()

	if err := s.ready(ctx); err != nil {
		_ = s.cmd.Process.Kill() // an error says that it has ended
		return fmt.Errorf("%w\n%s", err, s.Log())
	}
	return nil
}

// Kill ends the program at once.
func (s *Server) Kill() error {
	if err := s.cmd.Process.Kill(); err != nil {
		return err
	}
	<-s.ended
	return nil
}

// Pid is the id of its process.
func (s *Server) Pid() int { return s.cmd.Process.Pid }

// program is a program of the project, in the environment of the server.
func (s *Server) program(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(s.project.program(name), args...)
	cmd.Dir, cmd.Env = s.project.dir, s.env
	return cmd
}

// ready waits until the server says that it is.
func (s *Server) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if answer, err := http.Get(s.URL + "/readyz"); err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case err := <-s.ended:
			return fmt.Errorf("the server ended: %w", err)
		case <-ctx.Done():
			return fmt.Errorf("the server does not become ready: %w", ctx.Err())
		case <-tick.C:
		}
	}
}

// Stop ends the server the way an operator does, and waits until it has ended.
func (s *Server) Stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case err := <-s.ended:
		return err
	case <-time.After(30 * time.Second):
		_ = s.cmd.Process.Kill() // an error says that it has ended
		return fmt.Errorf("the server did not stop\n%s", s.Log())
	}
}

// Log is what the server has written so far.
func (s *Server) Log() string {
	text, err := os.ReadFile(s.log.Name())
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// Age makes the logins of a user older, as if time had passed since.
func (s *Server) Age(email string, by time.Duration) error {
	_, err := s.operate("age", email, by.String())
	return err
}

// Admin does what an operator does on the command line, and returns what is printed.
func (s *Server) Admin(args ...string) (string, error) {
	return s.operate("admin", args...)
}

func (s *Server) operate(name string, args ...string) (string, error) {
	out, err := s.program(name, args...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out), nil
}

// FreeAddr is an address of loopback that nobody listens on.
func FreeAddr() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}
