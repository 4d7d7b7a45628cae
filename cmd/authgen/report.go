package main

import (
	"fmt"
	"strings"

	"github.com/authgen-go/authgen/generator/output"
)

// printReport prints a line for each file that a run changed, and one that sums
// up. What deserves a second look goes to standard error.
func (p *program) printReport(r output.Report) error {
	for _, path := range r.Kept {
		fmt.Fprintf(p.stderr, "authgen: warning: %s is no longer generated, and stays because it was edited by hand\n", path)
	}

	var out strings.Builder
	printPaths(&out, "created", r.Created)
	printPaths(&out, "updated", r.Updated)
	printPaths(&out, "removed", r.Removed)
	fmt.Fprintf(&out, "%d created, %d updated, %d unchanged, %d removed\n",
		len(r.Created), len(r.Updated), len(r.Unchanged), len(r.Removed))
	_, err := fmt.Fprint(p.stdout, out.String())
	return err
}

// printProblems prints how a project differs from its spec; it is errDrift when
// it does.
func (p *program) printProblems(r output.Report) error {
	var out strings.Builder
	for _, problem := range r.Problems {
		fmt.Fprintln(&out, problem)
	}
	if len(r.Problems) == 0 {
		fmt.Fprintf(&out, "%s as the spec says\n", count(len(r.Unchanged), "file"))
	}
	if _, err := fmt.Fprint(p.stdout, out.String()); err != nil {
		return err
	}
	if len(r.Problems) > 0 {
		fmt.Fprintf(p.stderr, "authgen: hint: %q brings them up to date\n", "authgen generate")
		return errDrift
	}
	return nil
}

func printPaths(out *strings.Builder, verb string, paths []string) {
	for _, path := range paths {
		fmt.Fprintf(out, "%s %s\n", verb, path)
	}
}
