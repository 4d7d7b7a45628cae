package token

import (
	"crypto"

	"github.com/golang-jwt/jwt/v5"
)

// An Algorithm signs tokens; its text is the "alg" of RFC 7518 section 3.1 and RFC
// 8037 section 3.1. A key has one and is never used with another (SECURITY JWT-02).
type Algorithm string

// The algorithms there are.
const (
	HS256 Algorithm = "HS256" // HMAC with SHA-256: whoever verifies can also sign
	RS256 Algorithm = "RS256" // RSASSA-PKCS1-v1_5 with SHA-256
	ES256 Algorithm = "ES256" // ECDSA on P-256 with SHA-256
	EdDSA Algorithm = "EdDSA" // Ed25519
)

// method is golang-jwt's, which does the verifying.
func (a Algorithm) method() jwt.SigningMethod {
	switch a {
	case HS256:
		return jwt.SigningMethodHS256
	case RS256:
		return jwt.SigningMethodRS256
	case ES256:
		return jwt.SigningMethodES256
	default:
		return jwt.SigningMethodEdDSA
	}
}

// named reports whether a header or a JWK that names an algorithm means a. Ed25519 has
// two names: "EdDSA", which leaves the curve to the key, and "Ed25519", which does not
// (RFC 9864 section 2.2). What is made here bears the first, because more know it.
func (a Algorithm) named(name string) bool {
	return name == string(a) || a == EdDSA && name == "Ed25519"
}

// hash is what a [crypto.Signer] is told of what it signs; Ed25519 hashes itself.
func (a Algorithm) hash() crypto.Hash {
	if a == EdDSA {
		return 0
	}
	return crypto.SHA256
}
