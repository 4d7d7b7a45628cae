//go:build unix

package main

import (
	"os"
	"os/exec"
	"syscall"
)

// inOwnGroup keeps signals of the terminal from cmd.
func inOwnGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

// askToStop asks a program to end in its own time.
func askToStop(p *os.Process) error { return p.Signal(syscall.SIGTERM) }
