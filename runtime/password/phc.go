package password

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ErrUnreadable is returned for a stored hash that a [Hasher] cannot check: of
// another algorithm, damaged, not in its one canonical spelling, or over the
// caps on cost. Whether the password was right is not known then. The error
// holds nothing of the hash.
var ErrUnreadable = errors.New("password: the stored hash is of an unknown kind, damaged or over the caps")

// Sizes in bytes. New hashes have saltLen and keyLen; stored ones may have
// anything between the bounds.
const (
	saltLen, keyLen       = 16, 32
	minSaltLen, minKeyLen = 8, 16
	maxSaltLen, maxKeyLen = 64, 64

	// maxEncodedLen is above the longest string within the other bounds.
	maxEncodedLen = 256
)

// argon2Hash is a hash in the PHC string format:
//
//	$argon2id$v=19$m=19456,t=2,p=1$<salt>$<key>
type argon2Hash struct {
	params    Params
	salt, key []byte
}

// b64 is the format's base64: standard alphabet, no padding.
var b64 = base64.RawStdEncoding.Strict()

// String returns the PHC string.
func (h argon2Hash) String() string {
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s",
		h.params.MemoryKiB, h.params.Iterations, h.params.Parallelism, b64.EncodeToString(h.salt), b64.EncodeToString(h.key))
}

// parseArgon2 reads what String writes, and nothing else: there is one spelling
// of a hash. What it returns is within the caps.
func parseArgon2(encoded string) (argon2Hash, error) {
	if len(encoded) > maxEncodedLen {
		return argon2Hash{}, ErrUnreadable
	}
	parts := strings.Split(encoded, "$")
	if len(parts) != 6 {
		return argon2Hash{}, ErrUnreadable
	}
	params, err := parseParams(parts[3])
	if err != nil {
		return argon2Hash{}, err
	}
	salt, err := decode(parts[4], minSaltLen, maxSaltLen)
	if err != nil {
		return argon2Hash{}, err
	}
	key, err := decode(parts[5], minKeyLen, maxKeyLen)
	if err != nil {
		return argon2Hash{}, err
	}
	h := argon2Hash{params: params, salt: salt, key: key}
	// Writing it again settles the rest: the algorithm and version, the order
	// and names of the parameters, leading zeros, newlines in the base64.
	if h.String() != encoded {
		return argon2Hash{}, ErrUnreadable
	}
	return h, nil
}

// parseParams reads "m=…,t=…,p=…". It looks at the numbers only; the names are
// checked by the comparison in parseArgon2.
func parseParams(s string) (Params, error) {
	fields := strings.Split(s, ",")
	if len(fields) != 3 {
		return Params{}, ErrUnreadable
	}
	var values [3]uint64
	for i, bits := range [3]int{32, 32, 8} {
		_, number, _ := strings.Cut(fields[i], "=")
		v, err := strconv.ParseUint(number, 10, bits)
		if err != nil {
			return Params{}, ErrUnreadable
		}
		values[i] = v
	}
	p := Params{MemoryKiB: uint32(values[0]), Iterations: uint32(values[1]), Parallelism: uint8(values[2])}
	if p.withinCaps() != nil {
		return Params{}, ErrUnreadable
	}
	return p, nil
}

func decode(s string, least, most int) ([]byte, error) {
	b, err := b64.DecodeString(s)
	if err != nil || len(b) < least || len(b) > most {
		return nil, ErrUnreadable
	}
	return b, nil
}
