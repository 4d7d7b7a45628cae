package spec

import "fmt"

// A roleMap is a mapping from role names to the scopes they hold. Its default
// is one role without scopes.
type roleMap struct {
	name     form[string]
	scopes   list
	max      int
	standard string // the name of the default role
}

func (m roleMap) decode(w *walker, path string, n *node, line string) {
	m.absent(w)

	switch {
	case n.kind == kindNull:
		return
	case n.kind != kindMapping:
		w.refuse(path, n.pos, "expected a mapping from role to scopes, found "+n.describe(), "for example "+line)
		return
	case len(n.pairs) == 0:
		w.refuse(path, n.pos, "expected at least one role, found an empty mapping", "for example "+line)
		return
	case len(n.pairs) > m.max:
		w.refuse(path, n.pos, fmt.Sprintf("expected at most %d roles, found %d", m.max, len(n.pairs)), "for example "+line)
		return
	}

	roles := make([]Role, 0, len(n.pairs))
	for _, p := range n.pairs {
		roles = append(roles, m.role(w, join(path, p.key), p, line))
	}
	w.spec.Users.Roles = roles
}

func (m roleMap) role(w *walker, path string, p pair, line string) Role {
	w.at[path] = p.pos

	if _, wrong := m.name.read(&node{kind: kindText, text: p.key}, p.key, line); wrong != nil {
		w.refuse(path, p.pos, wrong.message, wrong.hint)
	}

	return Role{Name: p.key, Scopes: m.scopes.items(w, path, p.value, line)}
}

func (m roleMap) absent(w *walker) {
	w.spec.Users.Roles = []Role{{Name: m.standard}}
}

func (m roleMap) sample() string {
	return "{" + m.standard + ": []}"
}
