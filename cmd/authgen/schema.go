package main

import (
	"github.com/spf13/cobra"

	"github.com/authgen-go/authgen/spec"
)

func (p *program) schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of the spec",
		Long: `schema prints the JSON Schema of authgen.yaml. An editor that knows it completes
keys and marks mistakes while they are typed; the first line of a spec names it:

  # yaml-language-server: $schema=./authgen.schema.json`,
		Example: `  authgen schema > authgen.schema.json`,
		Args:    noArguments,
		RunE: func(*cobra.Command, []string) error {
			_, err := p.stdout.Write(spec.Schema())
			return err
		},
	}
}
