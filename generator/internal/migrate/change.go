package migrate

// A Kind is what a change does. The set is closed: every pair of schemas is
// joined by changes of these kinds.
type Kind int

// The kinds of changes.
const (
	AddTable Kind = iota + 1
	DropTable
	AddColumn
	DropColumn
	AlterColumn
	AddIndex
	DropIndex
)

// A Safety says what a change asks of the rows that exist.
type Safety int

const (
	// Additive changes lose nothing. A unique index is one: where rows share a
	// value the database refuses it and nothing has changed.
	Additive Safety = iota + 1
	// NeedsData changes fail on rows that exist unless somebody gives them values.
	NeedsData
	// Destructive changes lose what rows hold.
	Destructive
)

// A Change is one step between two schemas.
type Change struct {
	Kind    Kind
	Table   string
	Comment string // what and why, one line
	Safety  Safety

	// Up and Down are statements without terminators. [Plan] fills them in.
	Up, Down []string

	// Before is what the change takes away and After what it brings: the part of
	// them that Kind speaks of is set. Within a table that stays, both have the
	// table around it too, as the change finds and leaves it.
	Before, After Definition
}

// A Definition is a table with its indexes, a column or an index.
type Definition struct {
	Table  Table
	Column Column
	Index  Index
}

// Reverse returns the change that undoes c.
func (c Change) Reverse() Change {
	r := Change{
		Kind:  c.Kind.reverse(),
		Table: c.Table,
		Up:    c.Down, Down: c.Up,
		Before: c.After, After: c.Before,
	}
	r.Safety = r.safety()
	r.Comment = c.undoComment()
	return r
}

// Subject names what the change is about: a table, a column as table.column, or
// an index.
func (c Change) Subject() string {
	switch c.Kind {
	case AddColumn, AlterColumn:
		return c.Table + "." + c.After.Column.Name
	case DropColumn:
		return c.Table + "." + c.Before.Column.Name
	case AddIndex:
		return c.After.Index.Name
	case DropIndex:
		return c.Before.Index.Name
	default:
		return c.Table
	}
}

// verb says in one word what the change does to its subject.
func (c Change) verb() string {
	switch c.Kind {
	case AddTable, AddColumn, AddIndex:
		return "add"
	case AlterColumn:
		return "change"
	default:
		return "drop"
	}
}

func (k Kind) reverse() Kind {
	switch k {
	case AddTable:
		return DropTable
	case DropTable:
		return AddTable
	case AddColumn:
		return DropColumn
	case DropColumn:
		return AddColumn
	case AddIndex:
		return DropIndex
	case DropIndex:
		return AddIndex
	default:
		return k
	}
}

// safety judges the change by what it does to rows that exist. An index can be
// built again from them, so dropping one loses nothing.
func (c Change) safety() Safety {
	switch c.Kind {
	case DropTable, DropColumn:
		return Destructive
	case AddColumn:
		if c.After.Column.demandsValue() {
			return NeedsData
		}
		return Additive
	case AlterColumn:
		return alterSafety(c.Before.Column, c.After.Column)
	default:
		return Additive
	}
}

func alterSafety(before, after Column) Safety {
	if before.Type != after.Type || before.PrimaryKey != after.PrimaryKey || before.AutoIncrement != after.AutoIncrement {
		return Destructive
	}
	tighter := before.Null && !after.Null || !before.Unique && after.Unique ||
		after.foreign() != nil && !sameReference(before.foreign(), after.foreign())
	if tighter {
		return NeedsData
	}
	return Additive
}

// demandsValue reports whether every row must be given a value for the column.
func (c Column) demandsValue() bool {
	return !c.Null && c.Default == "" && !c.AutoIncrement
}
