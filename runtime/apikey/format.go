package apikey

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"hash/crc32"
	"strings"
)

// A key is its prefix, an underscore, 30 random characters of base62, which are 178
// bits, and the CRC-32 of all that in 6 more (SECURITY API-01). The check sum is no
// defence: it tells at no cost what cannot be a key, such as one that was mistyped
// or cut off, and lets scanners of leaked secrets be sure of what they found.
const (
	randomLength = 30
	sumLength    = 6
	bodyLength   = randomLength + sumLength
	last4Length  = 4

	// MaxPrefix is how long a prefix may be.
	MaxPrefix = 32

	maxLength = MaxPrefix + 1 + bodyLength
)

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// CheckPrefix returns an error unless prefix is fit for keys: words of lower-case
// letters and digits, joined by single underscores, at most 32 characters long.
// By convention it names the kind of key and the environment: "sk_live", "sk_test".
func CheckPrefix(prefix string) error {
	if prefix == "" || len(prefix) > MaxPrefix {
		return errors.New("the Prefix must be 1 to 32 characters long")
	}
	for word := range strings.SplitSeq(prefix, "_") {
		if word == "" || strings.ContainsFunc(word, notInPrefix) {
			return errors.New("the Prefix may have lower-case letters and digits only, in words joined by single underscores")
		}
	}
	return nil
}

func notInPrefix(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }

// newKey returns a key and its hash. The prefix must be one that CheckPrefix
// approves of.
func newKey(prefix string) (string, Hash) {
	key := make([]byte, 0, maxLength)
	key = append(key, prefix...)
	key = append(key, '_')
	key = appendRandom(key)
	key = appendSum(key)
	return string(key), sha256.Sum256(key)
}

// appendRandom appends characters that are equally likely: a random byte that
// belongs to an incomplete row of the alphabet is thrown away.
func appendRandom(key []byte) []byte {
	const fair = 256 - 256%len(alphabet)
	var random [randomLength + randomLength/2]byte // nearly always enough
	for end := len(key) + randomLength; ; {
		_, _ = rand.Read(random[:]) // never fails: it ends the process instead (F-30)
		for _, b := range random {
			if int(b) >= fair {
				continue
			}
			key = append(key, alphabet[int(b)%len(alphabet)])
			if len(key) == end {
				return key
			}
		}
	}
}

// appendSum appends the check sum of key.
func appendSum(key []byte) []byte {
	sum := crc32.ChecksumIEEE(key)
	var digits [sumLength]byte // 62⁶ is more than 2³²
	for i := range digits {
		digits[sumLength-1-i] = alphabet[sum%uint32(len(alphabet))]
		sum /= uint32(len(alphabet))
	}
	return append(key, digits[:]...)
}

// Parse returns the hash of a key, or false if text cannot be one of this prefix:
// it has another prefix, length or alphabet, or its check sum is wrong. There is one
// spelling of a key, and a key with one character changed is never another
// (SECURITY API-02).
func Parse(prefix, text string) (Hash, bool) {
	n := len(prefix) + 1 + bodyLength
	if len(text) != n || n > maxLength || text[:len(prefix)] != prefix || text[len(prefix)] != '_' {
		return Hash{}, false
	}
	var key, want [maxLength]byte
	copy(key[:], text)
	for _, c := range key[len(prefix)+1 : n] {
		if !isBase62(c) {
			return Hash{}, false
		}
	}
	copy(want[:], key[:n-sumLength])
	appendSum(want[:n-sumLength])
	if subtle.ConstantTimeCompare(key[:n], want[:n]) == 0 {
		return Hash{}, false
	}
	return sha256.Sum256(key[:n]), true
}

func isBase62(c byte) bool {
	return '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z'
}
