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
	sum := checkSum(key)
	key = append(key, sum[:]...)
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

// checkSum returns the digits of the CRC-32 (IEEE 802.3) of text, the first the most
// significant. It goes byte by byte: crc32.ChecksumIEEE is faster, but not by as much
// as the allocation costs that comes with it.
func checkSum(text []byte) (digits [sumLength]byte) {
	sum := ^uint32(0)
	for _, b := range text {
		sum = crc32.IEEETable[byte(sum)^b] ^ sum>>8
	}
	sum = ^sum
	for i := range digits { // 62⁶ is more than 2³²
		digits[sumLength-1-i] = alphabet[sum%uint32(len(alphabet))]
		sum /= uint32(len(alphabet))
	}
	return digits
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
	var key [maxLength]byte
	copy(key[:], text)
	for _, c := range key[len(prefix)+1 : n] {
		if !isBase62(c) {
			return Hash{}, false
		}
	}
	sum := checkSum(key[:n-sumLength])
	if subtle.ConstantTimeCompare(sum[:], key[n-sumLength:n]) == 0 {
		return Hash{}, false
	}
	return sha256.Sum256(key[:n]), true
}

// isBase62 relies on differences that wrap around, and on the one bit between upper
// and lower case.
func isBase62(c byte) bool { return c-'0' < 10 || (c|0x20)-'a' < 26 }
