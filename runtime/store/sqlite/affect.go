package sqlite

import (
	"database/sql"
	"fmt"
)

// MustAffect returns absent if the statement of result met no row: the answer of
// a conditional statement whose condition did not hold.
func MustAffect(result sql.Result, absent error) error {
	n, err := result.RowsAffected()
	if err != nil {
		return fmt.Errorf("count rows: %w", err)
	}
	if n == 0 {
		return absent
	}
	return nil
}
