package sqldb

import "strings"

// Verb returns the first word of a statement in capitals.
func Verb(query string) string {
	fields := strings.Fields(query)
	if len(fields) == 0 {
		return ""
	}
	return strings.ToUpper(fields[0])
}

// Excludes reports whether the condition of a statement is met by rows because they do
// not have a text.
func Excludes(query string) bool {
	return strings.Contains(query, "<>") || strings.Contains(query, "!=")
}
