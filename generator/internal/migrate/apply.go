package migrate

import (
	"fmt"
	"slices"
)

// Apply returns the schema after the change, which must fit s: what it adds is
// not there yet, and what it takes away is there as it says. s is not changed.
func (s Schema) Apply(c Change) (Schema, error) {
	out := s.clone()
	switch c.Kind {
	case AddTable:
		if _, ok := out.Table(c.Table); ok {
			return Schema{}, misfit(c)
		}
		out.Tables = append(out.Tables, c.After.Table.clone())
		return out, nil
	case DropTable:
		i := slices.IndexFunc(out.Tables, func(t Table) bool { return t.Name == c.Table })
		if i < 0 || !sameTable(canonical(out.Tables[i]), canonical(c.Before.Table)) {
			return Schema{}, misfit(c)
		}
		out.Tables = slices.Delete(out.Tables, i, i+1)
		return out, nil
	}
	i := slices.IndexFunc(out.Tables, func(t Table) bool { return t.Name == c.Table })
	if i < 0 || !out.Tables[i].apply(c) {
		return Schema{}, misfit(c)
	}
	return out, nil
}

func (t *Table) apply(c Change) bool {
	switch c.Kind {
	case AddColumn:
		return appendNew(&t.Columns, c.After.Column, columnName)
	case DropColumn:
		return remove(&t.Columns, c.Before.Column, sameColumn)
	case AlterColumn:
		i := slices.IndexFunc(t.Columns, func(have Column) bool { return sameColumn(have, c.Before.Column) })
		if i < 0 {
			return false
		}
		t.Columns[i] = c.After.Column
		return true
	case AddIndex:
		return appendNew(&t.Indexes, c.After.Index, indexName)
	case DropIndex:
		return remove(&t.Indexes, c.Before.Index, sameIndex)
	default:
		return false
	}
}

func appendNew[T any](list *[]T, added T, name func(T) string) bool {
	if slices.ContainsFunc(*list, func(have T) bool { return name(have) == name(added) }) {
		return false
	}
	*list = append(*list, added)
	return true
}

func remove[T any](list *[]T, gone T, same func(a, b T) bool) bool {
	i := slices.IndexFunc(*list, func(have T) bool { return same(have, gone) })
	if i < 0 {
		return false
	}
	*list = slices.Delete(*list, i, i+1)
	return true
}

func columnName(c Column) string { return c.Name }
func indexName(x Index) string   { return x.Name }

func canonical(t Table) Table {
	return Schema{Tables: []Table{t}}.Canonical().Tables[0]
}

func misfit(c Change) error {
	return fmt.Errorf("change %q does not fit the schema", c.Comment)
}
