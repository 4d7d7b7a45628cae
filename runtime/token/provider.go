package token

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/authgen-go/authgen/runtime/secret"
)

// A Provider is where an issuer's keys come from. A [Watcher] asks it at the start and
// every few seconds, so that keys change without a restart.
type Provider interface {
	// Keys returns the keys in force at now, one of which signs. It is safe for
	// concurrent use. Its error quotes no key material: it is logged.
	//
	// A key that two sets have in common, by ID and thumbprint, is one key: a Watcher
	// goes on using the first.
	Keys(now time.Time) (*KeySet, error)
}

// Static returns a provider of one set for good, such as of a key in a KMS or HSM
// ([NewSigner]).
func Static(set *KeySet) Provider { return static{set} }

type static struct{ set *KeySet }

func (s static) Keys(time.Time) (*KeySet, error) {
	if s.set == nil {
		return nil, errors.New("token: there are no keys")
	}
	return s.set, nil
}

// HMACKeys returns a provider of the HS256 key that text is, such as the content of
// AUTH_JWT_SECRET. To change it, tokens of the previous secret are accepted as well;
// its text is empty otherwise.
//
// The texts are held to the rules of [secret.Parse] (SECURITY KEY-01). Errors begin
// with the name of the one that is wrong and hold nothing of it (SECURITY KEY-09).
func HMACKeys(name, text, previousName, previousText string) (Provider, error) {
	current, err := parseHMAC(name, text)
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(previousText) == "" {
		return newStatic(current)
	}

	previous, err := parseHMAC(previousName, previousText)
	if err != nil {
		return nil, err
	}
	if previous.id == current.id {
		return nil, fmt.Errorf("%s is the same as %s; leave it empty unless the secret changes", previousName, name)
	}
	return newStatic(current, previous)
}

func parseHMAC(name, text string) (*Key, error) {
	b, err := secret.ParseBytes(name, text)
	if err != nil {
		return nil, err
	}
	k, err := NewHMAC(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return k, nil
}

func newStatic(signing *Key, verifying ...*Key) (Provider, error) {
	set, err := NewKeySet(signing, verifying...)
	if err != nil {
		return nil, err
	}
	return Static(set), nil
}
