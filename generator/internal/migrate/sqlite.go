package migrate

import (
	"fmt"
	"strings"
)

// SQLite is the dialect of SQLite 3.35 and later. Ids are TEXT, instants INTEGER
// microseconds since 1970 UTC, booleans 0 and 1. Foreign keys stand beside their
// column, so that the column can be dropped with them.
//
// What needs a table to be rebuilt is refused: changing a column, adding or
// dropping a key or a unique column, and adding a reference with a default.
type SQLite struct{}

var _ Dialect = SQLite{}

// Name returns sqlite.
func (SQLite) Name() string { return "sqlite" }

// Whole returns true.
func (SQLite) Whole() bool { return true }

// Quote quotes keywords in double quotes.
func (SQLite) Quote(identifier string) string {
	if strings.Contains(sqliteKeywords, " "+strings.ToUpper(identifier)+" ") {
		return `"` + identifier + `"`
	}
	return identifier
}

// Statements returns the statements of c.
func (d SQLite) Statements(c Change) ([]string, error) {
	table := d.Quote(c.Table)
	switch c.Kind {
	case AddTable:
		statements := []string{d.createTable(c.After.Table)}
		for _, x := range c.After.Table.Indexes {
			statements = append(statements, createIndex(d, c.Table, x))
		}
		return statements, nil
	case DropTable:
		return []string{"DROP TABLE " + table}, nil
	case AddColumn:
		if err := d.addable(c); err != nil {
			return nil, err
		}
		return []string{fmt.Sprintf("ALTER TABLE %s ADD COLUMN %s", table, d.column(c.After.Column, false))}, nil
	case DropColumn:
		if column := c.Before.Column; column.PrimaryKey || column.Unique {
			return nil, fmt.Errorf("SQLite cannot drop %s: it is a key or unique", c.Subject())
		}
		return []string{fmt.Sprintf("ALTER TABLE %s DROP COLUMN %s", table, d.Quote(c.Before.Column.Name))}, nil
	case AddIndex:
		return []string{createIndex(d, c.Table, c.After.Index)}, nil
	case DropIndex:
		return []string{"DROP INDEX " + d.Quote(c.Before.Index.Name)}, nil
	default:
		return nil, fmt.Errorf("SQLite cannot change %s in place (%s)", c.Subject(), alteration(c.Before.Column, c.After.Column))
	}
}

func (SQLite) addable(c Change) error {
	column := c.After.Column
	switch {
	case column.PrimaryKey:
		return fmt.Errorf("SQLite cannot add %s: it is a key", c.Subject())
	case column.Unique:
		return fmt.Errorf("SQLite cannot add %s: it is unique; a unique index can be added", c.Subject())
	case column.foreign() != nil && column.Default != "":
		return fmt.Errorf("SQLite cannot add %s: it is a reference with a default", c.Subject())
	}
	return nil
}

func (d SQLite) createTable(t Table) string {
	keys := t.keys()
	lines := make([]string, 0, len(t.Columns)+1)
	for _, c := range t.Columns {
		lines = append(lines, d.column(c, len(keys) == 1))
	}
	if len(keys) > 1 {
		lines = append(lines, "PRIMARY KEY ("+quoteAll(d, keys)+")")
	}
	return "CREATE TABLE " + d.Quote(t.Name) + " (\n    " + strings.Join(lines, ",\n    ") + "\n)"
}

// column defines a column. SQLite takes NULL in a key that is not INTEGER, so that
// NOT NULL is said of keys too.
func (d SQLite) column(c Column, soleKey bool) string {
	parts := []string{d.Quote(c.Name), d.typeOf(c.Type)}
	switch {
	case c.AutoIncrement:
		parts = append(parts, "PRIMARY KEY AUTOINCREMENT")
	case c.PrimaryKey && soleKey:
		parts = append(parts, "NOT NULL PRIMARY KEY")
	case !c.Null:
		parts = append(parts, "NOT NULL")
	}
	if c.Unique {
		parts = append(parts, "UNIQUE")
	}
	if c.Default != "" {
		parts = append(parts, "DEFAULT "+d.literal(c.Default))
	}
	if ref := c.foreign(); ref != nil {
		parts = append(parts, references(d, *ref))
	}
	return strings.Join(parts, " ")
}

func (SQLite) typeOf(t Type) string {
	switch t {
	case Int64, Bool, Time:
		return "INTEGER"
	case Bytes:
		return "BLOB"
	default:
		return "TEXT"
	}
}

func (SQLite) literal(text string) string {
	switch text {
	case "true":
		return "1"
	case "false":
		return "0"
	default:
		return text
	}
}
