package migrate

import (
	"fmt"
	"strings"
)

// A Dialect is the SQL of one database.
type Dialect interface {
	// Name is the word authgen.yaml has for the database.
	Name() string

	// Quote returns the identifier as it stands in SQL: as it is when that is
	// safe, quoted when it is a word of the language.
	Quote(identifier string) string

	// Whole reports whether a transaction takes back what statements did to tables.
	Whole() bool

	// Statements returns the statements of one change, without terminators. Its
	// error says what the database cannot do and begins with the database's name.
	Statements(c Change) ([]string, error)
}

// DialectOf returns the dialect that authgen.yaml calls name.
func DialectOf(name string) (Dialect, error) {
	for _, d := range dialects() {
		if d.Name() == name {
			return d, nil
		}
	}
	return nil, fmt.Errorf("unknown database %q", name)
}

// dialects is the table of databases.
func dialects() []Dialect {
	return []Dialect{SQLite{}, Postgres{}, MySQL{}}
}

func quoteAll(d Dialect, names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = d.Quote(name)
	}
	return strings.Join(quoted, ", ")
}

// references returns the clause of a foreign key, which all databases spell alike.
func references(d Dialect, ref Reference) string {
	text := fmt.Sprintf("REFERENCES %s (%s)", d.Quote(ref.Table), d.Quote(ref.Column))
	switch ref.OnDelete {
	case Cascade:
		return text + " ON DELETE CASCADE"
	case SetNull:
		return text + " ON DELETE SET NULL"
	case Restrict:
		return text + " ON DELETE RESTRICT"
	default:
		return text
	}
}

// createIndex returns the statement for an index, where that is one of its own.
func createIndex(d Dialect, table string, x Index) string {
	unique := ""
	if x.Unique {
		unique = "UNIQUE "
	}
	return fmt.Sprintf("CREATE %sINDEX %s ON %s (%s)", unique, d.Quote(x.Name), d.Quote(table), quoteAll(d, x.Columns))
}
