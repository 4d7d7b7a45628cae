package token

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
)

// publicMembers are the members of a JWK that make the key (RFC 7518 section 6, RFC
// 8037 section 2), in the order of their names, as RFC 7638 section 3 wants them. K
// is there for thumbprints and never published.
type publicMembers struct {
	Crv string `json:"crv,omitempty"`
	E   string `json:"e,omitempty"`
	K   string `json:"k,omitempty"`
	Kty string `json:"kty"`
	N   string `json:"n,omitempty"`
	X   string `json:"x,omitempty"`
	Y   string `json:"y,omitempty"`
}

// A publicJWK is what is published of a key (SECURITY KEY-02). There is no field for
// anything private.
type publicJWK struct {
	Kty string    `json:"kty"`
	Use string    `json:"use"`
	Alg Algorithm `json:"alg"`
	Kid string    `json:"kid"`
	Crv string    `json:"crv,omitempty"`
	X   string    `json:"x,omitempty"`
	Y   string    `json:"y,omitempty"`
	N   string    `json:"n,omitempty"`
	E   string    `json:"e,omitempty"`
}

// membersOf returns the members of a public key that passed checkPublic.
func membersOf(public crypto.PublicKey) (publicMembers, error) {
	switch p := public.(type) {
	case *rsa.PublicKey:
		return publicMembers{
			Kty: "RSA",
			N:   base64url.EncodeToString(p.N.Bytes()),
			E:   base64url.EncodeToString(big.NewInt(int64(p.E)).Bytes()),
		}, nil
	case *ecdsa.PublicKey:
		point, err := p.Bytes()
		if err != nil {
			return publicMembers{}, errors.New("token: the ECDSA key is not a point of P-256")
		}
		x, y := point[1:1+coordinate], point[1+coordinate:]
		return publicMembers{Kty: "EC", Crv: "P-256", X: base64url.EncodeToString(x), Y: base64url.EncodeToString(y)}, nil
	case ed25519.PublicKey:
		return publicMembers{Kty: "OKP", Crv: "Ed25519", X: base64url.EncodeToString(p)}, nil
	default:
		return publicMembers{}, fmt.Errorf("token: no JWK for a %T", public)
	}
}

// coordinate is the length of a coordinate of P-256.
const coordinate = 32

// thumbprint is RFC 7638's. Its members need no escapes.
func thumbprint(m publicMembers) string {
	text, err := json.Marshal(m)
	if err != nil {
		panic("token: " + err.Error()) // strings always marshal
	}
	sum := sha256.Sum256(text)
	return base64url.EncodeToString(sum[:])
}

// JWK returns the public key as a JSON Web Key, or an error for HS256, which has
// nothing to publish (SECURITY KEY-02).
func (k *Key) JWK() ([]byte, error) {
	if k.alg == HS256 {
		return nil, errors.New("token: an HS256 key is not published")
	}
	m, err := membersOf(k.material())
	if err != nil {
		return nil, err
	}
	return json.Marshal(publicJWK{
		Kty: m.Kty, Use: "sig", Alg: k.alg, Kid: k.id, Crv: m.Crv, X: m.X, Y: m.Y, N: m.N, E: m.E,
	})
}
