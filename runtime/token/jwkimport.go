package token

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"errors"
	"math/big"
)

// errMember is the error for a member that is not what RFC 7518 section 6 says.
var errMember = errors.New("a member is missing, of a wrong length or not canonical base64url")

// key makes the key, or returns nil if it is not for us.
func (m members) key() (*Key, error) {
	if m.private || m.kty == "oct" {
		return nil, errors.New("it is not public")
	}
	alg := m.algorithm()
	if alg == "" || !m.isFor(alg) {
		return nil, nil //nolint:nilnil // neither a key nor an error: it is passed over
	}
	if len(m.kid) > maxKid {
		return nil, errors.New("its kid is too long")
	}
	public, err := m.public(alg)
	if err != nil {
		return nil, err
	}
	k, err := NewPublic(public)
	if err != nil {
		return nil, err
	}
	k.id = m.kid
	return k, nil
}

// algorithm is the one for the kind of key, or "".
func (m members) algorithm() Algorithm {
	switch {
	case m.kty == "RSA":
		return RS256
	case m.kty == "EC" && m.crv == "P-256":
		return ES256
	case m.kty == "OKP" && m.crv == "Ed25519":
		return EdDSA
	default:
		return ""
	}
}

// isFor reports whether the key may be used for verifying with alg (RFC 7517 sections
// 4.2 to 4.4).
func (m members) isFor(alg Algorithm) bool {
	if m.hasUse && m.use != "sig" || m.hasAlg && !alg.named(m.alg) {
		return false
	}
	if !m.hasOps {
		return true
	}
	verifies := false
	for _, op := range m.ops {
		if op != "verify" && op != "sign" {
			return false
		}
		verifies = verifies || op == "verify"
	}
	return verifies
}

func (m members) public(alg Algorithm) (crypto.PublicKey, error) {
	switch alg {
	case RS256:
		return m.rsa()
	case ES256:
		return m.ecdsa()
	default:
		x, ok := decodeBase64(m.x)
		if !ok || len(x) != ed25519.PublicKeySize {
			return nil, errMember
		}
		return ed25519.PublicKey(x), nil
	}
}

func (m members) rsa() (*rsa.PublicKey, error) {
	n, ok := decodeUint(m.n, maxRSABits/8)
	e, ok2 := decodeUint(m.e, 4)
	if !ok || !ok2 || !e.IsInt64() || e.Int64() > 1<<31-1 {
		return nil, errMember
	}
	return &rsa.PublicKey{N: n, E: int(e.Int64())}, nil
}

// decodeUint decodes a Base64urlUInt, which has no leading zeros (RFC 7518 section 2).
func decodeUint(text string, maxBytes int) (*big.Int, bool) {
	b, ok := decodeBase64(text)
	if !ok || len(b) == 0 || len(b) > maxBytes || b[0] == 0 {
		return nil, false
	}
	return new(big.Int).SetBytes(b), true
}

func (m members) ecdsa() (*ecdsa.PublicKey, error) {
	x, ok := decodeBase64(m.x)
	y, ok2 := decodeBase64(m.y)
	if !ok || !ok2 || len(x) != coordinate || len(y) != coordinate {
		return nil, errMember
	}
	point := append([]byte{4}, x...)
	p, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), append(point, y...))
	if err != nil {
		return nil, errors.New("its point is not on the curve")
	}
	return p, nil
}
