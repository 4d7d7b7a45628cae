package spec

import (
	"fmt"
	"strconv"
)

// A list is a sequence of distinct scalars of one form, empty by default.
type list struct {
	item form[string]
	max  int
	into func(*Spec) *[]string
}

func (l list) decode(w *walker, path string, n *node, line string) {
	*l.into(w.spec) = l.items(w, path, n, line)
}

// items reads n into a slice, nil when it is empty. Items that are wrong are
// reported and left out.
func (l list) items(w *walker, path string, n *node, line string) []string {
	switch {
	case n.kind == kindNull:
		return nil
	case n.kind != kindList:
		hint := "for example " + line
		if n.kind == kindText && l.item.accepts(n.text) {
			hint = "write " + keyOf(path) + ": [" + n.text + "]"
		}
		w.refuse(path, n.pos, "expected a list, found "+n.describe(), hint)
		return nil
	case len(n.items) > l.max:
		w.refuse(path, n.pos, "expected at most "+strconv.Itoa(l.max)+" items, found "+strconv.Itoa(len(n.items)), "for example "+line)
		return nil
	}

	var out []string
	first := map[string]position{}
	for i, item := range n.items {
		at := index(path, i)
		w.at[at] = item.pos

		v, wrong := l.item.read(item, keyOf(path), line)
		if wrong != nil {
			w.refuse(at, item.pos, wrong.message, wrong.hint)
			continue
		}
		if before, ok := first[v]; ok {
			w.refuse(at, item.pos, fmt.Sprintf("duplicate item %s, first written at %d:%d", quote(v), before.line, before.col), "keep one of the two")
			continue
		}
		first[v] = item.pos
		out = append(out, v)
	}

	return out
}

func (l list) absent(w *walker) { *l.into(w.spec) = nil }

func (l list) sample() string { return "[]" }

// A filledList is a list that is not empty by default.
type filledList struct {
	list
	initial string // the one item of the default
}

func (l filledList) decode(w *walker, path string, n *node, line string) {
	if n.kind == kindNull {
		l.absent(w)
		return
	}
	l.list.decode(w, path, n, line)
}

func (l filledList) absent(w *walker) { *l.into(w.spec) = []string{l.initial} }

func (l filledList) sample() string { return "[" + l.initial + "]" }
