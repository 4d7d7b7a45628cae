package migrate

import (
	"crypto/sha256"
	"fmt"
)

// The kinds of constraints that are given names.
const (
	uniqueConstraint  = "key"
	foreignConstraint = "fkey"
)

// constraintName returns the name of a constraint of one column, which is the same
// in every run, so that a later migration can drop what an earlier one added. Names
// too long for a database, which would cut or refuse them, are cut here and told
// apart by a hash.
func constraintName(table, column, kind string) string {
	const longest = 63 // see identifier
	name := table + "_" + column
	if len(name)+1+len(kind) <= longest {
		return name + "_" + kind
	}
	end := fmt.Sprintf("_%.4x_%s", sha256.Sum256([]byte(table+"."+column)), kind)
	return name[:longest-len(end)] + end
}

// keyChange says that a column's part in the primary key changes or that its type
// does, which no database does in place without touching what references it, or "".
func keyChange(before, after Column) string {
	switch {
	case before.Type != after.Type:
		return alteration(before, after)
	case before.PrimaryKey != after.PrimaryKey || before.AutoIncrement != after.AutoIncrement:
		return "its part in the primary key changes"
	default:
		return ""
	}
}
