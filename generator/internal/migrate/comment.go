package migrate

import (
	"fmt"
	"strings"
)

// comment says what the change does and why, in one line.
func (c Change) comment() string {
	subject := c.Subject()
	switch c.Kind {
	case AddTable:
		return because("Create "+subject, c.After.Table.Comment) + looseNote(c.After.Table)
	case DropTable:
		return fmt.Sprintf("Drop %s and every row in it: the spec no longer asks for the table.", subject)
	case AddColumn:
		return because("Add "+subject, c.After.Column.Comment)
	case DropColumn:
		return fmt.Sprintf("Drop %s and what it holds: the spec no longer asks for the column.", subject)
	case AlterColumn:
		return because("Change "+subject, alteration(c.Before.Column, c.After.Column))
	case AddIndex:
		return because("Index "+c.Table+" as "+subject, c.After.Index.Comment)
	default:
		return fmt.Sprintf("Drop the index %s: the spec no longer asks for it.", subject)
	}
}

// undoComment says what undoing the change does, and what it cannot bring back.
func (c Change) undoComment() string {
	subject := c.Subject()
	switch c.Kind {
	case AddTable:
		return fmt.Sprintf("Undo: drop %s and every row in it.", subject)
	case DropTable:
		return fmt.Sprintf("Undo: create %s again. Its rows do not come back.", subject)
	case AddColumn:
		return fmt.Sprintf("Undo: drop %s and what it holds.", subject)
	case DropColumn:
		if c.Before.Column.demandsValue() {
			return fmt.Sprintf("Undo: add %s again, which only an empty table takes. Its values do not come back.", subject)
		}
		return fmt.Sprintf("Undo: add %s again. Its values do not come back.", subject)
	case AlterColumn:
		return fmt.Sprintf("Undo: change %s back.", subject)
	case AddIndex:
		return fmt.Sprintf("Undo: drop the index %s.", subject)
	default:
		return fmt.Sprintf("Undo: build the index %s again.", subject)
	}
}

func because(what, why string) string {
	if why == "" {
		return what + ": the spec asks for it."
	}
	return what + ": " + strings.TrimSuffix(why, ".") + "."
}

// looseNote says which foreign keys of a table one might look for.
func looseNote(t Table) string {
	for _, c := range t.Columns {
		if ref := c.References; ref != nil && ref.Loose {
			return fmt.Sprintf(" There is no foreign key from %s to %s.%s, whose type the database might refuse:"+
				" rows are removed with what they belong to by authgen's Delete, and are dead without it.", c.Name, ref.Table, ref.Column)
		}
	}
	return ""
}

// alteration names what differs between two definitions of a column.
func alteration(before, after Column) string {
	switch {
	case before.Type != after.Type:
		return fmt.Sprintf("type %s becomes %s", before.Type, after.Type)
	case before.Null != after.Null && after.Null:
		return "it may be null"
	case before.Null != after.Null:
		return "it may no longer be null"
	case before.Default != after.Default:
		return fmt.Sprintf("default %s becomes %s", orNone(before.Default), orNone(after.Default))
	case before.Unique != after.Unique && after.Unique:
		return "it becomes unique"
	case before.Unique != after.Unique:
		return "it is no longer unique"
	case !sameReference(before.References, after.References):
		return fmt.Sprintf("its reference %s becomes %s", before.References, after.References)
	default:
		return "its part in the primary key changes"
	}
}

// String returns table.column, or none for no reference.
func (r *Reference) String() string {
	if r == nil {
		return "none"
	}
	if r.Loose {
		return r.Table + "." + r.Column + " (without a foreign key)"
	}
	if r.OnDelete == NoAction {
		return r.Table + "." + r.Column
	}
	return fmt.Sprintf("%s.%s (on delete %s)", r.Table, r.Column, r.OnDelete)
}

func orNone(literal string) string {
	if literal == "" {
		return "none"
	}
	return literal
}
