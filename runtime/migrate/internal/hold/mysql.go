// Package hold keeps processes from migrating one database at the same time.
package hold

import (
	"context"
	"database/sql"
	"fmt"
)

// Patience is how long to wait for another process, in seconds. A migration of a
// large table takes long.
const Patience = 300

// MySQL takes the lock called name on the session of conn, and waits for who has it.
// Migrations of MySQL are not transactions, so that two processes at once would leave
// half of each. The lock ends with the session.
func MySQL(ctx context.Context, conn *sql.Conn, name string) error {
	// One long wait would meet the deadline that pools have for an answer.
	for range Patience {
		var got sql.NullBool
		if err := conn.QueryRowContext(ctx, "SELECT GET_LOCK(?, 1)", name).Scan(&got); err != nil {
			return fmt.Errorf("wait for another process that migrates: %w", err)
		}
		if got.Bool {
			return nil
		}
	}
	return tooLong()
}

// ReleaseMySQL gives the lock back.
func ReleaseMySQL(ctx context.Context, conn *sql.Conn, name string) error {
	return release(ctx, conn, "DO RELEASE_LOCK(?)", name)
}

// MySQLName is the name of a lock for the database that conn uses: locks belong to
// the server, not to one of its databases.
func MySQLName(ctx context.Context, conn *sql.Conn, purpose string) (string, error) {
	var name string
	if err := conn.QueryRowContext(ctx, "SELECT CONCAT(?, MD5(DATABASE()))", purpose).Scan(&name); err != nil {
		return "", fmt.Errorf("find the name of the database: %w", err)
	}
	return name, nil
}
