package migrate

import (
	"fmt"
	"strings"
)

// MySQL is the dialect of MySQL 8.0.13 and MariaDB 10.6 and later, with InnoDB and
// utf8mb4 whatever the server's own defaults are.
//
// Texts compare byte by byte, as in the other databases, but for spaces at their
// end: utf8mb4_bin, the one such collation that both servers have, ignores them, so
// that whoever trusts a text found by its value has to compare it again. Bytes are
// compared as they are.
//
// Texts that are a key, unique or a reference are VARCHAR(255), which takes every
// e-mail address and lets three of them share a key of 3072 bytes, InnoDB's most; in
// strict mode, the servers' default, longer ones are refused, not cut. Others are
// MEDIUMTEXT, as key sets of clients have up to a mebibyte and a row only 65535 bytes
// for VARCHAR. Bytes are VARBINARY(255) and MEDIUMBLOB alike. Where a long one is
// indexed, its first 255 characters are. Ids are CHAR(36) in ascii_bin, 36 bytes that
// can be read. Instants are DATETIME(6), which whoever writes has to give in UTC:
// TIMESTAMP converts between time zones, and ends in 2038.
//
// Unique columns, foreign keys, which only count as constraints of the table, and
// the indexes they need have names of their own. A referencing column that nothing
// else indexes has an index named as its foreign key; it comes and goes with the
// others, because the servers do not let the last one go. A deletion that a foreign
// key refuses is refused at its row already, not at the end of the statement.
//
// A statement that changes tables commits what was done before it. A migration that
// fails stays done up to there; each statement by itself is done or not.
//
// A column can become unique, reference another and have another default. Refused
// are another type, which a long text that becomes unique would need; another
// nullness of a unique or a referencing column, which foreign keys hold on to;
// adding or dropping a part of the primary key; a unique index on a long text or
// long bytes; and what InnoDB cannot index.
type MySQL struct{}

var _ Dialect = MySQL{}

// Name returns mysql.
func (MySQL) Name() string { return "mysql" }

// Whole returns false.
func (MySQL) Whole() bool { return false }

// Quote quotes reserved words of either server in backticks, which mean the same in
// every SQL mode.
func (MySQL) Quote(identifier string) string {
	if strings.Contains(mysqlKeywords, " "+strings.ToUpper(identifier)+" ") {
		return "`" + identifier + "`"
	}
	return identifier
}

// Statements returns the statements of c.
func (d MySQL) Statements(c Change) ([]string, error) {
	if err := d.refuse(c); err != nil {
		return nil, err
	}
	switch c.Kind {
	case AddTable:
		return []string{d.createTable(c.After.Table)}, nil
	case DropTable:
		return []string{"DROP TABLE " + d.Quote(c.Table)}, nil
	default:
		return d.alterTable(c.Before.Table, c.After.Table), nil
	}
}

func (d MySQL) refuse(c Change) error {
	before, after := c.Before.Column, c.After.Column
	switch c.Kind {
	case AddTable:
		return d.refuseKeys(c.After.Table)
	case AddIndex:
		return d.refuseKey(c.After.Table, keyOf(c.After.Index))
	case AddColumn:
		if after.PrimaryKey {
			return fmt.Errorf("MySQL cannot add %s: it is a key", c.Subject())
		}
	case DropColumn:
		if before.PrimaryKey {
			return fmt.Errorf("MySQL cannot drop %s: it is a key", c.Subject())
		}
	case AlterColumn:
		if why := keyChange(before, after); why != "" {
			return fmt.Errorf("MySQL cannot change %s in place (%s)", c.Subject(), why)
		}
		if was, becomes := d.typeOf(before), d.typeOf(after); was != becomes {
			return fmt.Errorf("MySQL cannot change %s in place (%s): it would turn from %s into %s",
				c.Subject(), alteration(before, after), was, becomes)
		}
		if before.Null != after.Null && (d.held(before) || d.held(after)) {
			return fmt.Errorf("MySQL cannot change %s in place (%s): foreign keys hold it", c.Subject(), alteration(before, after))
		}
	}
	return nil
}

// held reports whether a foreign key may lead from or to the column.
func (MySQL) held(c Column) bool { return c.Unique || c.foreign() != nil }

func (d MySQL) createTable(t Table) string {
	var lines []string
	for _, c := range t.Columns {
		lines = append(lines, d.column(t, c))
	}
	if keys := t.keys(); len(keys) > 0 {
		lines = append(lines, "PRIMARY KEY ("+quoteAll(d, keys)+")")
	}
	for _, k := range mysqlKeys(t) {
		lines = append(lines, d.key(t, k))
	}
	for _, c := range t.Columns {
		if c.foreign() != nil {
			lines = append(lines, d.foreign(t.Name, c))
		}
	}
	return "CREATE TABLE " + d.Quote(t.Name) + " (\n    " + strings.Join(lines, ",\n    ") +
		"\n) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin"
}

// mysqlCollation is that of texts, where their table does not have it.
const mysqlCollation = "CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"

func (d MySQL) column(t Table, c Column) string {
	parts := []string{d.Quote(c.Name), d.typeOf(c)}
	if t.Existing && c.Type == Text {
		parts = append(parts, mysqlCollation) // the table has one of its own
	}
	if !c.Null {
		parts = append(parts, "NOT NULL")
	}
	switch {
	case c.AutoIncrement:
		parts = append(parts, "AUTO_INCREMENT")
	case c.Default != "" && d.long(c):
		// Long texts take no literals, only expressions.
		parts = append(parts, "DEFAULT ("+c.Default+")")
	case c.Default != "":
		parts = append(parts, "DEFAULT "+c.Default)
	}
	return strings.Join(parts, " ")
}

func (d MySQL) foreign(table string, c Column) string {
	return fmt.Sprintf("CONSTRAINT %s FOREIGN KEY (%s) %s", constraintName(table, c.Name, foreignConstraint), d.Quote(c.Name), references(d, *c.References))
}

// long reports whether the column is too long to be compared as a whole by an index.
func (MySQL) long(c Column) bool {
	return (c.Type == Text || c.Type == Bytes) && !c.PrimaryKey && !c.Unique && c.References == nil
}

func (d MySQL) typeOf(c Column) string {
	switch c.Type {
	case UUID:
		return "CHAR(36) CHARACTER SET ascii COLLATE ascii_bin"
	case Int64:
		return "BIGINT"
	case Bool:
		return "BOOLEAN"
	case Time:
		return "DATETIME(6)"
	case Bytes:
		if d.long(c) {
			return "MEDIUMBLOB"
		}
		return "VARBINARY(255)"
	default:
		switch {
		case d.long(c):
			return "MEDIUMTEXT"
		case c.References != nil && c.References.Loose:
			// A column of another collation is turned into that of the one it is compared
			// with, and not the other way round, only if its character set is the smaller
			// one: otherwise no index of the other one is of use.
			return "VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin"
		default:
			return "VARCHAR(255)"
		}
	}
}
