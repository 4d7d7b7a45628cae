package goose

import (
	"context"
	"database/sql"
	"time"

	"github.com/pressly/goose/v3/lock"

	"github.com/authgen-go/authgen/runtime/migrate"
	"github.com/authgen-go/authgen/runtime/migrate/internal/hold"
)

// lockPurpose is what the names of locks in MySQL begin with.
const lockPurpose = "authgen.goose."

// lockerFor returns the lock that lets one process at a time migrate; nil for SQLite,
// where goose has none.
func lockerFor(d migrate.Dialect) (lock.SessionLocker, error) {
	switch d {
	case migrate.Postgres:
		const period = time.Second
		return lock.NewPostgresSessionLocker(lock.WithLockTimeout(uint64(period/time.Second), hold.Patience))
	case migrate.MySQL:
		return mysqlLocker{}, nil
	default:
		return nil, nil
	}
}

// mysqlLocker holds a lock of the session, of which goose has only one for PostgreSQL.
type mysqlLocker struct{}

var _ lock.SessionLocker = mysqlLocker{}

func (mysqlLocker) SessionLock(ctx context.Context, conn *sql.Conn) error {
	name, err := hold.MySQLName(ctx, conn, lockPurpose)
	if err != nil {
		return err
	}
	return hold.MySQL(ctx, conn, name)
}

func (mysqlLocker) SessionUnlock(ctx context.Context, conn *sql.Conn) error {
	name, err := hold.MySQLName(ctx, conn, lockPurpose)
	if err != nil {
		return err
	}
	return hold.ReleaseMySQL(ctx, conn, name)
}
