package migrate

import (
	"fmt"
	"slices"

	"pgregory.net/rapid"
)

var (
	tableNames  = []string{"users", "auth_sessions", "api_keys", "order"}
	columnNames = []string{"email", "note", "group", "seen_at", "secret", "active", "score"}
)

// drawSchema draws a valid schema; tables reference those before them.
func drawSchema(t *rapid.T) Schema {
	s := Schema{Dialect: "sqlite"}
	for _, name := range tableNames {
		if rapid.Bool().Draw(t, "has "+name) {
			s.Tables = append(s.Tables, drawTable(t, name, s))
		}
	}
	return s
}

func drawTable(t *rapid.T, name string, before Schema) Table {
	table := Table{Name: name, Columns: []Column{drawKey(t)}}
	for _, c := range columnNames {
		if rapid.Bool().Draw(t, "has "+c) {
			table.Columns = append(table.Columns, drawColumn(t, c, before))
		}
	}
	if rapid.IntRange(0, 4).Draw(t, "composite") == 0 {
		table.Columns[0].AutoIncrement = false
		table.Columns = append(table.Columns, Column{Name: "part", Type: Text, PrimaryKey: true})
	}
	for _, c := range table.Columns {
		if rapid.IntRange(0, 3).Draw(t, "index") == 0 {
			table.Indexes = append(table.Indexes, Index{Name: name + "_" + c.Name, Columns: []string{c.Name}})
		}
	}
	return table
}

func drawKey(t *rapid.T) Column {
	kind := rapid.SampledFrom([]Type{UUID, Text, Int64}).Draw(t, "key")
	return Column{Name: "id", Type: kind, PrimaryKey: true, AutoIncrement: kind == Int64 && rapid.Bool().Draw(t, "auto")}
}

func drawColumn(t *rapid.T, name string, before Schema) Column {
	c := Column{
		Name: name,
		Type: rapid.SampledFrom(Types()).Draw(t, "type"),
		Null: rapid.Bool().Draw(t, "null"),
	}
	if rapid.Bool().Draw(t, "default") {
		c.Default = drawDefault(t, c.Type)
	}
	if targets := referable(before); len(targets) > 0 && rapid.IntRange(0, 3).Draw(t, "reference") == 0 {
		target := rapid.SampledFrom(targets).Draw(t, "target")
		key, _ := target.Column("id")
		c.Type, c.Default = key.Type, ""
		c.References = &Reference{Table: target.Name, Column: "id", OnDelete: rapid.SampledFrom([]OnDelete{NoAction, Cascade, Restrict}).Draw(t, "action")}
		return c
	}
	c.Unique = rapid.IntRange(0, 5).Draw(t, "unique") == 0
	return c
}

func referable(s Schema) []Table {
	return slices.DeleteFunc(slices.Clone(s.Tables), func(t Table) bool { return len(t.keys()) > 1 })
}

func drawDefault(t *rapid.T, kind Type) string {
	switch kind {
	case Int64:
		return "-7"
	case Bool:
		return "true"
	case Text:
		return rapid.SampledFrom([]string{"''", "'plain'", "'it''s; 5'", "'-- +goose Down'", "'a -- b'"}).Draw(t, "text")
	default:
		return ""
	}
}

// evolve draws a schema that a spec could change s into: tables and columns come
// and go, nothing changes its type.
func evolve(t *rapid.T, s Schema) Schema {
	out := s.clone()
	for i, table := range slices.Backward(s.Tables) {
		if !referenced(out, table.Name) && rapid.Bool().Draw(t, "drop "+table.Name) {
			out.Tables = slices.Delete(out.Tables, i, i+1)
		}
	}
	for i := range out.Tables {
		evolveTable(t, &out.Tables[i], out)
	}
	for _, name := range tableNames {
		if _, ok := s.Table(name); !ok && rapid.Bool().Draw(t, "add "+name) {
			out.Tables = append(out.Tables, drawTable(t, name, out))
		}
	}
	return out
}

func evolveTable(t *rapid.T, table *Table, s Schema) {
	before := table.clone()
	table.Columns = slices.DeleteFunc(table.Columns, func(c Column) bool {
		return !c.PrimaryKey && rapid.IntRange(0, 4).Draw(t, "drop "+c.Name) == 0
	})
	for _, name := range columnNames {
		if _, ok := before.Column(name); ok || rapid.IntRange(0, 3).Draw(t, "add "+name) > 0 {
			continue
		}
		i := slices.IndexFunc(s.Tables, func(other Table) bool { return other.Name == table.Name })
		table.Columns = append(table.Columns, drawColumn(t, name, Schema{Tables: s.Tables[:i]}))
	}
	table.Indexes = slices.DeleteFunc(table.Indexes, func(x Index) bool {
		_, ok := table.Column(x.Columns[0])
		return !ok || rapid.IntRange(0, 4).Draw(t, "drop "+x.Name) == 0
	})
	for _, c := range table.Columns {
		name := fmt.Sprintf("%s_%s", table.Name, c.Name)
		if _, ok := table.Index(name); !ok && rapid.IntRange(0, 4).Draw(t, "index "+name) == 0 {
			table.Indexes = append(table.Indexes, Index{Name: name, Columns: []string{c.Name}})
		}
	}
}

func referenced(s Schema, name string) bool {
	return slices.ContainsFunc(s.Tables, func(t Table) bool {
		return slices.ContainsFunc(t.Columns, func(c Column) bool { return c.References != nil && c.References.Table == name })
	})
}

// applyAll applies changes in order.
func applyAll(t *rapid.T, s Schema, changes []Change) Schema {
	for _, c := range changes {
		next, err := s.Apply(c)
		if err != nil {
			t.Fatalf("apply: %v\nto %+v", err, s)
		}
		s = next
	}
	return s
}

// reversed returns what undoes the changes.
func reversed(changes []Change) []Change {
	var out []Change
	for _, c := range slices.Backward(changes) {
		out = append(out, c.Reverse())
	}
	return out
}
