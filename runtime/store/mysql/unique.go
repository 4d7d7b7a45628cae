package mysql

import (
	"context"
	"fmt"
)

// selectUnique looks for an index of one column, as a whole, in which no value is twice.
const selectUnique = `
	SELECT EXISTS (
		SELECT 1
		FROM information_schema.statistics
		WHERE table_schema = DATABASE() AND table_name = ?
		GROUP BY index_name
		HAVING COUNT(*) = 1 AND MAX(non_unique) = 0 AND MAX(column_name) = ? AND MAX(sub_part) IS NULL
	)`

// CheckUnique refuses a table that may have a value of a column twice, and says so. An
// INSERT that relies on the opposite works all the same, and wrongly.
func (db *DB) CheckUnique(ctx context.Context, table, column string) error {
	var unique bool
	if err := db.QueryRow(ctx, selectUnique, table, column).Scan(&unique); err != nil {
		return fmt.Errorf("look for a unique index of %s.%s: %w", table, column, err)
	}
	if !unique {
		return fmt.Errorf("the column %s of the table %s has no unique index: add one, so that no value can be there twice", column, table)
	}
	return nil
}
