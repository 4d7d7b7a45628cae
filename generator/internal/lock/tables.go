package lock

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/authgen-go/authgen/generator/internal/migrate"
)

// tables gathers the lines of the schema, which name their table and come in any
// order, until it is complete.
type tables struct {
	dialect string
	list    []*migrate.Table
	columns []placed[migrate.Column]
	indexes []placed[migrate.Index]
}

// placed is a part of a table and where the file has it.
type placed[T any] struct {
	table string
	part  T
	at    *yaml.Node
}

func newTables() *tables { return &tables{} }

func (p *parser) schema(n *yaml.Node) error {
	return p.mapping(n, "schema", func(key string, at, value *yaml.Node) error {
		switch key {
		case "dialect":
			return p.dialect(value)
		case "tables":
			return p.each(value, key, p.table)
		case "columns":
			return p.each(value, key, p.column)
		case "indexes":
			return p.each(value, key, p.index)
		default:
			return p.errorf(at, "unknown key %q in schema", key)
		}
	})
}

func (p *parser) dialect(n *yaml.Node) error {
	var name string
	if err := p.text(n, "dialect", &name); err != nil {
		return err
	}
	if p.tables.dialect != "" && p.tables.dialect != name {
		return p.errorf(n, "the schema is both %s and %s", p.tables.dialect, name)
	}
	p.tables.dialect = name
	return nil
}

// table reads a table. A branch that turned a strategy off and one that did not
// leave two lines: the next run knows which it is, and until then it is in use.
func (p *parser) table(n *yaml.Node) error {
	values, err := p.record(n, "table", []string{"name"}, []string{"existing", "retained"})
	if err != nil {
		return err
	}
	existing, err := p.flag(n, values, "existing")
	if err != nil {
		return err
	}
	retained, err := p.flag(n, values, "retained")
	if err != nil {
		return err
	}
	if known := p.tables.find(values["name"]); known != nil {
		if known.Existing != existing {
			return p.errorf(n, "table %s is recorded both as existing and not", known.Name)
		}
		known.Retained = known.Retained && retained
		return nil
	}
	p.tables.list = append(p.tables.list, &migrate.Table{Name: values["name"], Existing: existing, Retained: retained})
	return nil
}

func (p *parser) column(n *yaml.Node) error {
	values, err := p.record(n, "column", []string{"table", "name", "type"}, []string{
		"null", "default", "primary_key", "auto_increment", "unique", "references", "on_delete", "loose", "existing", "retained"})
	if err != nil {
		return err
	}
	c := migrate.Column{Name: values["name"], Type: migrate.Type(values["type"]), Default: values["default"]}
	for _, flag := range []struct {
		key  string
		into *bool
	}{
		{"null", &c.Null}, {"primary_key", &c.PrimaryKey}, {"auto_increment", &c.AutoIncrement},
		{"unique", &c.Unique}, {"existing", &c.Existing}, {"retained", &c.Retained},
	} {
		if *flag.into, err = p.flag(n, values, flag.key); err != nil {
			return err
		}
	}
	if target, ok := values["references"]; ok {
		table, column, ok := strings.Cut(target, ".")
		if !ok {
			return p.errorf(n, "references must be table.column, not %q", target)
		}
		c.References = &migrate.Reference{Table: table, Column: column, OnDelete: migrate.OnDelete(values["on_delete"])}
		if c.References.Loose, err = p.flag(n, values, "loose"); err != nil {
			return err
		}
	}
	p.tables.columns = append(p.tables.columns, placed[migrate.Column]{values["table"], c, n})
	return nil
}

func (p *parser) index(n *yaml.Node) error {
	values, err := p.record(n, "index", []string{"table", "name", "columns"}, []string{"unique"})
	if err != nil {
		return err
	}
	x := migrate.Index{Name: values["name"], Columns: strings.Fields(values["columns"])}
	if x.Unique, err = p.flag(n, values, "unique"); err != nil {
		return err
	}
	p.tables.indexes = append(p.tables.indexes, placed[migrate.Index]{values["table"], x, n})
	return nil
}

func (t *tables) find(name string) *migrate.Table {
	i := slices.IndexFunc(t.list, func(have *migrate.Table) bool { return have.Name == name })
	if i < 0 {
		return nil
	}
	return t.list[i]
}

// schema puts the lines together.
func (t *tables) schema(p *parser) (migrate.Schema, error) {
	for _, c := range t.columns {
		table := t.find(c.table)
		if table == nil {
			return migrate.Schema{}, p.errorf(c.at, "a column of the unknown table %q", c.table)
		}
		known, ok := table.Column(c.part.Name)
		if ok && !sameColumn(known, c.part) {
			return migrate.Schema{}, p.errorf(c.at, "column %s.%s is recorded twice, differently; keep the line of the newer migration", c.table, known.Name)
		}
		if !ok {
			table.Columns = append(table.Columns, c.part)
		}
	}
	for _, x := range t.indexes {
		table := t.find(x.table)
		if table == nil {
			return migrate.Schema{}, p.errorf(x.at, "an index of the unknown table %q", x.table)
		}
		known, ok := table.Index(x.part.Name)
		if ok && (known.Unique != x.part.Unique || !slices.Equal(known.Columns, x.part.Columns)) {
			return migrate.Schema{}, p.errorf(x.at, "index %s is recorded twice, differently; keep the line of the newer migration", known.Name)
		}
		if !ok {
			table.Indexes = append(table.Indexes, x.part)
		}
	}
	schema := migrate.Schema{Dialect: t.dialect}
	for _, table := range t.list {
		schema.Tables = append(schema.Tables, *table)
	}
	return schema.Canonical(), nil
}

// sameColumn compares by value what is behind the pointer as well.
func sameColumn(a, b migrate.Column) bool {
	ra, rb := a.References, b.References
	a.References, b.References = nil, nil
	a.Retained, b.Retained = false, false
	if ra == nil || rb == nil {
		return a == b && ra == rb
	}
	return a == b && *ra == *rb
}
