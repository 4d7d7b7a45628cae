package main

import (
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
)

func (p *program) keysListCommand() *cobra.Command {
	var f keyFlags
	cmd := &cobra.Command{
		Use:   "list [DIR]",
		Short: "List the signing keys and what each is good for",
		Long: `list prints what each key is good for:

  signs     it signs new tokens
  waits     it is published and signs from FROM on
  next      it is published, and "authgen keys rotate" says when it signs
  verifies  its tokens are accepted, until UNTIL if that is known
  expired   its last token is over, and "authgen keys retire" removes it
  own       its name says no time, and it does not sign

FROM is since when a key signs, or is published if it is next.`,
		Example: `  authgen keys list
  authgen keys list --algorithm ES256 /etc/shop/keys`,
		Args: atMostOne,
		RunE: func(cmd *cobra.Command, args []string) error {
			r, err := p.keyRun(cmd, args, f)
			if err != nil {
				return err
			}
			return r.list()
		},
	}
	f.addAlgorithm(cmd)
	f.addTokenLife(cmd)
	return cmd
}

func (r *keyRun) list() error {
	files, err := r.someKeys()
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(r.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "KID\tALG\tSTATE\tFROM\tUNTIL\tFILE")
	for _, k := range files {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n",
			k.Key.ID(), k.Key.Algorithm(), k.State, stampOrDash(k.From), stampOrDash(k.Until), r.disk.path(k.Name))
	}
	return table.Flush()
}

func stampOrDash(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return stamp(t)
}
