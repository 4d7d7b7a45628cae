package migrate

import (
	"fmt"
	"slices"
	"strings"
)

// A mysqlKey is an index as MySQL has it, where unique columns and foreign keys are
// indexes too.
type mysqlKey struct {
	name    string
	columns []string
	unique  bool
}

func keyOf(x Index) mysqlKey { return mysqlKey{x.Name, x.Columns, x.Unique} }

// mysqlKeys returns every index of the table but the primary key.
func mysqlKeys(t Table) []mysqlKey {
	var keys []mysqlKey
	for _, c := range t.Columns {
		if c.Unique {
			keys = append(keys, mysqlKey{constraintName(t.Name, c.Name, uniqueConstraint), []string{c.Name}, true})
		}
	}
	for _, x := range t.Indexes {
		keys = append(keys, keyOf(x))
	}
	primary := mysqlKey{columns: t.keys()}
	for _, c := range t.Columns {
		if c.References != nil && !leads(append(keys, primary), c.Name) {
			keys = append(keys, mysqlKey{constraintName(t.Name, c.Name, foreignConstraint), []string{c.Name}, false})
		}
	}
	return keys
}

// leads reports whether one of the keys finds rows by the column.
func leads(keys []mysqlKey, column string) bool {
	return slices.ContainsFunc(keys, func(k mysqlKey) bool { return len(k.columns) > 0 && k.columns[0] == column })
}

func hasKey(keys []mysqlKey, k mysqlKey) bool {
	return slices.ContainsFunc(keys, func(have mysqlKey) bool {
		return have.name == k.name && have.unique == k.unique && slices.Equal(have.columns, k.columns)
	})
}

// key defines an index within a table.
func (d MySQL) key(t Table, k mysqlKey) string {
	parts := make([]string, len(k.columns))
	for i, name := range k.columns {
		parts[i] = d.Quote(name)
		if c, _ := t.Column(name); d.long(c) {
			parts[i] += "(255)"
		}
	}
	unique := ""
	if k.unique {
		unique = "UNIQUE "
	}
	return fmt.Sprintf("%sINDEX %s (%s)", unique, d.Quote(k.name), strings.Join(parts, ", "))
}

func (d MySQL) refuseKeys(t Table) error {
	if size := d.keySize(t, t.keys()); size > mysqlLongestKey {
		return fmt.Errorf("MySQL cannot create %s: its primary key has %d bytes, %d more than InnoDB takes", t.Name, size, size-mysqlLongestKey)
	}
	for _, x := range t.Indexes {
		if err := d.refuseKey(t, keyOf(x)); err != nil {
			return err
		}
	}
	return nil
}

// refuseKey refuses what would be too long, or unique by its beginning only.
func (d MySQL) refuseKey(t Table, k mysqlKey) error {
	for _, name := range k.columns {
		if c, _ := t.Column(name); k.unique && d.long(c) {
			return fmt.Errorf("MySQL cannot index %s as %s: %s is too long to be unique; a unique column can be added", t.Name, k.name, name)
		}
	}
	if size := d.keySize(t, k.columns); size > mysqlLongestKey {
		return fmt.Errorf("MySQL cannot index %s as %s: it has %d bytes, %d more than InnoDB takes", t.Name, k.name, size, size-mysqlLongestKey)
	}
	return nil
}

// mysqlLongestKey is how many bytes InnoDB indexes, with pages of 16 KiB.
const mysqlLongestKey = 3072

func (MySQL) keySize(t Table, columns []string) int {
	size := 0
	for _, name := range columns {
		c, _ := t.Column(name)
		size += map[Type]int{UUID: 36, Text: 4 * 255, Int64: 8, Bool: 1, Bytes: 255, Time: 8}[c.Type]
	}
	return size
}
