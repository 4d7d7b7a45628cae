package oauth

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
)

const (
	// keyBytes is the length of the keys that the application gives.
	keyBytes = 32

	sealVersion = 1
	saltBytes   = 32
	nonceBytes  = 12
	sealed0     = 1 + saltBytes + 16 // what sealing adds: version, salt and tag
)

// A box seals texts of one purpose: AES-256-GCM under a key and nonce of their own for
// each, derived from the key of the box, the purpose and a random salt by HKDF. A key of
// GCM wears out after 2^32 random nonces, and anybody may have a flow sealed; these do
// not.
type box struct {
	// A function, so that no way of printing reaches the key.
	material func(salt []byte) []byte
}

// newBox takes a key of keyBytes. Boxes of one key and different purposes have nothing
// to do with each other.
func newBox(key []byte, purpose string) box {
	key = append([]byte(nil), key...)
	return box{material: func(salt []byte) []byte {
		m, err := hkdf.Key(sha256.New, key, salt, "authgen oauth "+purpose, keyBytes+nonceBytes)
		if err != nil {
			panic("oauth: " + err.Error()) // only for a length that HKDF cannot give
		}
		return m
	}}
}

// seal returns what only open of the same box and context gives back.
func (b box) seal(plain []byte, context ...string) []byte {
	out := make([]byte, 1+saltBytes, sealed0+len(plain))
	out[0] = sealVersion
	_, _ = rand.Read(out[1:]) // never fails: it ends the process instead (F-30)
	aead, nonce := b.aead(out[1:])
	return aead.Seal(out, nonce, plain, bind(context))
}

func (b box) open(sealed []byte, context ...string) ([]byte, bool) {
	if len(sealed) < sealed0 || sealed[0] != sealVersion {
		return nil, false
	}
	aead, nonce := b.aead(sealed[1 : 1+saltBytes])
	plain, err := aead.Open(nil, nonce, sealed[1+saltBytes:], bind(context))
	return plain, err == nil
}

func (b box) aead(salt []byte) (aead cipher.AEAD, nonce []byte) {
	m := b.material(salt)
	block, err := aes.NewCipher(m[:keyBytes])
	if err == nil {
		aead, err = cipher.NewGCM(block)
	}
	if err != nil {
		panic("oauth: " + err.Error()) // only for a length of the key that it never has
	}
	return aead, m[keyBytes:]
}

// bind writes the length of each part, so that no parts run into others.
func bind(parts []string) []byte {
	var out []byte
	for _, p := range parts {
		out = fmt.Appendf(out, "%d:%s", len(p), p)
	}
	return out
}
