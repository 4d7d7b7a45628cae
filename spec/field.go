package spec

import "strings"

// A field is one key of the language: all that the decoder, the schema and the
// hints know about it.
type field struct {
	key      string
	doc      string // for the schema; sentences
	example  string // what a hint shows after the key; "" shows the default
	required bool
	value    value
}

// line returns a valid line for the field, for hints.
func (f field) line() string {
	text := f.example
	if text == "" {
		text = f.value.sample()
	}

	return f.key + ": " + text
}

// A value is what may follow a key.
type value interface {
	// decode fills the spec from n, which stands at path, or reports why not.
	// line is a valid line for hints.
	decode(w *walker, path string, n *node, line string)
	// absent fills the spec for a key that is not in the file.
	absent(w *walker)
	// sample returns a valid value as YAML on one line.
	sample() string
	// describe adds the value to a schema.
	describe(s *schema)
}

// A section is a mapping with fixed keys. Without any of them, and without a
// value at all, it has its defaults.
type section struct {
	fields []field

	// open is called before the fields of a written section are read. A
	// section that has it means something by its presence: absent, its fields
	// get no defaults.
	open func(*Spec)

	// pick is set when the section is a choice: at least one key is required.
	pick string
}

func (s section) decode(w *walker, path string, n *node, line string) {
	if n.kind != kindMapping && (n.kind != kindNull || s.pick != "") {
		w.refuse(path, n.pos, "expected a mapping, found "+n.describe(), "for example "+line)
		s.absent(w)
		return
	}
	if s.pick != "" && len(n.pairs) == 0 {
		w.refuse(path, n.pos, "expected at least one "+s.pick+": "+strings.Join(s.keys(), ", "), "for example "+line)
		return
	}
	if s.open != nil {
		s.open(w.spec)
	}

	s.refuseUnknown(w, path, n)
	for _, f := range s.fields {
		s.decodeField(w, path, n, f)
	}
}

func (s section) decodeField(w *walker, path string, n *node, f field) {
	at := join(path, f.key)

	v := n.get(f.key)
	switch {
	case v != nil:
		w.at[at] = v.pos
		f.value.decode(w, at, v, f.line())
	case f.required:
		w.refuse(at, n.pos, "missing, expected the line "+quote(f.line()), "add it "+placeOf(path))
		f.value.absent(w)
	default:
		f.value.absent(w)
	}
}

// refuseUnknown reports the keys of n that are not fields.
func (s section) refuseUnknown(w *walker, path string, n *node) {
	for _, p := range n.pairs {
		if s.field(p.key) != nil {
			continue
		}

		wrong := s.explainUnknown(w.root, path, p.key)
		w.refuse(join(path, p.key), p.pos, wrong.message, wrong.hint)
	}
}

// explainUnknown says what key, in the section at path, may have meant: a field
// of another section, else one of this section with a similar name, else
// whatever is known here.
func (s section) explainUnknown(root section, path, key string) fault {
	message := "unknown key " + quote(key)

	if home, f := homeOf(root, "", path, key); f != nil {
		return fault{message: message + ", expected " + oneOf(s.keys()), hint: "write it " + home + ": " + f.line()}
	}
	if near, ok := nearest(key, s.keys()); ok {
		return fault{message: message + " (did you mean " + quote(near) + "?)", hint: "for example " + s.field(near).line()}
	}

	return fault{message: message + ", expected " + oneOf(s.keys()), hint: "for example " + s.fields[0].line()}
}

// homeOf finds the field called key in s, which is the section at path, and says
// where it belongs. It was written in the section at from.
func homeOf(s section, path, from, key string) (home string, f *field) {
	if f := s.field(key); f != nil {
		return placeOf(path), f
	}
	for _, sub := range s.fields {
		at := join(path, sub.key)
		if inner, ok := sectionOf(sub.value); ok && !rivals(at, from, s) {
			if home, f := homeOf(inner, at, from, key); f != nil {
				return home, f
			}
		}
	}

	return "", nil
}

// placeOf says where the keys of the section at path are written.
func placeOf(path string) string {
	if path == "" {
		return "at the top level of the file"
	}

	return "under " + path
}

// rivals reports whether from is in another choice of s than at is. A key of one
// strategy in another is not in the wrong place: it is the wrong word for
// something, as ttl is for max_age.
func rivals(at, from string, s section) bool {
	return s.pick != "" && strings.HasPrefix(from, parent(at)+".") && from != at && !strings.HasPrefix(from, at+".")
}

// sectionOf returns the section that v is, or can be.
func sectionOf(v value) (section, bool) {
	switch v := v.(type) {
	case section:
		return v, true
	case switchable:
		return v.section, true
	}

	return section{}, false
}

func (s section) field(key string) *field {
	for i := range s.fields {
		if s.fields[i].key == key {
			return &s.fields[i]
		}
	}

	return nil
}

func (s section) keys() []string {
	keys := make([]string, len(s.fields))
	for i, f := range s.fields {
		keys[i] = f.key
	}

	return keys
}

func (s section) absent(w *walker) {
	if s.open != nil {
		return
	}
	for _, f := range s.fields {
		f.value.absent(w)
	}
}

func (s section) sample() string {
	if s.open != nil {
		return "{}"
	}

	return "{" + s.fields[0].line() + "}"
}

func oneOf(names []string) string {
	if len(names) == 1 {
		return names[0]
	}

	return "one of " + strings.Join(names, ", ")
}
