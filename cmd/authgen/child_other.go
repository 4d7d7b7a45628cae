//go:build !unix

package main

import (
	"os"
	"os/exec"
)

// inOwnGroup keeps signals of the terminal from cmd, where there are any.
func inOwnGroup(*exec.Cmd) {}

// askToStop ends a program; there is no way to ask.
func askToStop(p *os.Process) error { return p.Kill() }
