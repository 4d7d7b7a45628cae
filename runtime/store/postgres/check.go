package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"
)

// minVersion is the oldest PostgreSQL, as server_version_num has it.
const minVersion = 130000

const selectServer = `SELECT current_setting('server_version_num')::int, pg_is_in_recovery(),
	current_setting('transaction_read_only') = 'on', current_setting('server_encoding')`

// Check refuses a database that lacks what the stores rely on, and names it: PostgreSQL
// 13, an encoding of UTF8, and a server that takes writes, as one that follows another may
// not know yet what has been revoked (SECURITY F-17).
func Check(ctx context.Context, pool *pgxpool.Pool) error {
	if err := check(ctx, pool); err != nil {
		return fmt.Errorf("check postgres database: %w", err)
	}
	return nil
}

func check(ctx context.Context, pool *pgxpool.Pool) error {
	var version int
	var standby, readOnly bool
	var encoding string
	if err := pool.QueryRow(ctx, selectServer).Scan(&version, &standby, &readOnly, &encoding); err != nil {
		return err
	}
	switch {
	case version < minVersion:
		return fmt.Errorf("the server is PostgreSQL %d.%d: 13 or later is required", version/10000, version%10000)
	case standby:
		return errors.New("the server is a standby, which may not know yet what has been revoked: name the primary")
	case readOnly:
		return errors.New("transactions are read-only: default_transaction_read_only must be off")
	case encoding != "UTF8":
		return fmt.Errorf("the encoding of the database is %s: it must be UTF8", encoding)
	default:
		return nil
	}
}
