package main

import (
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/spf13/cobra"

	"github.com/authgen-go/authgen/runtime/token"
)

func (p *program) keysRotateCommand() *cobra.Command {
	var f keyFlags
	var atOnce bool
	cmd := &cobra.Command{
		Use:   "rotate [DIR]",
		Short: "Let the next signing key take over",
		Long: `rotate lets the next key sign as soon as it has been published for --lead, so that
no service that keeps the key set meets a key it does not know, and makes another
next one. The key before verifies until its last token is over. Run it as often as
keys shall change; one run waits for the one before.

With --now the key signs at once. That is for a key that has leaked: services that
keep the key set refuse the new tokens until they fetch it again. Then retire the
key that leaked.`,
		Example: `  authgen keys rotate
  authgen keys rotate --now && authgen keys retire --kid KID --force    # KID has leaked`,
		Args: atMostOne,
		RunE: func(cmd *cobra.Command, args []string) error {
			r, err := p.keyRun(cmd, args, f)
			if err != nil {
				return err
			}
			return r.rotate(atOnce, cmd.Flags().Changed("algorithm"))
		},
	}
	f.addAlgorithm(cmd)
	f.addLead(cmd)
	f.addTokenLife(cmd)
	cmd.Flags().BoolVar(&atOnce, "now", false, "sign with the next key at once, because the one that signs has leaked")
	return cmd
}

// rotate names the moment from which on the next key signs. Chosen says that the
// algorithm was asked for, and not only assumed.
func (r *keyRun) rotate(atOnce, chosen bool) error {
	all, err := r.someKeys()
	if err != nil {
		return err
	}
	files := r.ofAlgorithm(all)
	if len(files) == 0 && !chosen {
		return hinted(fmt.Errorf("%s holds no key for %s", r.disk.dir, r.algorithm),
			"--algorithm %s rotates those that are there, --algorithm %s begins to change the algorithm", all[0].Key.Algorithm(), r.algorithm)
	}
	waits := firstIn(files, token.KeyWaits)
	if waits != nil && !atOnce {
		return hinted(fmt.Errorf("the last rotation goes on until %s, when %s begins to sign", stamp(waits.From), waits.Key.ID()),
			"wait until then, or let it sign at once with --now")
	}

	turn := waits
	if turn == nil {
		turn = firstIn(files, token.KeyNext)
	}
	if turn == nil {
		return r.beginSigning(files, atOnce)
	}
	return r.takeTurn(files, turn, atOnce)
}

// beginSigning makes the key that is to sign, where no next one is there.
func (r *keyRun) beginSigning(files []token.KeyFile, atOnce bool) error {
	known := r.at.Add(r.lead + token.Lag)
	from := r.firstUse(files, known, atOnce)
	signing, err := r.createSigning(from)
	if err != nil {
		return err
	}
	next, err := r.createNext()
	if err != nil {
		return err
	}
	return r.printRotation(files, known, from, signing, next)
}

// takeTurn names the moment of a key that is there. The key after it is made first: a
// run that ends half-way leaves two next ones, which the following run makes use of.
func (r *keyRun) takeTurn(files []token.KeyFile, turn *token.KeyFile, atOnce bool) error {
	known := turn.From // of one that waits: its moment was chosen so
	if turn.State == token.KeyNext {
		known = turn.From.Add(r.lead + token.Lag)
	}
	from := r.firstUse(files, known, atOnce)
	signing := token.SigningName(turn.Key, from)

	next, created := nextAfter(files, turn), false
	if next == "" {
		made, err := r.createNext()
		if err != nil {
			return err
		}
		next, created = made, true
	}
	err := r.disk.rename(turn.Name, signing)
	if errors.Is(err, fs.ErrNotExist) {
		err = hinted(errors.New("another rotation was faster"), "run %q to see what it did", "authgen keys list")
		if created {
			err = errors.Join(err, r.disk.remove(next))
		}
	}
	if err != nil {
		return err
	}
	return r.printRotation(files, known, from, signing, next)
}

// firstUse is when a key may sign: at once if that is asked for, else when it is known
// to every service that keeps the key set. The second after the key before it began is
// the earliest in which it is the later of the two.
func (r *keyRun) firstUse(files []token.KeyFile, known time.Time, atOnce bool) time.Time {
	from := r.at
	if !atOnce && known.After(from) {
		from = wholeSecond(known)
	}
	if signs := firstIn(files, token.KeySigns); signs != nil && !from.Truncate(time.Second).After(signs.From) {
		from = signs.From.Add(time.Second)
	}
	return from.Truncate(time.Second)
}

func (r *keyRun) printRotation(files []token.KeyFile, known, from time.Time, signing, next string) error {
	when := "from " + stamp(from) + " on"
	if !from.After(r.at) {
		when = "from now on"
	}
	if from.Before(known.Truncate(time.Second)) {
		fmt.Fprintf(r.stderr, "authgen: warning: until %s, services that keep the key set may refuse tokens of a key that they have not seen\n", stamp(known))
		if signs := firstIn(files, token.KeySigns); signs != nil {
			fmt.Fprintf(r.stderr, "authgen: hint: if %s has leaked, end its tokens with %q\n", signs.Key.ID(), "authgen keys retire --kid "+signs.Key.ID()+" --force")
		}
	}
	_, err := fmt.Fprintf(r.stdout, "%s signs %s\n%s is next\n", r.disk.path(signing), when, r.disk.path(next))
	return err
}

// ofAlgorithm are the keys that can sign as the service does.
func (r *keyRun) ofAlgorithm(files []token.KeyFile) []token.KeyFile {
	var ours []token.KeyFile
	for _, k := range files {
		if k.Key.Algorithm() == r.algorithm && k.Key.CanSign() {
			ours = append(ours, k)
		}
	}
	return ours
}

// firstIn is the first key in a state, or nil.
func firstIn(files []token.KeyFile, state token.KeyState) *token.KeyFile {
	for i := range files {
		if files[i].State == state {
			return &files[i]
		}
	}
	return nil
}

// nextAfter is the file of another next key, or "".
func nextAfter(files []token.KeyFile, turn *token.KeyFile) string {
	for _, k := range files {
		if k.State == token.KeyNext && k.Name != turn.Name {
			return k.Name
		}
	}
	return ""
}
