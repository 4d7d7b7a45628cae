package token

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
)

// What keys must be (SECURITY KEY-01; RFC 7518 section 3).
const (
	minSecret      = 32
	maxSecret      = 1 << 10
	minRSABits     = 2048
	maxRSABits     = 8192 // more costs time and adds nothing
	minRSAExponent = 65537
)

func isConstant(secret []byte) bool {
	for _, b := range secret {
		if b != secret[0] {
			return false
		}
	}
	return true
}

func checkRSA(p *rsa.PublicKey) error {
	if p == nil || p.N == nil {
		return errors.New("token: the RSA key is empty")
	}
	switch bits := p.N.BitLen(); {
	case bits < minRSABits || bits > maxRSABits:
		return fmt.Errorf("token: an RSA key needs %d to %d bits, not %d", minRSABits, maxRSABits, bits)
	case p.E < minRSAExponent || p.E > 1<<31-1 || p.E%2 == 0:
		return fmt.Errorf("token: an RSA key needs an odd exponent of at least %d", minRSAExponent)
	case p.N.Sign() < 0 || p.N.Bit(0) == 0:
		return errors.New("token: an RSA modulus is odd and positive")
	case isROCA(p.N):
		return errors.New("token: the RSA key is one that can be factored (CVE-2017-15361)")
	}
	return nil
}

// isROCA reports whether n has the fingerprint of CVE-2017-15361: modulo each small
// prime it is a power of 65537. One in 2^27 good keys or fewer has it by chance.
func isROCA(n *big.Int) bool {
	for _, p := range [...]int64{
		3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97,
		101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
	} {
		if !isPower(new(big.Int).Mod(n, big.NewInt(p)).Int64(), minRSAExponent%p, p) {
			return false
		}
	}
	return true
}

// isPower reports whether r is a power of base modulo p.
func isPower(r, base, p int64) bool {
	x := int64(1)
	for range p {
		if x == r {
			return true
		}
		x = x * base % p
	}
	return false
}

func checkECDSA(p *ecdsa.PublicKey) error {
	if p == nil || p.Curve != elliptic.P256() {
		return errors.New("token: an ECDSA key must be on P-256")
	}
	if _, err := p.ECDH(); err != nil {
		return errors.New("token: the ECDSA key is not a point of P-256")
	}
	return nil
}

// smallOrder are the encodings of the points of Ed25519 of order 8 and less, without
// the sign. Such a key takes one signature for many messages.
var smallOrder = [...]string{
	"0000000000000000000000000000000000000000000000000000000000000000",
	"0100000000000000000000000000000000000000000000000000000000000000",
	"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
	"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
}

func checkEd25519(p ed25519.PublicKey) error {
	if len(p) != ed25519.PublicKeySize {
		return fmt.Errorf("token: an Ed25519 key has %d bytes", ed25519.PublicKeySize)
	}
	y := [ed25519.PublicKeySize]byte(p)
	y[len(y)-1] &= 0x7f
	for _, weak := range smallOrder {
		if hex.EncodeToString(y[:]) == weak {
			return errors.New("token: the Ed25519 key is a point of small order")
		}
	}
	return nil
}
