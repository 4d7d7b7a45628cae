package spec

import (
	"bytes"
	"regexp"
	"sort"
	"strings"
	"unicode/utf8"
)

// refuseSyntax reports what the YAML library said about src in words about the
// file instead of about the library's grammar.
func (w *walker) refuseSyntax(src []byte, err error) {
	said := err.Error()
	f := explainSyntax(said)
	pos := locateSyntax(src, said)

	w.refuse(pathBefore(src, pos), pos, "not valid YAML: "+f.message, f.hint)
}

// locateSyntax finds the character at which src stops being YAML. The library
// names a line at best, and often a neighbouring one; but it reads from left to
// right, so the character is the last one of the shortest prefix of src about
// which it says the same.
func locateSyntax(src []byte, said string) position {
	n := 1 + sort.Search(len(src)-1, func(i int) bool {
		return syntaxError(src[:i+1]) == said
	})

	before := src[:n]
	if strings.Contains(said, "unknown anchor") {
		before = before[:bytes.LastIndexByte(before, '*')+1]
	}

	line := 1 + bytes.Count(before, []byte("\n"))
	col := utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])

	return position{line, max(col, 1)}
}

// keyLine is a line that begins with a key.
var keyLine = regexp.MustCompile(`^( *)([A-Za-z_][A-Za-z0-9_-]*):`)

// pathBefore guesses by indentation in which key pos stands, for what is said
// before the file could be read as YAML.
func pathBefore(src []byte, pos position) string {
	lines := bytes.SplitN(src, []byte("\n"), pos.line+1)
	path, indent := "", pos.col-1

	for i := min(pos.line, len(lines)) - 1; i >= 0 && indent > 0; i-- {
		m := keyLine.FindSubmatch(lines[i])
		if m == nil || len(m[1]) >= indent {
			continue
		}
		indent = len(m[1])
		if path != "" {
			path = "." + path
		}
		path = string(m[2]) + path
	}

	return path
}

var librarySaid = regexp.MustCompile(`^yaml: (line \d+: )?`)

// explainSyntax translates the complaints that people meet.
func explainSyntax(said string) fault {
	said = librarySaid.ReplaceAllString(said, "")

	for _, known := range syntaxFaults {
		if strings.Contains(said, known.said) {
			return fault{message: known.message, hint: known.hint}
		}
	}

	return fault{message: strings.ToValidUTF8(cut(said), "?"), hint: "write plain keys and values: version: 1"}
}

var syntaxFaults = []struct {
	said, message, hint string
}{
	{"mapping values are not allowed",
		`expected one "key: value" here, found a second ": " or a deeper indentation`,
		`begin the keys of one mapping in the same column, and quote a value that contains ": "`,
	},
	{"did not find expected key",
		"expected a key in the column of the keys above",
		"begin the keys of one mapping in the same column",
	},
	{"could not find expected ':'",
		`expected ": " after a key`,
		"a key and its value look like this: version: 1",
	},
	{"did not find expected '-'",
		`expected "- " as in the list above, or less indentation`,
		"begin the items of one list in the same column",
	},
	{"block sequence entries are not allowed",
		`expected a value, found "- "`,
		"begin a list on a line of its own, or write it as [a, b]",
	},
	{"did not find expected ',' or ']'", "expected , or ] to go on with the list that begins here", "close it with ]"},
	{"did not find expected ',' or '}'", "expected , or } to go on with the mapping that begins here", "close it with }"},
	{"found unexpected end of stream", "expected a closing quote for the text that begins here", "close it with the quote it begins with"},
	{"did not find expected node content", "expected a value", "remove the comma or bracket that nothing stands before"},
	{"found character that cannot start any token",
		"expected a value, found a character that cannot begin one",
		`quote a value that begins with @, % or a backquote`,
	},
	{"found unknown escape character",
		`expected an escape such as \n or \\`,
		"in single quotes a backslash is only a backslash",
	},
	{"unknown anchor",
		"expected a value, found an alias",
		"write the value out: anchors and aliases are not part of the language",
	},
}
