package main

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/authgen-go/authgen/runtime/token"
)

func (p *program) keysRetireCommand() *cobra.Command {
	var f keyFlags
	var kid string
	var force bool
	cmd := &cobra.Command{
		Use:   "retire [DIR]",
		Short: "Remove signing keys that are of no use any more",
		Long: `retire removes the keys whose last token is over. With --kid it also removes that
key, which servers then no longer accept within seconds. The key that signs stays
unless another would sign in its place; where tokens of a key may be alive, --force
says that they shall be refused.`,
		Example: `  authgen keys retire
  authgen keys retire --kid KID --force    # KID has leaked`,
		Args: atMostOne,
		RunE: func(cmd *cobra.Command, args []string) error {
			r, err := p.keyRun(cmd, args, f)
			if err != nil {
				return err
			}
			return r.retire(kid, force)
		},
	}
	f.addAlgorithm(cmd)
	f.addTokenLife(cmd)
	cmd.Flags().StringVar(&kid, "kid", "", "remove this key too, as list names it")
	cmd.Flags().BoolVar(&force, "force", false, "remove it although its tokens may be alive")
	return cmd
}

// retire removes what has expired, the oldest first, and then the key named kid: in this
// order no key that has left the set comes back because the one that replaced it is gone.
func (r *keyRun) retire(kid string, force bool) error {
	files, err := r.someKeys()
	if err != nil {
		return err
	}
	var gone []string
	for _, k := range files {
		if k.State == token.KeyExpired {
			gone = append(gone, k.Name)
		}
	}
	if kid != "" {
		k, err := r.dispensable(files, kid, force)
		if err != nil {
			return err
		}
		if !slices.Contains(gone, k.Name) {
			gone = append(gone, k.Name)
		}
	}

	if len(gone) == 0 {
		r.say("no key has expired")
	}
	for _, name := range gone {
		if err := r.disk.remove(name); err != nil {
			return err
		}
		if _, err := fmt.Fprintf(r.stdout, "removed %s\n", r.disk.path(name)); err != nil {
			return err
		}
	}
	return nil
}

// dispensable is the key named kid, if it may be removed.
func (r *keyRun) dispensable(files []token.KeyFile, kid string, force bool) (*token.KeyFile, error) {
	i := slices.IndexFunc(files, func(k token.KeyFile) bool { return k.Key.ID() == kid })
	if i < 0 {
		return nil, hinted(fmt.Errorf("%s holds no key %q", r.disk.dir, kid), "run %q for those there are", "authgen keys list")
	}
	k := &files[i]
	switch k.State {
	case token.KeyExpired, token.KeyNext, token.KeyWaits:
		return k, nil // no token of it can be alive
	case token.KeySigns:
		if !r.othersSign(files) {
			return nil, hinted(fmt.Errorf("%s is the key that signs, and no other would", kid), "run %q first", "authgen keys rotate --now")
		}
	}
	if force {
		return k, nil
	}
	if k.Until.IsZero() {
		return nil, hinted(fmt.Errorf("tokens of %s may be alive, and nobody can say for how long", kid), "--force removes it, and they are refused")
	}
	return nil, hinted(fmt.Errorf("tokens of %s may be alive until %s", kid, stamp(k.Until)), "wait until then, or remove it with --force, and they are refused")
}

// othersSign reports whether another key would sign if the one that signs were not
// there. What has expired is removed before, and what waits or is next does not sign.
func (r *keyRun) othersSign(files []token.KeyFile) bool {
	own := 0
	for _, k := range r.ofAlgorithm(files) {
		switch {
		case k.State != token.KeyVerifies:
		case k.From.IsZero():
			own++
		default:
			return true
		}
	}
	return own == 1 // of several, nobody can say which
}
