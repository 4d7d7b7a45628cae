package oauthserver

import (
	"slices"
	"strings"
)

// cleanScopes returns scopes as they are stored.
func (c *Clients) cleanScopes(scopes []string) ([]string, error) {
	for _, scope := range scopes {
		if _, known := slices.BinarySearch(c.cfg.Scopes, scope); !known {
			return nil, ErrUnknownScope
		}
	}
	return canonicalScopes(scopes), nil
}

// canonicalScopes sorts a copy of scopes and drops repeats.
func canonicalScopes(scopes []string) []string {
	scopes = append(make([]string, 0, len(scopes)), scopes...)
	slices.Sort(scopes)
	return slices.Compact(scopes)
}

// requested returns those of the scopes held that the text of a request names, or all of
// them if it names none (RFC 6749 section 3.3). One that is not held, or is none, is
// [ErrInvalidScope] (SECURITY OAS-04).
func requested(text string, held []string) ([]string, error) {
	if text == "" {
		return held, nil
	}
	var scopes []string
	for scope := range strings.SplitSeq(text, " ") {
		if !slices.Contains(held, scope) {
			return nil, ErrInvalidScope
		}
		if !slices.Contains(scopes, scope) {
			scopes = append(scopes, scope)
		}
	}
	slices.Sort(scopes)
	return scopes, nil
}

// isScope reports whether text is a scope as RFC 6749 section 3.3 spells them: printable
// ASCII without space, quote and backslash.
func isScope(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool {
		return r <= ' ' || r > '~' || r == '"' || r == '\\'
	})
}

// JoinScopes encodes scopes for a text column: separated by one space.
func JoinScopes(scopes []string) string { return strings.Join(scopes, " ") }

// SplitScopes decodes what [JoinScopes] wrote. It returns a slice of its own, never nil.
func SplitScopes(text string) []string { return strings.Fields(text) }
