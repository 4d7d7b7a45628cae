package apikey

import (
	"slices"
	"strings"
)

// Effective returns the scopes of a key that its owner holds too, in the order of
// the key: what the key may do now (SECURITY API-05). If the owner holds all of
// them the result is keyScopes itself and nothing is allocated. Neither argument is
// changed. Scopes match as a whole and exactly (SECURITY AUT-03).
func Effective[S ~string](keyScopes, ownerScopes []S) []S {
	missing := func(scope S) bool { return !slices.Contains(ownerScopes, scope) }
	if !slices.ContainsFunc(keyScopes, missing) {
		return keyScopes
	}
	return slices.DeleteFunc(slices.Clone(keyScopes), missing)
}

// canonicalScopes sorts a copy of scopes and drops repeats.
func canonicalScopes[S ~string](scopes []S) []S {
	scopes = append(make([]S, 0, len(scopes)), scopes...)
	slices.Sort(scopes)
	return slices.Compact(scopes)
}

// isScope reports whether text is a scope as RFC 6749 section 3.3 spells them:
// printable ASCII without space, quote and backslash.
func isScope(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool {
		return r <= ' ' || r > '~' || r == '"' || r == '\\'
	})
}

// JoinScopes encodes scopes for a text column: separated by one space.
func JoinScopes[S ~string](scopes []S) string {
	var b strings.Builder
	for i, scope := range scopes {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(string(scope))
	}
	return b.String()
}

// SplitScopes decodes what [JoinScopes] wrote. It returns a slice of its own.
func SplitScopes[S ~string](text string) []S {
	fields := strings.Fields(text)
	scopes := make([]S, len(fields))
	for i, field := range fields {
		scopes[i] = S(field)
	}
	return scopes
}
