package watch

import "strings"

// A summary is what a statement does, and to which table.
type summary struct{ operation, collection string }

// summarise reads a statement as the generated stores have it: it begins with its verb and
// names its table after FROM, INTO or UPDATE. That of a query in parentheses is not what
// the statement is about, unless there is no other.
func summarise(query string) summary {
	words := strings.Fields(query)
	if len(words) == 0 {
		return summary{}
	}
	s := summary{operation: strings.ToUpper(words[0])}
	depth := 0
	for i, word := range words[:len(words)-1] {
		depth += strings.Count(word, "(") - strings.Count(word, ")")
		if !introduces(word) || depth > 0 && s.collection != "" {
			continue
		}
		if name := tableName(words[i+1]); name != "" {
			s.collection = name
			if depth == 0 {
				return s
			}
		}
	}
	return s
}

// introduces reports whether the name of a table comes after a word.
func introduces(word string) bool {
	switch strings.ToUpper(word) {
	case "FROM", "INTO", "UPDATE":
		return true
	default:
		return false
	}
}

// tableName is the name at the beginning of a word, without quotes, or "" if there is
// none, as before a query in parentheses.
func tableName(word string) string {
	name := strings.TrimLeft(word, "\"`")
	if end := strings.IndexAny(name, "\"`(),;"); end >= 0 {
		return name[:end]
	}
	return name
}
