package sqlite

import (
	"database/sql"
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

func hasCode(err error, code int) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code() == code
}

// MustAffect returns none if a statement that had to meet a row met no row.
func MustAffect(result sql.Result, none error) error {
	n, err := result.RowsAffected()
	if err != nil {
		return err
	}
	if n == 0 {
		return none
	}
	return nil
}
