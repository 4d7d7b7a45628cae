package servers

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// errEnded is what is wrong with a process that does not run.
var errEnded = errors.New("the process has ended")

// A Process is one process of a private server, with the children it has.
type Process struct {
	Addr string // host and port

	node   node
	folder *folder

	mu    sync.Mutex
	cmd   *exec.Cmd     // nil before the first start
	ended chan struct{} // closed when cmd has ended
}

// Pid is the id of the process.
func (p *Process) Pid() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd == nil {
		return 0
	}
	return p.cmd.Process.Pid
}

// Stop ends the process as an operator does, also one that is paused.
func (p *Process) Stop() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stop()
}

func (p *Process) stop() error {
	if !p.runs() {
		return errEnded
	}
	// One that is paused would not notice that it is to stop.
	err := errors.Join(resumeTree(p.cmd.Process.Pid), p.cmd.Process.Signal(p.node.stop))
	if err != nil && !errors.Is(err, os.ErrProcessDone) {
		return errors.Join(err, p.kill())
	}
	select {
	case <-p.ended:
		return nil
	case <-time.After(patience):
		return errors.Join(errors.New("the process does not stop"), p.kill())
	}
}

// Kill ends the process and its children at once.
func (p *Process) Kill() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.kill()
}

// kill ends the children first: those of a parent that does not run cannot be reaped, so
// that their ids remain theirs, and when it ends none of them holds on to its data.
func (p *Process) kill() error {
	if !p.runs() {
		return errEnded
	}
	parent := p.cmd.Process.Pid
	children, err := pauseTree(parent)
	if err != nil {
		return err
	}
	if err := signalAll(children, syscall.SIGKILL, "Z"); err != nil {
		return err
	}
	if err := p.cmd.Process.Kill(); err != nil {
		return err
	}
	<-p.ended
	return nil
}

// Pause stops the process and its children where they are.
func (p *Process) Pause() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.runs() {
		return errEnded
	}
	_, err := pauseTree(p.cmd.Process.Pid)
	return err
}

// Resume lets the process and its children go on.
func (p *Process) Resume() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.runs() {
		return errEnded
	}
	return resumeTree(p.cmd.Process.Pid)
}

// Restart stops the process, unless it has ended, starts it again, and waits until it
// answers.
func (p *Process) Restart(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.runs() {
		if err := p.stop(); err != nil {
			return err
		}
	}
	if err := p.start(); err != nil {
		return err
	}
	return until(ctx, p.ended, p.node.answers)
}

func (p *Process) start() error {
	log, err := p.folder.openLog()
	if err != nil {
		return err
	}
	defer log.Close() // the process has its own
	cmd := p.folder.command(p.node.program, p.node.args...)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // what it has to say is in the log
		close(ended)
	}()
	p.cmd, p.ended = cmd, ended
	return nil
}

// close stops the process in whatever state it is.
func (p *Process) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.runs() {
		return nil
	}
	return p.stop()
}

func (p *Process) runs() bool {
	if p.cmd == nil {
		return false
	}
	select {
	case <-p.ended:
		return false
	default:
		return true
	}
}

// until tries something until it succeeds, the context ends, or a process has ended.
func until(ctx context.Context, ended <-chan struct{}, try func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	go func() { // an answer that is waited for may never come
		select {
		case <-ended:
			cancel()
		case <-ctx.Done():
		}
	}()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := once(ctx, try)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			select {
			case <-ended:
				return errEnded
			default:
				return fmt.Errorf("no answer: %w", err)
			}
		case <-tick.C:
		}
	}
}

// once tries something for a moment: a server that does not answer now may do so when it
// is asked again.
func once(ctx context.Context, try func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	return try(ctx)
}
