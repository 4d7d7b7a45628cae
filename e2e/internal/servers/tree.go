package servers

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// pauseTree stops a process and its children, and returns the children. Each child of
// PostgreSQL is in a process group of its own, so that no one signal reaches them. The
// parent is first: once it has stopped, it has no more of them.
func pauseTree(parent int) (children []int, err error) {
	if err := signalAll([]int{parent}, syscall.SIGSTOP, "T"); err != nil {
		return nil, err
	}
	if children, err = childrenOf(parent); err != nil {
		return nil, err
	}
	return children, signalAll(children, syscall.SIGSTOP, "TZ")
}

// resumeTree lets a process and its children go on.
func resumeTree(parent int) error {
	children, err := childrenOf(parent)
	if err != nil {
		return err
	}
	const running = "RSDI"
	return errors.Join(signalAll(children, syscall.SIGCONT, running+"Z"), signalAll([]int{parent}, syscall.SIGCONT, running))
}

// signalAll sends a signal and waits until each process is in one of the states that it
// leads to, or gone. Signals are not carried out at once.
func signalAll(pids []int, signal syscall.Signal, states string) error {
	for _, pid := range pids {
		if err := syscall.Kill(pid, signal); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("send a signal to process %d: %w", pid, err)
		}
	}
	deadline := time.Now().Add(patience)
	for _, pid := range pids {
		for {
			status, err := readStatus(pid)
			if errors.Is(err, os.ErrNotExist) || err == nil && strings.Contains(states, status.state) {
				break
			}
			if err != nil {
				return err
			}
			if time.Now().After(deadline) {
				return fmt.Errorf("process %d is in state %s after signal %d", pid, status.state, signal)
			}
			time.Sleep(time.Millisecond)
		}
	}
	return nil
}

func childrenOf(parent int) ([]int, error) {
	paths, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		return nil, err
	}
	var children []int
	for _, path := range paths {
		pid, err := strconv.Atoi(filepath.Base(path))
		if err != nil {
			return nil, err
		}
		status, err := readStatus(pid)
		if errors.Is(err, os.ErrNotExist) {
			continue // ended since
		}
		if err != nil {
			return nil, err
		}
		if status.parent == parent {
			children = append(children, pid)
		}
	}
	return children, nil
}

// A status is what the kernel knows of a process.
type status struct {
	state  string // a letter of proc_pid_stat(5)
	parent int
}

// readStatus returns an error that is os.ErrNotExist if the process is gone.
func readStatus(pid int) (status, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if errors.Is(err, syscall.ESRCH) {
		return status{}, os.ErrNotExist // gone while it was read
	}
	if err != nil {
		return status{}, err
	}
	// The second field is the name of the program, which may hold anything.
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	if len(fields) < 2 {
		return status{}, fmt.Errorf("process %d has the status %q", pid, text)
	}
	parent, err := strconv.Atoi(fields[1])
	return status{state: fields[0], parent: parent}, err
}
