package token

import (
	"crypto"
	"crypto/rand"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"reflect"
)

// NewSigner returns a key that signs by signer, which may be a key in memory or one
// in a KMS or HSM, and must be safe for concurrent use. The algorithm follows from
// its public key, which [NewPublic] must accept. Signer signs once, to see that its
// signatures verify: a key that would only make useless tokens is found at start.
func NewSigner(signer crypto.Signer) (*Key, error) {
	if signer == nil || reflect.ValueOf(signer).Kind() == reflect.Pointer && reflect.ValueOf(signer).IsNil() {
		return nil, errors.New("token: the signer is nil")
	}
	k, err := NewPublic(signer.Public())
	if err != nil {
		return nil, err
	}
	k.sign = func(text string) ([]byte, error) { return signWith(k.alg, signer, text) }
	const sample = "authgen key check"
	signature, err := k.sign(sample)
	if err != nil {
		return nil, err
	}
	if !k.verify(sample, signature) {
		return nil, errors.New("token: what the signer signs does not verify with its public key")
	}
	return k, nil
}

// signWith signs text and returns the signature in the form of RFC 7518.
func signWith(alg Algorithm, signer crypto.Signer, text string) ([]byte, error) {
	message, hash := []byte(text), alg.hash()
	if hash != 0 {
		h := hash.New()
		h.Write(message)
		message = h.Sum(nil)
	}
	signature, err := signer.Sign(rand.Reader, message, hash)
	if err != nil {
		return nil, fmt.Errorf("token: sign: %w", err)
	}
	if alg == ES256 {
		return rawSignature(signature)
	}
	return signature, nil
}

// rawSignature turns the DER of a [crypto.Signer] into the 64 bytes of RFC 7518
// section 3.4.
func rawSignature(der []byte) ([]byte, error) {
	var point struct{ R, S *big.Int }
	rest, err := asn1.Unmarshal(der, &point)
	if err != nil || len(rest) > 0 {
		return nil, errors.New("token: the signer returned no ECDSA signature in DER")
	}
	for _, n := range []*big.Int{point.R, point.S} {
		if n.Sign() <= 0 || n.BitLen() > 8*coordinate {
			return nil, errors.New("token: the signer returned an ECDSA signature out of range")
		}
	}
	raw := make([]byte, 2*coordinate)
	point.R.FillBytes(raw[:coordinate])
	point.S.FillBytes(raw[coordinate:])
	return raw, nil
}

func signHMAC(k *Key, text string) ([]byte, error) {
	signature, err := k.method.Sign(text, k.material())
	if err != nil {
		return nil, fmt.Errorf("token: sign: %w", err)
	}
	return signature, nil
}
