// Package secrettest looks for the secrets that a test used in what the test left behind:
// each is a canary (SECURITY LOG-02).
package secrettest

import (
	"slices"
	"strings"
	"sync"
	"testing"
)

// Shortest is how many bytes a secret has at least: shorter ones are found by accident, so
// that Add passes over them. A test that wants to be sure of a secret uses a longer one.
const Shortest = 8

// piece is how many bytes in a row give a longer secret away: what is cut is a leak too.
const piece = 16

// Secrets are the secrets that a test used, each with its kind. The zero value is ready; it
// is safe for concurrent use.
type Secrets struct {
	mu     sync.Mutex
	pieces map[string]string // to its kind
	shown  map[string]bool   // pieces that are none, whoever adds them
}

// Add notes secrets of a kind, such as "password".
func (s *Secrets) Add(kind string, secrets ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pieces == nil {
		s.pieces = map[string]string{}
	}
	for _, secret := range secrets {
		for _, p := range cut(secret) {
			if _, known := s.pieces[p]; !known {
				s.pieces[p] = kind
			}
		}
	}
}

// AddRefreshToken notes a refresh token, but for how it begins: which login it is of, as events
// say too.
func (s *Secrets) AddRefreshToken(token string) {
	shown := max(0, len(token)-refreshMAC)
	s.Add(refreshToken, token[shown:])
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shown == nil {
		s.shown = map[string]bool{}
	}
	for i := 0; i+piece <= shown; i += piece {
		s.shown[token[i:i+piece]] = true
	}
}

// refreshMAC is how many characters at the end of a refresh token are a MAC in base64.
const refreshMAC = 43

// cut returns the pieces of a secret, one of which is in any 31 bytes in a row of it.
func cut(secret string) []string {
	switch n := len(secret); {
	case n < Shortest:
		return nil
	case n <= piece:
		return []string{secret}
	default:
		pieces := []string{secret[n-piece:]}
		for i := 0; i+piece <= n; i += piece {
			pieces = append(pieces, secret[i:i+piece])
		}
		return pieces
	}
}

// Len is how many pieces of secrets are looked for: 0 where none was noted.
func (s *Secrets) Len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.pieces)
}

// In returns the kinds of the secrets that text gives away, in order: as they are or cut, in
// base64, in hex, as a list of bytes, and escaped for a URL or for JSON.
func (s *Secrets) In(text string) []string {
	if s.Len() == 0 {
		return nil
	}
	index := s.index()
	var kinds []string
	for _, reading := range readings(text) {
		kinds = append(kinds, index.in(reading)...)
	}
	slices.Sort(kinds)
	return slices.Compact(kinds)
}

// Check fails the test for each kind of secret that text gives away, without saying the
// secret. The text is called what.
func (s *Secrets) Check(t testing.TB, what, text string) {
	t.Helper()
	for _, kind := range s.In(text) {
		t.Errorf("%s holds a secret: %s", what, kind)
	}
}

// An index finds pieces by how they begin.
type index map[uint64][]found

type found struct{ piece, kind string }

func (s *Secrets) index() index {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := make(index, len(s.pieces))
	for p, kind := range s.pieces {
		if s.shown[p] {
			continue
		}
		start := uint64(0)
		for i := range Shortest {
			start = start<<8 | uint64(p[i])
		}
		x[start] = append(x[start], found{p, kind})
	}
	return x
}

func (x index) in(text string) []string {
	var kinds []string
	start := uint64(0)
	for i := range len(text) {
		start = start<<8 | uint64(text[i])
		if i < Shortest-1 {
			continue
		}
		for _, f := range x[start] {
			if strings.HasPrefix(text[i+1-Shortest:], f.piece) {
				kinds = append(kinds, f.kind)
			}
		}
	}
	return kinds
}
