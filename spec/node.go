package spec

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// A position is a place in the file, both counted from 1, columns in characters.
type position struct{ line, col int }

// nodeKind is what a node is, as YAML resolves it.
type nodeKind int

const (
	kindNull nodeKind = iota
	kindText
	kindInteger
	kindFloat
	kindBool
	kindDate
	kindList
	kindMapping
)

// A node is one value of the document. It holds no more of YAML than the
// language uses: no aliases, anchors, tags or duplicate keys get this far.
type node struct {
	kind  nodeKind
	pos   position
	text  string // of a scalar, as it reads after unquoting
	items []*node
	pairs []pair // in the order of the file
}

// A pair is one key of a mapping with its value.
type pair struct {
	key   string
	pos   position
	value *node
}

// get returns the value of key, or nil when the mapping does not have it.
func (n *node) get(key string) *node {
	for _, p := range n.pairs {
		if p.key == key {
			return p.value
		}
	}

	return nil
}

// describe names the node for the second half of "expected …, found …".
func (n *node) describe() string {
	switch n.kind {
	case kindNull:
		return "nothing"
	case kindText:
		return quote(n.text)
	case kindInteger:
		return "the integer " + cut(n.text)
	case kindFloat:
		return "the number " + cut(n.text)
	case kindBool:
		return cut(n.text)
	case kindDate:
		return "the date " + cut(n.text)
	case kindList:
		return "a list"
	case kindMapping:
		return "a mapping"
	}

	panic("spec: node of unknown kind")
}

// maxShown is how many characters of a value a message repeats.
const maxShown = 60

// cut shortens text for a message.
func cut(text string) string {
	if utf8.RuneCountInString(text) <= maxShown {
		return text
	}

	return string([]rune(text)[:maxShown]) + "…"
}

// quote makes text from the spec safe to print: quoted, short, and with
// everything that is not printable escaped.
func quote(text string) string {
	return strconv.Quote(cut(text))
}

// join appends key to path. A key that could be mistaken for path syntax, or
// that would do something to a terminal, is quoted.
func join(path, key string) string {
	if !plainKey(key) {
		key = quote(key)
	}
	if path == "" {
		return key
	}

	return path + "." + key
}

// plainKey reports whether key reads well in a path without quotes.
func plainKey(key string) bool {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-:"

	return key != "" && len(key) <= maxShown && strings.Trim(key, plain) == ""
}

// index appends a list index to path.
func index(path string, i int) string {
	return path + "[" + strconv.Itoa(i) + "]"
}
