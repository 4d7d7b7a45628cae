package spec

// A scalar is a value of one form, kept in one place of the Spec. Its default
// is written as in the file and read by the same form.
type scalar[T any] struct {
	form[T]
	standard string // the default; not used for a required field, whose only value it shows
	into     func(*Spec) *T
}

func (s scalar[T]) decode(w *walker, path string, n *node, line string) {
	v, wrong := s.read(n, keyOf(path), line)
	if wrong != nil {
		w.refuse(path, n.pos, wrong.message, wrong.hint)
		s.absent(w)
		return
	}

	*s.into(w.spec) = v
}

func (s scalar[T]) absent(w *walker) {
	v, wrong := s.parse(s.standard)
	if wrong != nil {
		panic("spec: the default " + s.standard + " is not a valid value: " + wrong.message)
	}

	*s.into(w.spec) = v
}

func (s scalar[T]) sample() string {
	if s.standard == "" {
		return `""`
	}

	return s.standard
}

// keyOf returns the last key of path.
func keyOf(path string) string {
	if above := parent(path); above != "" {
		return path[len(above)+1:]
	}

	return path
}
