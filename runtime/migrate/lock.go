package migrate

import (
	"context"
	"database/sql"
	"fmt"
	"hash/crc32"
	"strings"

	"github.com/authgen-go/authgen/runtime/migrate/internal/hold"
)

// lock keeps others out of the database's migrations until release is called, which
// gives up the connection if the lock does not go. SQLite has no such lock: there a
// transaction that writes keeps others out.
//
// The lock is golang-migrate's for the table, whatever the format, so that the tool and
// programs wait for each other.
func lock(ctx context.Context, conn *sql.Conn, d Dialect, table string) (release func(context.Context) error, err error) {
	switch d {
	case Postgres:
		var database, schema string
		if err := conn.QueryRowContext(ctx, "SELECT current_database(), COALESCE(current_schema(), '')").Scan(&database, &schema); err != nil {
			return nil, fmt.Errorf("find the name of the database: %w", err)
		}
		id := lockID(schema, table, database)
		return func(ctx context.Context) error { return hold.ReleasePostgres(ctx, conn, id) }, hold.Postgres(ctx, conn, id)
	case MySQL:
		var database string
		if err := conn.QueryRowContext(ctx, "SELECT COALESCE(DATABASE(), '')").Scan(&database); err != nil {
			return nil, fmt.Errorf("find the name of the database: %w", err)
		}
		name := fmt.Sprint(lockID(database + ":" + table))
		return func(ctx context.Context) error { return hold.ReleaseMySQL(ctx, conn, name) }, hold.MySQL(ctx, conn, name)
	default:
		return func(context.Context) error { return nil }, nil
	}
}

// lockID is the number that golang-migrate makes of names.
func lockID(names ...string) int64 {
	const salt uint32 = 1486364155
	return int64(crc32.ChecksumIEEE([]byte(strings.Join(names, "\x00"))) * salt)
}
