package token

import (
	"errors"
	"fmt"
)

// MaxJWKS is the size of the largest JWK Set that is read, in bytes.
const MaxJWKS = 1 << 20

// ParseJWKS reads the public keys of a JWK Set for a service that only verifies. Keys
// that are not for verifying one of the algorithms of this package, by their kty, crv,
// use, key_ops or alg, and those without a kid, are passed over (SECURITY KEY-07, RFC
// 7517 section 5). A key without alg has the one of its kind, RS256 for RSA.
//
// The whole set is refused if it is not strict JSON, has more than [MaxKeys], a kid
// twice, a private or symmetric key, or a weak or broken one, or none to use (SECURITY
// KEY-01, KEY-02).
func ParseJWKS(text []byte) (*KeySet, error) {
	if len(text) > MaxJWKS {
		return nil, errors.New("token: the JWK Set is larger than 1 MiB")
	}
	list, ok := readJWKS(append([]byte(nil), text...))
	if !ok {
		return nil, fmt.Errorf("token: the JWK Set is not one strict JSON object with at most %d keys", MaxKeys)
	}
	var keys []*Key
	seen := make(map[string]bool, len(list))
	for i, m := range list {
		if m.kid != "" && seen[m.kid] {
			return nil, fmt.Errorf("token: key %d of the JWK Set has the kid of another", i)
		}
		seen[m.kid] = true
		k, err := m.key()
		if err != nil {
			return nil, fmt.Errorf("token: key %d of the JWK Set: %w", i, err)
		}
		if k != nil && k.id != "" {
			keys = append(keys, k)
		}
	}
	return NewKeySet(nil, keys...)
}

func readJWKS(text []byte) ([]members, bool) {
	s := newScanner(text, make([]span, maxNames))
	list, found := []members(nil), false
	for o := s.object(); s.next(&o); {
		if string(o.name) != "keys" {
			s.skip()
			continue
		}
		found = true
		for a := s.array(); s.element(&a); {
			if len(list) == MaxKeys {
				return nil, false
			}
			list = append(list, readJWK(&s))
		}
	}
	return list, s.finish() && found
}

// members are those of a JWK that matter.
type members struct {
	kty, crv, use, alg, kid string
	n, e, x, y              string
	ops                     []string
	hasOps, hasUse, hasAlg  bool
	private                 bool
}

func readJWK(s *scanner) members {
	var m members
	for o := s.object(); s.next(&o); {
		switch string(o.name) {
		case "kty":
			m.kty = string(s.str())
		case "crv":
			m.crv = string(s.str())
		case "use":
			m.use, m.hasUse = string(s.str()), true
		case "alg":
			m.alg, m.hasAlg = string(s.str()), true
		case "kid":
			m.kid = string(s.str())
		case "key_ops":
			m.ops, m.hasOps = s.strings(), true
		case "n":
			m.n = string(s.str())
		case "e":
			m.e = string(s.str())
		case "x":
			m.x = string(s.str())
		case "y":
			m.y = string(s.str())
		case "d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv":
			m.private = true
			s.skip()
		default:
			s.skip()
		}
	}
	return m
}
