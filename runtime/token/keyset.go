package token

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
)

// MaxKeys is how many keys a set has at most.
const MaxKeys = 100

// A KeySet is the keys of one moment: one that signs, and those whose tokens are
// accepted. It is immutable.
type KeySet struct {
	signing *Key
	byID    map[string]*Key
	jwks    []byte
	etag    string // of jwks, with its quotes
}

// NewKeySet returns a set that signs with signing and verifies with all. Signing is
// nil in a service that only verifies. It refuses a set without keys, with more than
// [MaxKeys], and with two keys of one name.
func NewKeySet(signing *Key, verifying ...*Key) (*KeySet, error) {
	all := verifying
	if signing != nil {
		if !signing.CanSign() {
			return nil, fmt.Errorf("token: the key %s cannot sign", signing.id)
		}
		all = append([]*Key{signing}, verifying...)
	}
	if len(all) == 0 || len(all) > MaxKeys {
		return nil, fmt.Errorf("token: a set has 1 to %d keys, not %d", MaxKeys, len(all))
	}
	s := &KeySet{signing: signing, byID: make(map[string]*Key, len(all))}
	var published []string
	for _, k := range all {
		if k == nil {
			return nil, errors.New("token: a key is nil")
		}
		if _, twice := s.byID[k.id]; twice {
			return nil, fmt.Errorf("token: two keys have the name %q", k.id)
		}
		s.byID[k.id] = k
		if k.alg == HS256 {
			continue
		}
		text, err := k.JWK()
		if err != nil {
			return nil, err
		}
		published = append(published, string(text))
	}
	s.jwks = []byte(`{"keys":[` + strings.Join(published, ",") + `]}`)
	digest := sha256.Sum256(s.jwks)
	s.etag = `"` + base64url.EncodeToString(digest[:]) + `"`
	return s, nil
}

// Signing returns the key that signs, or nil.
func (s *KeySet) Signing() *Key { return s.signing }

// Find returns the key of that name, or nil.
func (s *KeySet) Find(id string) *Key { return s.byID[id] }

// Len returns how many keys there are.
func (s *KeySet) Len() int { return len(s.byID) }

// JWKS returns the public keys as a JWK Set (RFC 7517 section 5), the one that signs
// first. HS256 keys are not in it (SECURITY KEY-02).
func (s *KeySet) JWKS() []byte { return append([]byte(nil), s.jwks...) }

// A Source finds the keys that tokens name. It must be safe for concurrent use.
type Source interface {
	// VerifyKey returns the key of that name, which is hostile text of at most 256
	// bytes (SECURITY JWT-05), or ErrUnknownKey. Any other error means that it cannot
	// be known now.
	VerifyKey(ctx context.Context, id string) (*Key, error)
}

// A Ring holds the set of keys that is in force. It may be replaced at any time, also
// while tokens are issued and verified: each of them sees one set. A Ring is a
// [Source].
type Ring struct {
	set atomic.Pointer[KeySet]
}

// NewRing returns a ring that holds set.
func NewRing(set *KeySet) *Ring {
	r := new(Ring)
	r.Replace(set)
	return r
}

// Replace puts set in force at once. Tokens of keys that are not in it are refused
// from now on, those whose verification was kept included (SECURITY KEY-04). It
// panics if set is nil.
func (r *Ring) Replace(set *KeySet) {
	if set == nil {
		panic("token: Replace by nil")
	}
	r.set.Store(set)
}

// Set returns the set in force.
func (r *Ring) Set() *KeySet { return r.set.Load() }

// VerifyKey implements [Source].
func (r *Ring) VerifyKey(_ context.Context, id string) (*Key, error) {
	if k := r.Set().Find(id); k != nil {
		return k, nil
	}
	return nil, ErrUnknownKey
}
