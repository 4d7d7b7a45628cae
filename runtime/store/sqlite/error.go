package sqlite

import (
	"errors"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// IsUnique reports whether a statement was refused because a row with the same
// unique or primary key exists.
func IsUnique(err error) bool {
	return hasCode(err, lib.SQLITE_CONSTRAINT_UNIQUE) || hasCode(err, lib.SQLITE_CONSTRAINT_PRIMARYKEY)
}

// IsForeignKey reports whether a statement was refused because a row that it
// refers to does not exist.
func IsForeignKey(err error) bool { return hasCode(err, lib.SQLITE_CONSTRAINT_FOREIGNKEY) }

// isBusy reports whether a lock was not to be had, for any of SQLite's reasons.
func isBusy(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code()&0xff == lib.SQLITE_BUSY // above are the reasons
}

func hasCode(err error, code int) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code() == code
}
