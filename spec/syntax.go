package spec

import (
	"bytes"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"
)

// refuseSyntax reports what the YAML library said about src in words about the
// file instead of about the library's grammar.
func (w *walker) refuseSyntax(src []byte, err error) {
	said := err.Error()
	f, pos := explainSyntax(said), w.locateSyntax(src, said)

	if strings.Contains(said, "expected node content") && endsOpen(src, said) {
		f = fault{message: "expected more of a list or mapping, found the end of the file", hint: "close it with ] or }"}
		pos = w.end
	}

	if at, ok := typeOfList(src, pos); ok && strings.Contains(said, "did not find expected") {
		f = fault{message: "expected the end of a value, found a list and more text", hint: `quote what begins with [: "[]string"`}
		pos = at
	}

	w.refuse(pathBefore(src, pos), pos, "not valid YAML: "+f.message, f.hint)
}

// endsOpen reports whether the library's complaint is about what comes after
// the end of src.
func endsOpen(src []byte, said string) bool {
	more := func(text string) []byte { return append(src[:len(src):len(src)], text...) }

	return syntaxError(more("]")) != said || syntaxError(more("}")) != said
}

var goList = regexp.MustCompile(`: +\[\][a-z]`)

// typeOfList finds a type such as []string, without quotes, in the line of pos or
// after it: a word in Go, and in YAML a list with more behind it.
func typeOfList(src []byte, pos position) (position, bool) {
	for i, line := range bytes.Split(src, []byte("\n")) {
		if at := goList.FindIndex(line); i+1 >= pos.line && at != nil {
			return position{i + 1, utf8.RuneCount(line[:at[1]-2])}, true
		}
	}

	return position{}, false
}

// maxLocate bounds the files that are parsed again to find a character.
const maxLocate = 64 << 10

// locateSyntax finds the character at which src stops being YAML. The library
// names a line at best, and often a neighbouring one; but it reads from left to
// right, so the character is the last one of the shortest prefix of src about
// which it says the same.
func (w *walker) locateSyntax(src []byte, said string) position {
	if len(src) > maxLocate {
		return w.saidLine(said)
	}

	n := 1 + sort.Search(len(src)-1, func(i int) bool {
		return sameComplaint(syntaxError(src[:i+1]), said)
	})

	before := src[:n]
	for late, sign := range map[string]string{"unknown anchor": "*", "incompatible YAML": "%"} {
		if strings.Contains(said, late) { // it speaks up after the token
			before = before[:bytes.LastIndex(before, []byte(sign))+1]
		}
	}

	line := 1 + bytes.Count(before, []byte("\n"))
	col := utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])

	return position{line, max(col, 1)}
}

// sameComplaint reports whether the library says of a prefix what it said of
// the whole. A prefix that ends in an escape is one of an open quote, too.
func sameComplaint(prefix, said string) bool {
	if !strings.Contains(said, "unexpected end of stream") {
		return prefix == said
	}

	return strings.Contains(prefix, "unexpected end of stream") ||
		strings.Contains(prefix, "hexdecimal number") || strings.Contains(prefix, "unknown escape")
}

// saidLine returns the line that the library names, the first if it names none.
func (w *walker) saidLine(said string) position {
	m := librarySaid.FindStringSubmatch(said)
	if m == nil {
		return position{1, 1}
	}
	line, err := strconv.Atoi(m[2])
	if err != nil {
		return position{1, 1}
	}

	return position{line, 1}
}

// keyLine is a line that begins with a key.
var keyLine = regexp.MustCompile(`^( *)([A-Za-z_][A-Za-z0-9_-]*):`)

// pathBefore guesses by indentation in which key pos stands, for what is said
// before the file could be read as YAML.
func pathBefore(src []byte, pos position) string {
	lines := bytes.SplitN(src, []byte("\n"), pos.line+1)
	own := min(pos.line, len(lines)) - 1
	path, indent := "", pos.col-1

	for i := own; i >= 0 && indent > 0; i-- {
		m := keyLine.FindSubmatch(lines[i])
		if m == nil && i == own {
			indent = min(indent, len(lines[i])-len(bytes.TrimLeft(lines[i], " \t")))
		}
		if m == nil || len(m[1]) >= indent {
			continue
		}
		indent = len(m[1])
		if path != "" {
			path = "." + path
		}
		path = cut(string(m[2])) + path
	}

	return path
}

var librarySaid = regexp.MustCompile(`^yaml: (line (\d+): )?`)

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
		`begin the keys of one mapping in the same column, put a space after the colon, and quote a value that contains ": "`,
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
	{"did not find expected <document start>",
		"expected the end of the file, found more than one value",
		"a spec is one mapping: version: 1",
	},
	{"exceeded max depth",
		"expected a few levels of nesting, found 10000",
		"the smallest spec has two: strategies: {session: {}}",
	},
	{"incompatible YAML",
		"expected no %YAML line, or version 1.1",
		"remove the line that begins with %",
	},
	{"unknown anchor",
		"expected a value, found an alias",
		"write the value out: anchors and aliases are not part of the language",
	},
}
