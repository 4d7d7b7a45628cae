package token

import (
	"errors"
	"time"
)

// VerifyJWS verifies a compact JWS of any payload with what Verifier is made of. A JWS
// without kid is for the only key, if there is but one.
func VerifyJWS(set *KeySet, jws string) ([]byte, error) {
	parts, err := split(jws)
	if err != nil {
		return nil, err
	}
	b := new(buffers)
	text, ok := decode(b.decoded[:], parts.header, b.encoded[:])
	if !ok {
		return nil, errForm
	}
	h, err := parseHeader(text, b.names[:])
	if err != nil {
		return nil, err
	}
	key := set.Find(string(h.kid))
	if len(h.kid) == 0 && set.Len() == 1 {
		for _, only := range set.byID {
			key = only
		}
	}
	if key == nil {
		return nil, errKey
	}
	if !key.alg.named(string(h.alg)) {
		return nil, errAlgorithm
	}
	signature, ok := decode(b.decoded[:], parts.signature, b.encoded[:])
	if !ok {
		return nil, errForm
	}
	if !key.verify(parts.signed, signature) {
		return nil, errSignature
	}
	payload, ok := decode(b.decoded[:], parts.payload, b.encoded[:])
	if !ok {
		return nil, errForm
	}
	return payload, nil
}

// ReadJWK reads one public JWK as ParseJWKS does.
func ReadJWK(text []byte) (*Key, error) {
	s := newScanner(append([]byte(nil), text...), make([]span, maxNames))
	m := readJWK(&s)
	if !s.finish() {
		return nil, errors.New("not strict JSON")
	}
	k, err := m.key()
	if err == nil && k == nil {
		err = errors.New("not for us")
	}
	return k, err
}

// SetID names the key as the set that it came from did.
func SetID(k *Key, id string) *Key {
	other := *k
	other.id = id
	return &other
}

// Sign signs the text of a token.
func (k *Key) Sign(text string) ([]byte, error) { return k.sign(text) }

// SmallOrder are the Ed25519 keys that are refused.
func SmallOrder() []string { return smallOrder[:] }

// ZeroHMAC is a key that NewHMAC refuses.
func ZeroHMAC() *Key { return newHMAC(make([]byte, 32)) }

// ParseKeyName reads the name of a key file.
func ParseKeyName(name string) (next bool, from time.Time, kid string, err error) {
	n, err := parseKeyName(name)
	return n.next, n.from, n.kid, err
}
