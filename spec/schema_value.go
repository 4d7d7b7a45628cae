package spec

import "encoding/json"

func (s section) describe(out *schema) {
	out.Type = jsonTypes{"object", "null"}
	if s.pick != "" {
		out.Type = jsonTypes{"object"}
		out.MinProperties = 1
	}
	out.Additional = &additional{}

	for _, f := range s.fields {
		out.Properties = append(out.Properties, property{f.key, f.schema()})
		if f.required {
			out.Required = append(out.Required, f.key)
			out.Type = jsonTypes{"object"}
		}
	}
}

func (s switchable) describe(out *schema) {
	s.section.describe(out)
	out.Type = append(out.Type, "string")
	out.Pattern = "^" + off + "$"
}

// schema returns the schema of the field's value, with what the field adds.
func (f field) schema() schema {
	s := schema{Description: f.doc}

	f.value.describe(&s)
	if _, isSection := sectionOf(f.value); !isSection && !f.required {
		s.Default = jsonOf(f.value.sample())
	}
	if f.example != "" {
		s.Examples = []json.RawMessage{jsonOf(f.example)}
	}

	return s
}

func (f form[T]) describe(out *schema) {
	switch f.kind {
	case kindText:
		out.Type = jsonTypes{"string"}
	case kindInteger:
		out.Type = jsonTypes{"integer"}
	case kindBool:
		out.Type = jsonTypes{"boolean"}
	}

	out.Enum = f.values
	out.MaxLength = f.maxLen
	if f.pattern != nil {
		out.Pattern = f.pattern.String()
	}
	if f.limits != "" {
		out.Description += " " + f.limits
	}

	switch {
	case f.kind != kindInteger:
	case f.min == f.max:
		out.Const = json.RawMessage(f.what)
	default:
		out.Minimum, out.Maximum = &f.min, &f.max
	}
}

func (l list) describe(out *schema) {
	item := &schema{}
	l.item.describe(item)

	out.Type = jsonTypes{"array", "null"}
	out.Items = item
	out.UniqueItems = true
	out.MaxItems = l.max
}

func (m roleMap) describe(out *schema) {
	name, scopes := &schema{}, &schema{}
	m.name.describe(name)
	m.scopes.describe(scopes)

	out.Type = jsonTypes{"object", "null"}
	out.PropertyNames = name
	out.Additional = &additional{scopes}
	out.MinProperties = 1
	out.MaxProperties = m.max
}

func (m claimMap) describe(out *schema) {
	name, typ := &schema{}, &schema{}
	m.name.describe(name)
	m.typ.describe(typ)

	out.Type = jsonTypes{"object", "null"}
	out.PropertyNames = name
	out.Additional = &additional{typ}
	out.MaxProperties = m.max
}

func (m columnMap) describe(out *schema) {
	out.Type = jsonTypes{"object", "null"}
	out.Additional = &additional{&schema{}}
	m.form.describe(out.Additional.schema)
	out.PropertyNames = &schema{Enum: mappable()}
}

// jsonOf writes a value that the language gives in YAML as JSON.
func jsonOf(text string) json.RawMessage {
	w := newWalker("")

	root := readYAML(w, []byte(text))
	if root == nil {
		panic("spec: " + text + " is not YAML: " + w.found.Error())
	}

	return root.json()
}

// json writes the node as JSON.
func (n *node) json() []byte {
	switch n.kind {
	case kindNull:
		return []byte("null")
	case kindInteger, kindFloat, kindBool:
		return []byte(n.text)
	case kindList:
		items := make([]json.RawMessage, len(n.items))
		for i, item := range n.items {
			items[i] = item.json()
		}
		return marshal(items)
	case kindMapping:
		out := append([]byte(nil), '{')
		for i, p := range n.pairs {
			if i > 0 {
				out = append(out, ',')
			}
			out = append(append(append(out, marshal(p.key)...), ':'), p.value.json()...)
		}
		return append(out, '}')
	}

	return marshal(n.text)
}
