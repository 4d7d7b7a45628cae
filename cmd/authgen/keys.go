package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/authgen-go/authgen/runtime/token"
	"github.com/authgen-go/authgen/spec"
)

func (p *program) keysCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "keys",
		Short: "Make, rotate, list and retire the keys that sign access tokens",
		Long: `keys looks after a folder of signing keys. The names of the files say since when
each key signs, so that all processes that share the folder agree, and none needs
a restart: they look every few seconds. A key is published before it signs and
stays published until the last token that it signed is over.

The folder is DIR, else what AUTH_JWT_KEYS says in the environment or in the .env
beside authgen.yaml, else keys beside authgen.yaml or here.`,
		Example: `  authgen keys new
  authgen keys rotate
  authgen keys list`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.keysNewCommand(), p.keysRotateCommand(), p.keysListCommand(), p.keysRetireCommand())
	return cmd
}

// keyOptions are what the service is like that signs with a folder of keys.
type keyOptions struct {
	algorithm token.Algorithm
	lead      time.Duration // how long others may keep the key set before they see a new key in it
	tokenLife time.Duration // how long a token is accepted at most, leeway included
}

// keySettings are the options where flags do not say otherwise: those of the spec that
// is here or above, else the defaults of the language.
func keySettings() (keyOptions, error) {
	o := keyOptions{algorithm: token.EdDSA, lead: 10 * time.Minute, tokenLife: 15*time.Minute + 30*time.Second}
	here, err := os.Getwd()
	if err != nil {
		return o, err
	}
	dir, ok, err := findUp(here, specFile)
	if err != nil || !ok {
		return o, err
	}
	text, err := os.ReadFile(filepath.Join(dir, specFile))
	if err != nil {
		return o, err
	}
	s, err := spec.Parse(specFile, text)
	if err != nil {
		return o, err
	}
	if j := s.Strategies.JWT; s.Strategies.Issues() && j.Algorithm != spec.HS256 {
		o = keyOptions{algorithm: token.Algorithm(j.Algorithm), lead: j.JWKS.MaxAge, tokenLife: j.AccessTTL + j.Leeway}
	}
	return o, nil
}

// keyFlags are what was typed.
type keyFlags struct {
	algorithm string
	lead      time.Duration
	tokenLife time.Duration
}

func (f *keyFlags) addAlgorithm(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.algorithm, "algorithm", "", "what tokens are signed with: EdDSA, ES256 or RS256 (default: as the spec says, else EdDSA)")
}

func (f *keyFlags) addLead(cmd *cobra.Command) {
	cmd.Flags().DurationVar(&f.lead, "lead", 0, "how long a key is published before it signs: as long as others may keep the key set (default: as the spec says, else 10m)")
}

func (f *keyFlags) addTokenLife(cmd *cobra.Command) {
	cmd.Flags().DurationVar(&f.tokenLife, "token-life", 0, "how long a token is accepted at most: its life and the leeway (default: as the spec says, else 15m30s)")
}

// keyRun is what a command on a folder of keys works with.
type keyRun struct {
	*program
	keyOptions
	disk keyDisk
	at   time.Time // when the command runs: once for all it does
}

// keyRun finds the folder and settles the options.
func (p *program) keyRun(cmd *cobra.Command, args []string, f keyFlags) (*keyRun, error) {
	o, err := keySettings()
	if err != nil {
		return nil, err
	}
	o, err = f.over(cmd, o)
	if err != nil {
		return nil, err
	}
	dir, err := findKeyFolder(args)
	if err != nil {
		return nil, err
	}
	return &keyRun{program: p, keyOptions: o, disk: keyDisk{dir: dir}, at: p.now().UTC()}, nil
}

// over puts what was typed in the place of what was settled.
func (f *keyFlags) over(cmd *cobra.Command, o keyOptions) (keyOptions, error) {
	typed := cmd.Flags().Changed
	if typed("algorithm") {
		if err := oneOf("algorithm", f.algorithm, string(token.EdDSA), string(token.ES256), string(token.RS256)); err != nil {
			return o, err
		}
		o.algorithm = token.Algorithm(f.algorithm)
	}
	for _, d := range []struct {
		flag  string
		typed time.Duration
		to    *time.Duration
	}{
		{"lead", f.lead, &o.lead}, {"token-life", f.tokenLife, &o.tokenLife},
	} {
		if !typed(d.flag) {
			continue
		}
		if d.typed <= 0 {
			return o, hinted(fmt.Errorf("--%s %s: it must be more than nothing", d.flag, d.typed), "as in --%s %s", d.flag, *d.to)
		}
		*d.to = d.typed
	}
	return o, nil
}

// files are the keys of the folder as they are at the moment of the run.
func (r *keyRun) files() ([]token.KeyFile, error) {
	return token.Folder{Dir: r.disk.dir, Algorithm: r.algorithm, TokenLife: r.tokenLife}.Files(r.at)
}

// stamp is how moments are printed.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
