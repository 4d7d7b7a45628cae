package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// A goTool runs the go command in one folder.
type goTool struct {
	dir string
	env []string // added to this process's
}

// newGoTool returns the go command for the module in dir. A workspace that dir
// lies in and that does not name the module would refuse every command; it is
// switched off, and reported by name.
func newGoTool(ctx context.Context, dir string) (tool *goTool, outside string, err error) {
	tool = &goTool{dir: dir}
	workspace, err := tool.output(ctx, "env", "GOWORK")
	if err != nil || workspace == "" || workspace == "off" {
		return tool, "", err
	}
	used, err := tool.output(ctx, "list", "-m", "-f", "{{.Dir}}")
	if err != nil {
		return nil, "", err
	}
	for folder := range strings.SplitSeq(used, "\n") {
		if sameFile(folder, dir) {
			return tool, "", nil
		}
	}
	tool.env = append(tool.env, "GOWORK=off")
	return tool, workspace, nil
}

// run executes "go args…". What the command says is part of the error, if there
// is one, and dropped otherwise.
func (t *goTool) run(ctx context.Context, args ...string) error {
	_, err := t.output(ctx, args...)
	return err
}

// output is run, and returns what the command printed, trimmed.
func (t *goTool) output(ctx context.Context, args ...string) (string, error) {
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = t.dir
	cmd.Env = append(os.Environ(), t.env...)
	cmd.Stdout = &stdout
	cmd.Stderr = &stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 5 * time.Second

	err := cmd.Run()
	switch {
	case err == nil:
		return strings.TrimSpace(stdout.String()), nil
	case ctx.Err() != nil:
		return "", errInterrupted
	case errors.Is(err, exec.ErrNotFound):
		return "", hinted(errors.New("the go command is not on the PATH"), "install Go from https://go.dev/dl")
	default:
		return "", fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, bytes.TrimSpace(stderr.Bytes()))
	}
}

// errInterrupted is what a run ends with that a signal cut short.
var errInterrupted = errors.New("interrupted")

// sameFile reports whether two paths lead to one file or folder.
func sameFile(a, b string) bool {
	if filepath.Clean(a) == filepath.Clean(b) {
		return true
	}
	left, err := os.Stat(a)
	if err != nil {
		return false
	}
	right, err := os.Stat(b)
	return err == nil && os.SameFile(left, right)
}
