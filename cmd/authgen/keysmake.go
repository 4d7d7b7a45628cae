package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"time"

	"github.com/authgen-go/authgen/runtime/token"
)

// rsaBits is what NIST SP 800-57 part 1 asks for beyond 2030.
const rsaBits = 3072

// A newKey is a key that is not on the disk yet.
type newKey struct {
	*token.Key
	pem []byte
}

func makeKey(alg token.Algorithm) (newKey, error) {
	signer, err := generate(alg)
	if err != nil {
		return newKey{}, err
	}
	k, err := token.NewSigner(signer)
	if err != nil {
		return newKey{}, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(signer)
	if err != nil {
		return newKey{}, err
	}
	return newKey{Key: k, pem: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})}, nil
}

func generate(alg token.Algorithm) (crypto.Signer, error) {
	switch alg {
	case token.RS256:
		return rsa.GenerateKey(rand.Reader, rsaBits)
	case token.ES256:
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	default:
		_, private, err := ed25519.GenerateKey(rand.Reader)
		return private, err
	}
}

// createSigning makes a key that signs from a time on, and returns the name of its file.
func (r *keyRun) createSigning(from time.Time) (string, error) {
	k, err := makeKey(r.algorithm)
	if err != nil {
		return "", err
	}
	name := token.SigningName(k.Key, from)
	return name, r.disk.create(name, k.pem)
}

// createNext makes a key that is published and does not sign yet.
func (r *keyRun) createNext() (string, error) {
	k, err := makeKey(r.algorithm)
	if err != nil {
		return "", err
	}
	name := token.NextName(k.Key, wholeSecond(r.at))
	return name, r.disk.create(name, k.pem)
}

// wholeSecond is the first whole second that is not before t: what a name says of the
// beginning of a thing must not be too early.
func wholeSecond(t time.Time) time.Time {
	if whole := t.Truncate(time.Second); whole.Before(t) {
		return whole.Add(time.Second)
	}
	return t
}

// firstKeys are the keys of a new project: one that signs, and the next.
func firstKeys(now time.Time) ([]scaffold, error) {
	signing, err := makeKey(token.EdDSA)
	if err != nil {
		return nil, err
	}
	next, err := makeKey(token.EdDSA)
	if err != nil {
		return nil, err
	}
	now = now.UTC()
	return []scaffold{
		{path: keysDefault + "/" + token.SigningName(signing.Key, now), mode: 0o600, content: signing.pem},
		{path: keysDefault + "/" + token.NextName(next.Key, wholeSecond(now)), mode: 0o600, content: next.pem},
	}, nil
}
