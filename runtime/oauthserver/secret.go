package oauthserver

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"hash/crc32"
	"strings"
)

// A secret is its prefix, 32 random bytes in 52 characters of base32, and the CRC-32 of
// all that in 7 more. The check sum is no defence: it tells at no cost what cannot be a
// secret, such as one that was mistyped or cut off, and lets scanners of leaked secrets
// be sure of what they found.
const (
	secretPrefix = "client_secret_"
	secretRandom = 32
	sumLength    = 7
	bodyLength   = 52 + sumLength
)

// SecretPattern is a regular expression that finds the secrets of clients in text, for
// scanners of leaked secrets, in the syntax that RE2, Go, PCRE and JavaScript share.
const SecretPattern = secretPrefix + `[A-Z2-7]{59}\b`

// newSecret returns a secret and its hash.
func newSecret() (string, Hash) {
	var random [secretRandom]byte
	_, _ = rand.Read(random[:]) // never fails: it ends the process instead (F-30)
	secret := secretPrefix + encode(random[:])
	secret += checkSum(secret)
	return secret, sha256.Sum256([]byte(secret))
}

// parseSecret returns the hash of a secret, or false if text cannot be one.
func parseSecret(text string) (Hash, bool) {
	if len(text) != len(secretPrefix)+bodyLength || !strings.HasPrefix(text, secretPrefix) {
		return Hash{}, false
	}
	head, sum := text[:len(text)-sumLength], text[len(text)-sumLength:]
	if checkSum(head) != sum { // of what was sent, and says nothing about what is stored
		return Hash{}, false
	}
	return sha256.Sum256([]byte(text)), true
}

func checkSum(text string) string {
	return encode(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(text))))
}

func encode(b []byte) string {
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b)
}
