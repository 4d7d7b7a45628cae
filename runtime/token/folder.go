package token

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"
)

// Lag is how late a process may be to see a change of a [Folder]: it looks every few
// seconds, and its clock may differ. It is added wherever one process has to wait for
// all (SECURITY KEY-03).
const Lag = 10 * time.Second

// A Folder is a [Provider] of signing keys in files, each a private key in PKCS #8 or a
// public key in SPKI, as PEM. The names alone say what they are good for, so that all
// processes that share the folder agree without talking:
//
//   - next-<time>-<kid>.pem is published since the time, and does not sign yet
//   - <time>-<kid>.pem signs from the time on, until a later one takes over; it is
//     published before
//   - any other name is an operator's own key, as if from the beginning of time
//
// Times are written like 20060102T150405Z. The kid is the key's thumbprint (RFC 7638).
// Names that begin with a dot, or do not end with ".pem", are passed over.
//
// Of the keys of Algorithm that have a private part, the latest in force signs. Keys of
// other algorithms verify, which is how an algorithm is changed. A key that another of
// its algorithm replaced verifies until tokens that it signed are over, TokenLife and
// [Lag] after, and then leaves (SECURITY KEY-03).
type Folder struct {
	// Dir is the folder. Required.
	Dir string
	// Algorithm is what tokens are signed with: RS256, ES256 or EdDSA. Required.
	Algorithm Algorithm
	// TokenLife is for how long a token is accepted at most: the TTL of the [Issuer] and
	// the leeway of those who verify. Required.
	TokenLife time.Duration
}

var _ Provider = Folder{}

// Keys implements [Provider]. It fails if the folder is not there, if any of the keys is
// broken, weak or misnamed, and if no key signs or nobody can say which one. Errors name
// files and quote nothing of them (SECURITY KEY-09).
func (f Folder) Keys(now time.Time) (*KeySet, error) {
	files, err := f.Files(now)
	if err != nil {
		return nil, err
	}

	signing := inState(files, KeySigns)
	if len(signing) == 0 {
		return nil, f.errNoSigner(files)
	}
	var rest []*Key
	for _, k := range files {
		if k.State != KeySigns && k.State != KeyExpired {
			rest = append(rest, k.Key)
		}
	}
	// The order does not depend on times, so that the key set that is published has one
	// text for as long as it holds the same keys.
	slices.SortFunc(rest, func(a, b *Key) int { return cmp.Compare(a.id, b.id) })
	return NewKeySet(signing[0].Key, rest...)
}

// errNoSigner says why no key signs.
func (f Folder) errNoSigner(files []KeyFile) error {
	var own []string
	for _, k := range inState(files, KeyOwn) {
		if k.Key.alg == f.Algorithm && k.Key.CanSign() {
			own = append(own, k.Name)
		}
	}
	if len(own) > 1 {
		return fmt.Errorf("%s and %s could both sign, and no name says since when", filepath.Join(f.Dir, own[0]), own[1])
	}
	return fmt.Errorf("no key in %s signs with %s now", f.Dir, f.Algorithm)
}

// Files returns all keys of the folder with what they are good for at now, in the order
// of their times. Unlike [Folder.Keys] it does not mind if no key signs.
func (f Folder) Files(now time.Time) ([]KeyFile, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	files, err := f.read()
	if err != nil {
		return nil, err
	}
	sortFiles(files)
	f.judgeKeys(files, now)
	return files, nil
}

func (f Folder) check() error {
	switch {
	case f.Dir == "":
		return errors.New("token: Folder.Dir is missing")
	case f.TokenLife <= 0:
		return errors.New("token: Folder.TokenLife is missing")
	case f.Algorithm != RS256 && f.Algorithm != ES256 && f.Algorithm != EdDSA:
		return errors.New("token: Folder.Algorithm must be RS256, ES256 or EdDSA")
	}
	return nil
}
