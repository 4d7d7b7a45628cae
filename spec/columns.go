package spec

// A columnMap is a mapping from authgen's names of columns to those of an existing
// table, empty by default.
type columnMap struct {
	form[string]
	into func(*Spec) *UserColumns
}

// columnForm is an identifier in any database, which quotes what is a word of its own.
func columnForm() form[string] {
	const what = "the name of a column such as mail (A-Z, a-z, 0-9 and _, not beginning with a digit, at most 63 characters)"

	return textForm(what, `^[A-Za-z_][A-Za-z0-9_]*$`, 63, nil)
}

// mappable are the names that an existing column can stand for, in the order of the
// reference.
func mappable() []string { return []string{"id", "email", "password_hash", "roles"} }

// usualColumn is a line for one of mappable with a name that applications give to the
// column.
func usualColumn(name string) string {
	switch name {
	case "id":
		return "id: user_id"
	case "email":
		return "email: mail"
	case "password_hash":
		return "password_hash: pw"
	default:
		return name + ": role"
	}
}

// column is where the existing column for one of mappable is kept, nil for other names.
func (c *UserColumns) column(name string) *string {
	switch name {
	case "id":
		return &c.ID
	case "email":
		return &c.Email
	case "password_hash":
		return &c.PasswordHash
	case "roles":
		return &c.Roles
	}

	return nil
}

func (m columnMap) decode(w *walker, path string, n *node, line string) {
	switch n.kind {
	case kindNull:
		return
	case kindMapping:
	default:
		w.refuse(path, n.pos, "expected a mapping from authgen's names of columns to existing ones, found "+n.describe(), "for example "+line)
		return
	}

	for _, p := range n.pairs {
		m.column(w, join(path, p.key), p, line)
	}
}

func (m columnMap) column(w *walker, path string, p pair, line string) {
	w.at[path] = p.value.pos

	into := m.into(w.spec).column(p.key)
	if into == nil {
		wrong := explainColumn(p.key, line)
		w.refuse(path, p.pos, wrong.message, wrong.hint)
		return
	}
	name, wrong := m.read(p.value, p.key, usualColumn(p.key))
	if wrong != nil {
		w.refuse(path, p.value.pos, wrong.message, wrong.hint)
		return
	}
	*into = name
}

// explainColumn says why there is no such name to map.
func explainColumn(name, line string) fault {
	for _, why := range unmappable {
		if why.name == name {
			return fault{message: "no column can stand for " + name + ": " + why.reason, hint: "remove it"}
		}
	}

	message := "unknown column " + quote(name) + didYouMean(name, mappable()) + ", expected " + oneOf(mappable())

	return fault{message: message, hint: "for example " + line}
}

// unmappable are the other columns of the table of accounts.
var unmappable = []struct{ name, reason string }{
	{"auth_version", "it counts what ends every credential of a user, and authgen adds it"},
	{"disabled_at", "whoever has a time there is locked out, and authgen adds it"},
	{"created_at", "authgen neither reads nor fills one in an existing table"},
	{"updated_at", "authgen neither reads nor fills one in an existing table"},
}

func (columnMap) absent(*walker) {}

func (columnMap) sample() string { return "{}" }
