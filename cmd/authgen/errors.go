package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/authgen-go/authgen/generator/output"
)

// errDrift ends generate --check when files do not fit the spec. What differs is
// a result and printed by then.
var errDrift = errors.New("generated files do not fit the spec")

// A hintError is an error with a way out, printed on a line of its own.
type hintError struct {
	err  error
	hint string
}

// hinted adds a way out to err.
func hinted(err error, format string, args ...any) error {
	return &hintError{err: err, hint: fmt.Sprintf(format, args...)}
}

func (e *hintError) Error() string { return e.err.Error() }

func (e *hintError) Unwrap() error { return e.err }

// hintOf is the way out that err names, or "".
func hintOf(err error) string {
	var ours *hintError
	var refusal *output.Error
	switch {
	case errors.As(err, &ours):
		return ours.hint
	case errors.As(err, &refusal):
		return refusal.Hint
	default:
		return ""
	}
}

// noArguments and atMostOne say what a command takes, in the words of this program.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return hinted(fmt.Errorf("unexpected argument %q", args[0]), "run %q for what it takes", cmd.CommandPath()+" --help")
}

func atMostOne(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return noArguments(cmd, args[1:])
}
