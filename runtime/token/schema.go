package token

import (
	"errors"
	"fmt"
	"strings"
)

// maxExtra is how many claims of their own applications can have.
const maxExtra = 64

// A Schema is how the claims of an application, the struct C, are written and read.
// It is immutable.
type Schema[C any] struct {
	base  func(*C) *Claims
	extra []Claim[C]
	names []string
}

// NewSchema returns a schema for the struct C, of which base returns the part that
// every token has and extra are the rest. It refuses claims without a name, with the
// name of another or of one of [Claims], case not counting (SECURITY JWT-10).
func NewSchema[C any](base func(*C) *Claims, extra ...Claim[C]) (*Schema[C], error) {
	if base == nil {
		return nil, errors.New("token: a schema needs a base")
	}
	if len(extra) > maxExtra {
		return nil, fmt.Errorf("token: a schema has at most %d claims of its own", maxExtra)
	}
	s := &Schema[C]{base: base, extra: extra, names: append([]string(nil), claimNames[:]...)}
	for _, claim := range extra {
		if claim.name == "" {
			return nil, errors.New("token: a claim needs a name")
		}
		for _, name := range s.names {
			if strings.EqualFold(name, claim.name) {
				return nil, fmt.Errorf("token: the name of the claim %q is taken by %q", claim.name, name)
			}
		}
		s.names = append(s.names, claim.name)
	}
	return s, nil
}

// Basic returns a schema of [Claims] alone.
func Basic() *Schema[Claims] {
	return &Schema[Claims]{base: func(c *Claims) *Claims { return c }, names: claimNames[:]}
}

// Base returns the part of c that every token has, for code that is generic over C. A
// change of it is one of c.
func (s *Schema[C]) Base(c *C) *Claims { return s.base(c) }

// find returns the claim of that name, or -1.
func (s *Schema[C]) find(name []byte) int {
	for i := range s.extra {
		if s.extra[i].name == string(name) {
			return i
		}
	}
	return -1
}
