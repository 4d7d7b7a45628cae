package migrate

import (
	"cmp"
	"slices"
)

// A Schema is the set of tables authgen answers for, without any word of SQL.
type Schema struct {
	Dialect string // the database it was made for; "" when there is none yet
	Tables  []Table
}

// A Table is one table. Comment says why it exists; it goes into the migration
// that creates the table and is neither kept in authgen.lock nor compared.
type Table struct {
	Name    string
	Comment string
	Columns []Column
	Indexes []Index

	// Existing marks a table of the application's. It is neither created nor dropped,
	// and of its columns only those that are not Existing are authgen's.
	Existing bool

	// Retained marks a table the spec no longer asks for. It is left alone, so
	// that turning a strategy off loses nothing and turning it on again needs no
	// migration. Only snapshots carry it; it is not compared.
	Retained bool
}

// A Column is one column. A column of the primary key is never null.
type Column struct {
	Name    string
	Comment string // as for Table
	Type    Type
	Null    bool

	// Default is a literal: digits for Int64, true or false for Bool, a text in
	// single quotes (doubled inside) for Text. "" means none; other types have none.
	Default string

	PrimaryKey    bool // several of them make a composite key, in order
	AutoIncrement bool // the database assigns it; for a single Int64 key
	Unique        bool
	References    *Reference
	Existing      bool // the application's, in a table that is: never added, changed or dropped
	Retained      bool // as for Table
}

// A Reference is a foreign key of one column.
type Reference struct {
	Table, Column string
	OnDelete      OnDelete

	// Loose makes it no foreign key, but a column that holds what the other one does,
	// for a database that might refuse the key. OnDelete is then for others to do.
	Loose bool
}

// foreign returns what the column references by a foreign key, or nil.
func (c Column) foreign() *Reference {
	if c.References == nil || c.References.Loose {
		return nil
	}
	return c.References
}

// An Index is an index. Its name is unique in the whole schema.
type Index struct {
	Name    string
	Comment string // as for Table
	Columns []string
	Unique  bool
}

// A Type is what a column holds; each dialect has its own word for it. The text
// of a Type is what authgen.lock says.
type Type string

// The types of columns.
const (
	UUID  Type = "uuid"
	Text  Type = "text"
	Int64 Type = "int64"
	Bool  Type = "bool"
	Bytes Type = "bytes"
	Time  Type = "time" // an instant, to the microsecond
)

// Types lists every type.
func Types() []Type { return []Type{UUID, Text, Int64, Bool, Bytes, Time} }

// OnDelete says what happens to a row when the row it references goes.
type OnDelete string

// The actions of a foreign key. The zero value refuses the deletion at the end of
// the statement.
const (
	NoAction OnDelete = ""
	Restrict OnDelete = "restrict"
	Cascade  OnDelete = "cascade"
	SetNull  OnDelete = "set_null"
)

// Actions lists every action except the zero value.
func Actions() []OnDelete { return []OnDelete{Restrict, Cascade, SetNull} }

// Table returns the table of that name.
func (s Schema) Table(name string) (Table, bool) {
	i := slices.IndexFunc(s.Tables, func(t Table) bool { return t.Name == name })
	if i < 0 {
		return Table{}, false
	}
	return s.Tables[i], true
}

// Column returns the column of that name.
func (t Table) Column(name string) (Column, bool) {
	i := slices.IndexFunc(t.Columns, func(c Column) bool { return c.Name == name })
	if i < 0 {
		return Column{}, false
	}
	return t.Columns[i], true
}

// Index returns the index of that name.
func (t Table) Index(name string) (Index, bool) {
	i := slices.IndexFunc(t.Indexes, func(x Index) bool { return x.Name == name })
	if i < 0 {
		return Index{}, false
	}
	return t.Indexes[i], true
}

// Canonical returns a copy that shares nothing with s, without comments, and with
// tables, columns and indexes sorted by name: the order of columns means nothing
// once a table exists, because what is added later comes last wherever the spec
// puts it.
func (s Schema) Canonical() Schema {
	out := s.clone()
	slices.SortFunc(out.Tables, func(a, b Table) int { return cmp.Compare(a.Name, b.Name) })
	for i := range out.Tables {
		t := &out.Tables[i]
		t.Comment = ""
		slices.SortFunc(t.Columns, func(a, b Column) int { return cmp.Compare(a.Name, b.Name) })
		slices.SortFunc(t.Indexes, func(a, b Index) int { return cmp.Compare(a.Name, b.Name) })
		for j := range t.Columns {
			t.Columns[j].Comment = ""
		}
		for j := range t.Indexes {
			t.Indexes[j].Comment = ""
		}
	}
	return out
}

// Equal reports whether both schemas are the same database: comments, retained
// marks and order aside.
func (s Schema) Equal(other Schema) bool {
	a, b := s.Canonical(), other.Canonical()
	return a.Dialect == b.Dialect && slices.EqualFunc(a.Tables, b.Tables, sameTable)
}

func sameTable(a, b Table) bool {
	return a.Name == b.Name && a.Existing == b.Existing &&
		slices.EqualFunc(a.Columns, b.Columns, sameColumn) &&
		slices.EqualFunc(a.Indexes, b.Indexes, sameIndex)
}

func sameColumn(a, b Column) bool {
	return a.Name == b.Name && a.Type == b.Type && a.Null == b.Null && a.Default == b.Default &&
		a.PrimaryKey == b.PrimaryKey && a.AutoIncrement == b.AutoIncrement && a.Unique == b.Unique &&
		a.Existing == b.Existing && sameReference(a.References, b.References)
}

func sameReference(a, b *Reference) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

func sameIndex(a, b Index) bool {
	return a.Name == b.Name && a.Unique == b.Unique && slices.Equal(a.Columns, b.Columns)
}

func (s Schema) clone() Schema {
	s.Tables = slices.Clone(s.Tables)
	for i := range s.Tables {
		s.Tables[i] = s.Tables[i].clone()
	}
	return s
}

func (t Table) clone() Table {
	t.Columns = slices.Clone(t.Columns)
	for i := range t.Columns {
		if ref := t.Columns[i].References; ref != nil {
			kept := *ref
			t.Columns[i].References = &kept
		}
	}
	t.Indexes = slices.Clone(t.Indexes)
	for i := range t.Indexes {
		t.Indexes[i].Columns = slices.Clone(t.Indexes[i].Columns)
	}
	return t
}
