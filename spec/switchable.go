package spec

// off is the word that leaves a switchable section out.
const off = "off"

// A switchable is a section that is there, with its defaults, unless it is off.
type switchable struct {
	section

	// on is called before the fields are read or get their defaults.
	on func(*Spec)
}

func (s switchable) decode(w *walker, path string, n *node, line string) {
	switch {
	case n.kind == kindText && n.text == off:
		return
	case n.kind != kindMapping && n.kind != kindNull:
		w.refuse(path, n.pos, "expected a mapping or off, found "+n.describe(), s.wayOut(path, n, line))
		s.absent(w)
		return
	}

	s.on(w.spec)
	s.section.decode(w, path, n, line)
}

// wayOut says what to write instead of n, which is neither.
func (s switchable) wayOut(path string, n *node, line string) string {
	if n.kind == kindBool && n.text != "true" || n.kind == kindText && didYouMean(n.text, []string{off}) != "" {
		return "write " + keyOf(path) + ": " + off
	}

	return "for example " + line
}

func (s switchable) absent(w *walker) {
	s.on(w.spec)
	s.section.absent(w)
}
