package migrate

import "strings"

// split cuts a text of MySQL at the semicolons between statements, which its driver
// takes one at a time. What holds nothing but comments is left out.
func split(text string) []string {
	var statements []string
	begin, empty := 0, true
	for i := 0; i < len(text); {
		end := tokenEnd(text, i)
		token := text[i:end]
		switch {
		case token == ";":
			if !empty {
				statements = append(statements, strings.TrimSpace(text[begin:i]))
			}
			begin, empty = end, true
		case strings.TrimSpace(token) != "" && !isComment(token):
			empty = false
		}
		i = end
	}
	if !empty {
		statements = append(statements, strings.TrimSpace(text[begin:]))
	}
	return statements
}

// isComment reports whether a token is a comment that the server does not run.
func isComment(token string) bool {
	if strings.HasPrefix(token, "/*") {
		return !strings.HasPrefix(token, "/*!") && !strings.HasPrefix(token, "/*M!")
	}
	return token[0] == '#' || isDashes(token)
}

// isDashes reports whether a comment begins here: two dashes alone may be an operator
// twice.
func isDashes(text string) bool {
	return strings.HasPrefix(text, "--") && (len(text) == 2 || text[2] <= ' ')
}

// tokenEnd is where what begins at i ends: a quoted text, a comment, or one byte.
func tokenEnd(text string, i int) int {
	rest := text[i:]
	switch {
	case rest[0] == '\'' || rest[0] == '"' || rest[0] == '`':
		return i + quotedEnd(rest)
	case rest[0] == '#' || isDashes(rest):
		return i + upTo(rest, "\n", 1)
	case strings.HasPrefix(rest, "/*"):
		return i + upTo(rest, "*/", 2)
	default:
		return i + 1
	}
}

// quotedEnd is the length of the quoted text that text begins with. A quote that is
// doubled ends one text and begins another, which comes to the same.
func quotedEnd(text string) int {
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '\\' && text[0] != '`':
			i++
		case text[i] == text[0]:
			return i + 1
		}
	}
	return len(text)
}

// upTo is the length of text up to the end of the first mark after its beginning.
func upTo(text, mark string, from int) int {
	if at := strings.Index(text[from:], mark); at >= 0 {
		return from + at + len(mark)
	}
	return len(text)
}
