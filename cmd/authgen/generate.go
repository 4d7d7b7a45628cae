package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/authgen-go/authgen/generator"
	"github.com/authgen-go/authgen/generator/output"
	"github.com/authgen-go/authgen/spec"
)

// generateOptions are the flags of generate.
type generateOptions struct {
	check            bool
	diff             bool
	force            bool
	allowDestructive bool
}

func (p *program) generateCommand() *cobra.Command {
	var o generateOptions
	cmd := &cobra.Command{
		Use:   "generate",
		Short: "Write what the spec asks for",
		Long: `generate finds authgen.yaml in the current folder or the nearest one above it and
brings the generated package and the migrations up to date: all files or none.
What it prints is what changed. A generated file that was edited by hand is
refused by name, and a migration that was written once is never changed.

With --check it writes nothing and exits 2 when a file is stale, missing, edited
or no longer generated; 1 means that it could not tell.`,
		Example: `  authgen generate
  authgen generate --check      # in CI
  authgen generate --diff       # what would change`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.generate(cmd.Context(), o) },
	}
	flags := cmd.Flags()
	flags.BoolVar(&o.check, "check", false, "write nothing; exit 2 when files do not fit the spec, and name them")
	flags.BoolVar(&o.diff, "diff", false, "write nothing; print what would change as a unified diff")
	flags.BoolVar(&o.force, "force", false, "overwrite generated files that were edited by hand")
	flags.BoolVar(&o.allowDestructive, "allow-destructive", false, "permit migrations that drop tables or columns")
	return cmd
}

func (p *program) generate(ctx context.Context, o generateOptions) error {
	if o.force && (o.check || o.diff) {
		return errors.New("--force writes, and --check and --diff do not: pick one")
	}
	dir, shown, err := findSpec()
	if err != nil {
		return err
	}
	if o.check || o.diff {
		return p.compare(dir, shown, o)
	}
	report, err := p.apply(dir, shown, o, func(output.Plan) {})
	if err != nil {
		return err
	}
	if err := p.printReport(report); err != nil {
		return err
	}
	p.sayMissingModules(ctx, dir, report)
	return nil
}

// apply brings the project in dir up to date with its spec, which messages call
// shown. It calls before with what it is about to write.
func (p *program) apply(dir, shown string, o generateOptions, before func(output.Plan)) (report output.Report, err error) {
	project, err := output.Begin(dir)
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, project.Close()) }()
	if project.Recovered() {
		p.say("finished what an interrupted run had begun")
	}

	plan, err := p.plan(project, dir, shown, o)
	if err != nil {
		return report, err
	}
	before(plan)
	return project.Apply(plan, output.Options{Force: o.force})
}

// compare says how the project in dir differs from its spec, and changes nothing.
func (p *program) compare(dir, shown string, o generateOptions) (err error) {
	project, err := output.Open(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, project.Close()) }()

	plan, err := p.plan(project, dir, shown, o)
	if err != nil {
		return err
	}
	if o.diff {
		diff, err := project.Diff(plan)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(p.stdout, diff); err != nil {
			return err
		}
	}
	if !o.check {
		return nil
	}
	report, err := project.Check(plan)
	if err != nil {
		return err
	}
	return p.printProblems(report)
}

// findSpec is the folder of the nearest authgen.yaml, and how to call the file in
// messages: relative to where the command was run.
func findSpec() (dir, shown string, err error) {
	here, err := os.Getwd()
	if err != nil {
		return "", "", err
	}
	dir, ok, err := findUp(here, specFile)
	if err != nil {
		return "", "", err
	}
	if !ok {
		return "", "", hinted(fmt.Errorf("no %s here or in a folder above", specFile), "run %q to begin", "authgen init")
	}
	shown, err = filepath.Rel(here, filepath.Join(dir, specFile))
	return dir, shown, err
}

// plan works out what the spec in dir asks for.
func (p *program) plan(project *output.Project, dir, shown string, o generateOptions) (output.Plan, error) {
	source, err := os.ReadFile(filepath.Join(dir, specFile))
	if err != nil {
		return output.Plan{}, err
	}
	s, err := spec.Parse(shown, source)
	if err != nil {
		return output.Plan{}, err
	}
	for _, w := range s.Warnings {
		fmt.Fprintln(p.stderr, w)
	}

	m, err := findModule(dir)
	if err != nil {
		return output.Plan{}, err
	}
	if m == nil {
		return output.Plan{}, hinted(fmt.Errorf("%s belongs to no Go module", dir), "run %q", "go mod init")
	}
	within, err := m.importPath(dir)
	if err != nil {
		return output.Plan{}, err
	}
	migrations, err := project.Migrations(s.Output.Migrations)
	if err != nil {
		return output.Plan{}, err
	}

	result, err := generator.Generate(generator.Request{
		Spec:             s,
		Source:           specFile,
		Module:           within,
		Lock:             project.Lock(),
		Migrations:       migrations,
		Now:              p.now(),
		Tool:             toolVersion(),
		AllowDestructive: o.allowDestructive,
	})
	if err != nil {
		return output.Plan{}, err
	}
	for _, note := range result.Notes {
		p.say("%s", note)
	}
	return output.Plan{Files: result.Files, Lock: result.Lock, Migrations: s.Output.Migrations}, nil
}
