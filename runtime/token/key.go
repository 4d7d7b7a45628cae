package token

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"errors"
	"fmt"

	"github.com/golang-jwt/jwt/v5"
)

// A Key signs and verifies tokens, or only verifies them, with one algorithm. Keys
// are immutable, safe for concurrent use, and print their name and algorithm only.
// They are made by [NewHMAC], [NewSigner], [NewPublic], [ParsePEM] and [ParseJWKS],
// which refuse weak ones (SECURITY KEY-01).
type Key struct {
	alg        Algorithm
	id         string
	thumbprint string
	method     jwt.SigningMethod
	// Key material sits behind functions because fmt and other printers read fields
	// by reflection, and so that keys cannot be compared with == (SECURITY KEY-09,
	// KEY-10).
	material func() crypto.PublicKey // what method verifies with: for HS256 the secret
	sign     func(text string) ([]byte, error)
}

// ID is the key's name in tokens, "kid": its thumbprint, or what the set said that
// it was read from.
func (k *Key) ID() string { return k.id }

// Thumbprint is the SHA-256 thumbprint of RFC 7638 in base64url. That of an HS256 key
// says nothing about a secret that was drawn at random.
func (k *Key) Thumbprint() string { return k.thumbprint }

// Algorithm is the one algorithm of the key.
func (k *Key) Algorithm() Algorithm { return k.alg }

// CanSign reports whether the key signs; else it verifies only.
func (k *Key) CanSign() bool { return k.sign != nil }

// Public returns the public key, an *rsa.PublicKey, *ecdsa.PublicKey or
// ed25519.PublicKey, or nil for HS256, which has none.
func (k *Key) Public() crypto.PublicKey {
	if k.alg == HS256 {
		return nil
	}
	return k.material()
}

// verify checks a signature. A signature of another length than the algorithm's is
// wrong, so DER is (SECURITY JWT-17), and secrets are compared in constant time
// (SECURITY KEY-10): golang-jwt does both.
func (k *Key) verify(signed string, signature []byte) bool {
	return k.method.Verify(signed, signature, k.material()) == nil
}

// NewHMAC returns an HS256 key. The secret must be at least 32 random bytes; it is
// copied.
func NewHMAC(secret []byte) (*Key, error) {
	if len(secret) < minSecret {
		return nil, fmt.Errorf("token: an HS256 secret needs at least %d bytes", minSecret)
	}
	if len(secret) > maxSecret {
		return nil, fmt.Errorf("token: an HS256 secret has at most %d bytes", maxSecret)
	}
	if isConstant(secret) {
		return nil, errors.New("token: an HS256 secret of one byte again and again is none")
	}
	return newHMAC(secret), nil
}

func newHMAC(secret []byte) *Key {
	var material crypto.PublicKey = append([]byte(nil), secret...)
	k := &Key{
		alg:        HS256,
		thumbprint: thumbprint(publicMembers{Kty: "oct", K: base64url.EncodeToString(secret)}),
		method:     HS256.method(),
		material:   func() crypto.PublicKey { return material },
	}
	k.id = k.thumbprint
	k.sign = func(text string) ([]byte, error) { return signHMAC(k, text) }
	return k
}

// NewPublic returns a key that verifies only: RS256 for an *rsa.PublicKey, ES256 for
// an *ecdsa.PublicKey on P-256, EdDSA for an ed25519.PublicKey. It refuses every
// other, RSA keys of fewer than 2048 bits or with an exponent below 65537, and points
// that are not on their curve. The public key must not be changed afterwards.
func NewPublic(public crypto.PublicKey) (*Key, error) {
	alg, err := checkPublic(public)
	if err != nil {
		return nil, err
	}
	members, err := membersOf(public)
	if err != nil {
		return nil, err
	}
	k := &Key{
		alg:        alg,
		thumbprint: thumbprint(members),
		method:     alg.method(),
		material:   func() crypto.PublicKey { return public },
	}
	k.id = k.thumbprint
	return k, nil
}

// checkPublic returns the algorithm of a public key that is strong enough.
func checkPublic(public crypto.PublicKey) (Algorithm, error) {
	switch p := public.(type) {
	case *rsa.PublicKey:
		return RS256, checkRSA(p)
	case *ecdsa.PublicKey:
		return ES256, checkECDSA(p)
	case ed25519.PublicKey:
		return EdDSA, checkEd25519(p)
	default:
		return "", errors.New("token: a public key must be RSA, ECDSA on P-256 or Ed25519")
	}
}
