package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/authgen-go/authgen/spec"
)

// initOptions are the flags of init.
type initOptions struct {
	strategies []string
	database   string // "" to detect it
	router     string // "" to detect it
	module     string // "" to detect or make it
	noGenerate bool
	pages      bool // HTML pages with sessions; no flag, for the spec says it better
}

func (p *program) initCommand() *cobra.Command {
	var o initOptions
	cmd := &cobra.Command{
		Use:   "init [DIR]",
		Short: "Begin: a new project, or authgen in a module that exists",
		Long: `init begins. In a folder that is new or empty it writes a program that runs; in a
Go module it finds out module path, router and database driver, and adds a spec,
a go:generate directive, and the requirements in go.mod. No other file that
exists is changed. Then it generates.`,
		Example: `  authgen init app && cd app && go run .
  authgen init --router chi --database postgres --module example.com/shop shop
  cd existing-module && authgen init`,
		Args: atMostOne,
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := "."
			if len(args) == 1 {
				dir = args[0]
			}
			return p.init(cmd.Context(), dir, o)
		},
	}
	flags := cmd.Flags()
	flags.StringSliceVar(&o.strategies, "strategies", []string{"session"}, "ways to authenticate, separated by commas: "+strings.Join(strategies(), ", "))
	flags.StringVar(&o.database, "database", "", "where users are kept: sqlite, postgres or mysql (default: the one the module has a driver of, else sqlite)")
	flags.StringVar(&o.router, "router", "", "net/http, chi, gin or echo (default: the one the module uses, else net/http)")
	flags.StringVar(&o.module, "module", "", "path of the new module (default: the name of the folder)")
	flags.BoolVar(&o.noGenerate, "no-generate", false, "write everything but what generate writes")
	return cmd
}

// strategies are the ways to authenticate that a project may pick.
func strategies() []string { return []string{"api_key", "jwt", "session", "oauth"} }

// check refuses flags that name what there is not.
func (o *initOptions) check() error {
	if len(o.strategies) == 0 {
		return hinted(errors.New("no strategy is named"), "there are: %s", strings.Join(strategies(), ", "))
	}
	for _, name := range o.strategies {
		if err := oneOf("strategy", name, strategies()...); err != nil {
			return err
		}
	}
	picked := func(name string) bool { return slices.Contains(o.strategies, name) }
	if picked("oauth") && !picked("jwt") && !picked("session") {
		return hinted(errors.New("oauth gives sessions or tokens, and needs the strategy session or jwt beside it"), "--strategies session,oauth")
	}
	if o.database != "" {
		if err := oneOf("database", o.database, string(spec.SQLite), string(spec.Postgres), string(spec.MySQL)); err != nil {
			return err
		}
	}
	if o.router == "" {
		return nil
	}
	return oneOf("router", o.router,
		string(spec.RouterNetHTTP), string(spec.RouterChi), string(spec.RouterGin), string(spec.RouterEcho))
}

func oneOf(what, name string, names ...string) error {
	if slices.Contains(names, name) {
		return nil
	}
	return hinted(fmt.Errorf("unknown %s %q", what, name), "there is: %s", strings.Join(names, ", "))
}

// init makes dir a project that authgen generates for, and says what it did.
func (p *program) init(ctx context.Context, dir string, o initOptions) error {
	i, err := p.initialise(ctx, dir, o)
	if err != nil {
		return err
	}
	return p.printInitialisation(i, dir)
}
