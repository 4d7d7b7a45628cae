package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/authgen-go/authgen/spec"
)

// demoOptions are the flags of demo.
type demoOptions struct {
	dir  string // "" for a temporary folder
	addr string
}

func (p *program) demoCommand() *cobra.Command {
	var o demoOptions
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Serve a new project with every strategy, to try it out",
		Long: `demo writes a new project with every strategy on SQLite into a temporary folder,
builds it, serves it on loopback, and prints commands to try. Ctrl-C stops it and
removes the folder; --dir names one that stays.`,
		Example: `  authgen demo
  authgen demo --dir shop --addr 127.0.0.1:9000`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.demo(cmd.Context(), o) },
	}
	cmd.Flags().StringVar(&o.dir, "dir", "", "write the project here and keep it (default: a temporary folder)")
	cmd.Flags().StringVar(&o.addr, "addr", "127.0.0.1:8080", "loopback address to serve on; port 0 takes a free one")
	return cmd
}

func (p *program) demo(ctx context.Context, o demoOptions) (err error) {
	addr, err := demoAddr(o.addr)
	if err != nil {
		return err
	}
	scratch, err := os.MkdirTemp("", "authgen-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()

	dir := filepath.Join(scratch, "demo")
	if o.dir != "" {
		if dir, err = emptyFolder(o.dir); err != nil {
			return err
		}
	}

	p.say("writing a project to %s", dir)
	all := initOptions{strategies: strategies(), database: string(spec.SQLite), module: "demo", pages: true}
	if _, err := p.initialise(ctx, dir, all); err != nil {
		return err
	}

	p.say("building it (the first build takes a minute)…")
	tool, _, err := newGoTool(ctx, dir)
	if err != nil {
		return err
	}
	program := filepath.Join(scratch, "server")
	if err := tool.run(ctx, "build", "-o", program, "."); err != nil {
		return err
	}
	return p.serveDemo(ctx, demoServer{program: program, dir: dir, addr: addr, kept: o.dir != ""})
}

// demoAddr is the address to serve on, with its port settled. An address that
// others could reach is refused: the demo has no TLS.
func demoAddr(addr string) (string, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return "", hinted(fmt.Errorf("--addr %s: not of the form host:port", addr), "--addr 127.0.0.1:8080")
	}
	ip := net.ParseIP(host)
	if host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return "", hinted(fmt.Errorf("--addr %s: the demo serves on loopback alone", addr), "--addr 127.0.0.1:8080")
	}

	// Whether the port is free is better known now than after a build.
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return "", hinted(fmt.Errorf("--addr %s: %w", addr, err), "--addr 127.0.0.1:0 takes a free port")
	}
	return listener.Addr().String(), listener.Close()
}

// emptyFolder is the absolute name of dir, which holds nothing or is yet to be made.
func emptyFolder(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	if len(entries) > 0 {
		return "", hinted(fmt.Errorf("--dir %s: the folder is not empty", dir), "a project that is there already starts with %q", "go run .")
	}
	return filepath.Abs(dir)
}
