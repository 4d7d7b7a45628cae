package spec

import "fmt"

// A claimMap is a mapping from the names of claims to their types, empty by
// default.
type claimMap struct {
	name form[string]
	typ  form[ClaimType]
	max  int
}

func (m claimMap) decode(w *walker, path string, n *node, line string) {
	switch {
	case n.kind == kindNull:
		return
	case n.kind != kindMapping:
		w.refuse(path, n.pos, "expected a mapping from claim to type, found "+n.describe(), "for example "+line)
		return
	case len(n.pairs) > m.max:
		w.refuse(path, n.pos, fmt.Sprintf("expected at most %d claims, found %d", m.max, len(n.pairs)), "for example "+line)
		return
	}

	for _, p := range n.pairs {
		m.claim(w, join(path, p.key), p, line)
	}
}

func (m claimMap) claim(w *walker, path string, p pair, line string) {
	w.at[path] = p.pos

	_, wrong := m.name.read(&node{kind: kindText, text: p.key}, p.key, line)
	if wrong != nil {
		w.refuse(path, p.pos, wrong.message, wrong.hint)
	}
	typ, wrongType := m.typ.read(p.value, p.key, line)
	if wrongType != nil {
		w.refuse(path, p.value.pos, wrongType.message, wrongType.hint)
	}
	if wrong == nil && wrongType == nil {
		claims := &w.spec.Strategies.JWT.Claims
		*claims = append(*claims, Claim{Name: p.key, Type: typ})
	}
}

func (claimMap) absent(*walker) {}

func (claimMap) sample() string { return "{}" }
