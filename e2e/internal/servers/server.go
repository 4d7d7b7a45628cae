package servers

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// A Server is a server that answers: a private one of one or more processes, or one that
// the environment names, of which nothing but its URL is known.
type Server struct {
	URL string // what its driver takes, with the password

	kind      Kind
	folder    *folder    // nil if the server is not ours
	processes []*Process // none if the server is not ours
}

// Processes are the processes of a private server: one, or one for each node of a
// cluster. Each can be paused and killed alone.
func (s *Server) Processes() []*Process { return s.processes }

// Ready waits until the server answers as a whole: a cluster, when each of its nodes knows
// that every slot is served.
func (s *Server) Ready(ctx context.Context) error {
	return until(ctx, nil, func(ctx context.Context) error { return s.kind.answers(ctx, s.URL) })
}

// Stop ends the server as an operator does. What it holds is kept for Restart.
func (s *Server) Stop() error { return s.ours("stop", (*Process).Stop) }

// Kill ends the server at once, as when memory runs out. What it had answered for is kept
// for Restart.
func (s *Server) Kill() error { return s.ours("kill", (*Process).Kill) }

// Pause leaves the server without any time to run in: it takes connections, as the kernel
// does for it, and answers nothing until Resume.
func (s *Server) Pause() error { return s.ours("pause", (*Process).Pause) }

// Resume lets a paused server go on.
func (s *Server) Resume() error { return s.ours("resume", (*Process).Resume) }

// Restart stops the server, unless it has ended, and starts it again with the same
// addresses and data. It waits until the server answers.
func (s *Server) Restart(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := s.ours("restart", func(p *Process) error { return p.Restart(ctx) }); err != nil {
		return err
	}
	return s.Ready(ctx)
}

// Close stops the server, in whatever state it is, and removes all it had. A server that is
// not ours is left alone.
func (s *Server) Close() error {
	if s.folder == nil {
		return nil
	}
	return errors.Join(s.each((*Process).close), s.folder.remove())
}

func (s *Server) ours(what string, do func(*Process) error) error {
	if s.folder == nil {
		return fmt.Errorf("cannot %s %s: it is not ours but what %s names", what, s.kind.name, s.kind.variable)
	}
	if err := s.each(do); err != nil {
		return s.folder.explain(fmt.Errorf("%s %s: %w", what, s.kind.name, err))
	}
	return nil
}

// each does something with all processes at once.
func (s *Server) each(do func(*Process) error) error {
	errs := make([]error, len(s.processes))
	var done sync.WaitGroup
	for i, p := range s.processes {
		done.Go(func() { errs[i] = do(p) })
	}
	done.Wait()
	return errors.Join(errs...)
}
