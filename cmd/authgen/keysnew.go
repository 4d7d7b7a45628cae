package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"
)

func (p *program) keysNewCommand() *cobra.Command {
	var f keyFlags
	cmd := &cobra.Command{
		Use:   "new [DIR]",
		Short: "Make a folder with the first two signing keys",
		Long: `new makes the folder, which nobody else may look into, and two keys in it: one that
signs from now on, and the next one, which is published already so that others
know it when its turn comes. A folder that holds keys is left alone.

A .gitignore in a new folder keeps the keys out of version control.`,
		Example: `  authgen keys new
  authgen keys new --algorithm ES256 /etc/shop/keys`,
		Args: atMostOne,
		RunE: func(cmd *cobra.Command, args []string) error {
			r, err := p.keyRun(cmd, args, f)
			if err != nil {
				return err
			}
			return r.makeFolder()
		},
	}
	f.addAlgorithm(cmd)
	return cmd
}

func (r *keyRun) makeFolder() error {
	files, err := r.files()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if len(files) > 0 {
		return hinted(fmt.Errorf("%s holds keys already", r.disk.dir), "run %q to change the one that signs", "authgen keys rotate")
	}
	made, err := r.disk.mkdir()
	if err != nil {
		return err
	}
	if made {
		if err := r.disk.create(".gitignore", []byte("# Private keys stay where they were made for.\n*\n")); err != nil {
			return err
		}
	} else {
		r.warnOfOnlookers()
	}

	// The one that signs is first: a folder without one is of no use to a server.
	signing, err := r.createSigning(r.at)
	if err != nil {
		return err
	}
	next, err := r.createNext()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(r.stdout, "%s signs from now on\n%s is next\n", r.disk.path(signing), r.disk.path(next))
	return err
}

// warnOfOnlookers says so when others may look into the folder, which may be meant: the
// files themselves are for the owner alone.
func (r *keyRun) warnOfOnlookers() {
	info, err := os.Stat(r.disk.dir)
	if err == nil && info.Mode().Perm()&0o077 != 0 {
		fmt.Fprintf(r.stderr, "authgen: warning: others may look into %s, which has the mode %04o\n", r.disk.dir, info.Mode().Perm())
	}
}
