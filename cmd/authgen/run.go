package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/authgen-go/authgen/spec"
)

// The exit statuses. A shell tells drift from trouble by them.
const (
	exitDone  = 0
	exitError = 1
	exitDrift = 2 // generate --check found files that do not fit the spec
)

// A program is one run of the command line: what it talks to and its clock.
type program struct {
	stdin  io.Reader
	stdout io.Writer // results
	stderr io.Writer // everything else
	now    func() time.Time
}

// run executes the command line args and returns the exit status.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	p := &program{stdin: stdin, stdout: stdout, stderr: stderr, now: time.Now}
	return p.run(args)
}

func (p *program) run(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the process at once

	root := p.rootCommand()
	root.SetArgs(args)
	return p.exitStatus(root.ExecuteContext(ctx))
}

func (p *program) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "authgen",
		Short: "Generate the authentication of a Go service from one file",
		Long: `authgen turns an authgen.yaml into a Go package, its SQL migrations and its
tests: how people sign in, who may do what, and what the server remembers.`,
		Example: `  authgen init app && cd app && go run .
  authgen generate --check`,
		Args:              cobra.ArbitraryArgs,
		RunE:              unknownCommand,
		SilenceUsage:      true,
		SilenceErrors:     true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},

		SuggestionsMinimumDistance: 2,
	}
	root.SetIn(p.stdin)
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return hinted(err, "run %q for what it takes", cmd.CommandPath()+" --help")
	})
	root.AddCommand(
		p.initCommand(),
		p.generateCommand(),
		p.keysCommand(),
		p.demoCommand(),
		p.schemaCommand(),
		p.versionCommand(),
	)
	return root
}

// unknownCommand runs when no command was named: without arguments it explains
// itself, with some it says which command is the nearest.
func unknownCommand(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return root.Help()
	}
	err := fmt.Errorf("unknown command %q", args[0])
	if near := root.SuggestionsFor(args[0]); len(near) > 0 {
		return hinted(err, "did you mean %q?", "authgen "+near[0])
	}
	return hinted(err, "run %q for the commands there are", "authgen --help")
}

// exitStatus prints err, if there is one, and returns the status to end with.
func (p *program) exitStatus(err error) int {
	var diagnostics spec.Diagnostics
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errDrift):
		return exitDrift
	case errors.As(err, &diagnostics):
		fmt.Fprintln(p.stderr, diagnostics)
		fmt.Fprintf(p.stderr, "authgen: error: %s; nothing was written\n", count(len(diagnostics), "error"))
		return exitError
	}

	fmt.Fprintf(p.stderr, "authgen: error: %s\n", strings.TrimRight(err.Error(), "\n"))
	if hint := hintOf(err); hint != "" {
		fmt.Fprintf(p.stderr, "authgen: hint: %s\n", hint)
	}
	return exitError
}

// say prints one line of progress.
func (p *program) say(format string, args ...any) {
	fmt.Fprintf(p.stderr, "authgen: "+format+"\n", args...)
}

// count is "1 error", "2 errors".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
