package migrate

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// identifier is what every database and every migration tool takes without
// surprises; 63 bytes is PostgreSQL's limit. It also keeps quotes, line ends and
// comment marks out of SQL.
var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,62}$`)

// Validate reports everything that keeps s from being a schema: names that are no
// identifiers or are taken, unknown types, defaults of another type, references
// and indexes that lead nowhere, tables that reference each other in a circle.
func (s Schema) Validate() error {
	var v validator
	tables, indexes := map[string]bool{}, map[string]bool{}
	for _, t := range s.Tables {
		v.name("table", t.Name, t.Name, tables)
		v.columns(s, t)
		v.existing(t)
		for _, x := range t.Indexes {
			v.name("index", x.Name, x.Name, indexes)
			v.index(t, x)
		}
	}
	if _, err := byDependency(s.Tables); err != nil {
		v.problems = append(v.problems, err)
	}
	return errors.Join(v.problems...)
}

type validator struct{ problems []error }

func (v *validator) addf(format string, args ...any) {
	v.problems = append(v.problems, fmt.Errorf(format, args...))
}

// name checks a name and that it was not seen; SQL compares names without case.
func (v *validator) name(kind, name, shown string, seen map[string]bool) {
	if !identifier.MatchString(name) {
		v.addf("%s name %q is not an identifier", kind, shown)
	}
	lower := strings.ToLower(name)
	if seen[lower] {
		v.addf("%s %s exists twice", kind, shown)
	}
	seen[lower] = true
}

func (v *validator) columns(s Schema, t Table) {
	if len(t.Columns) == 0 {
		v.addf("table %s has no columns", t.Name)
	}
	seen, keys := map[string]bool{}, 0
	for _, c := range t.Columns {
		v.name("column", c.Name, t.Name+"."+c.Name, seen)
		if c.PrimaryKey {
			keys++
		}
	}
	for _, c := range t.Columns {
		v.column(s, t.Name+"."+c.Name, c, keys)
	}
}

func (v *validator) column(s Schema, shown string, c Column, keys int) {
	if !slices.Contains(Types(), c.Type) {
		v.addf("column %s has the unknown type %q", shown, c.Type)
	}
	if !validDefault(c.Type, c.Default) {
		v.addf("column %s of type %s cannot have the default %s", shown, c.Type, c.Default)
	}
	if c.PrimaryKey && c.Null {
		v.addf("column %s is a key and may not be null", shown)
	}
	if c.AutoIncrement && (c.Type != Int64 || !c.PrimaryKey || keys != 1) {
		v.addf("column %s increments itself and is not the only key of type int64", shown)
	}
	if c.References != nil {
		v.reference(s, shown, c)
	}
}

// existing holds an existing table to what may be done to it.
func (v *validator) existing(t Table) {
	for _, c := range t.Columns {
		if c.Existing && !t.Existing {
			v.addf("column %s.%s exists in a table that does not", t.Name, c.Name)
		}
		if t.Existing && !c.Existing && (c.PrimaryKey || c.Unique || c.demandsValue()) {
			v.addf("column %s.%s cannot be added to rows that exist", t.Name, c.Name)
		}
	}
	if t.Existing && len(t.existing()) == 0 {
		v.addf("table %s exists without columns", t.Name)
	}
}

func (v *validator) reference(s Schema, shown string, c Column) {
	ref := c.References
	target, ok := s.Table(ref.Table)
	if !ok {
		v.addf("column %s references the unknown table %s", shown, ref.Table)
		return
	}
	column, ok := target.Column(ref.Column)
	switch {
	case !ok:
		v.addf("column %s references the unknown column %s.%s", shown, ref.Table, ref.Column)
	case column.Type != c.Type:
		v.addf("column %s of type %s references %s.%s of type %s", shown, c.Type, ref.Table, ref.Column, column.Type)
	case !column.Unique && !target.soleKey(column):
		v.addf("column %s references %s.%s, which is not unique", shown, ref.Table, ref.Column)
	}
	if ref.OnDelete != NoAction && !slices.Contains(Actions(), ref.OnDelete) {
		v.addf("column %s has the unknown action %q", shown, ref.OnDelete)
	}
	if ref.OnDelete == SetNull && !c.Null {
		v.addf("column %s is set to null on delete and may not be null", shown)
	}
}

func (v *validator) index(t Table, x Index) {
	if len(x.Columns) == 0 {
		v.addf("index %s has no columns", x.Name)
	}
	for _, name := range x.Columns {
		if _, ok := t.Column(name); !ok {
			v.addf("index %s is on the unknown column %s.%s", x.Name, t.Name, name)
		}
	}
}

// keys returns the names of the primary key's columns.
func (t Table) keys() []string {
	var names []string
	for _, c := range t.Columns {
		if c.PrimaryKey {
			names = append(names, c.Name)
		}
	}
	return names
}

func (t Table) soleKey(c Column) bool {
	keys := t.keys()
	return len(keys) == 1 && keys[0] == c.Name
}

// validDefault holds the literals to a form that every dialect reads alike and
// that cannot end the statement it stands in.
func validDefault(t Type, literal string) bool {
	if literal == "" {
		return true
	}
	switch t {
	case Int64:
		_, err := strconv.ParseInt(literal, 10, 64)
		return err == nil
	case Bool:
		return literal == "true" || literal == "false"
	case Text:
		return validText(literal)
	default:
		return false
	}
}

func validText(literal string) bool {
	if len(literal) < 2 || literal[0] != '\'' || literal[len(literal)-1] != '\'' {
		return false
	}
	inner := literal[1 : len(literal)-1]
	if strings.Contains(strings.ReplaceAll(inner, "''", ""), "'") {
		return false
	}
	// A backslash escapes in some dialects and not in others.
	return !strings.ContainsFunc(inner, func(r rune) bool { return r < ' ' || r > '~' || r == '\\' })
}
