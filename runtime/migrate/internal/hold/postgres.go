package hold

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"
)

// pause is how long to wait before a lock is asked for again.
const pause = 100 * time.Millisecond

// Postgres takes the advisory lock of that number for the session of conn, and waits for
// who has it. It asks again and again: a statement that waited inside the server would
// hold up an index that is built concurrently, for which the other one may be waiting.
func Postgres(ctx context.Context, conn *sql.Conn, id int64) error {
	ticker := time.NewTicker(pause)
	defer ticker.Stop()
	for range Patience * time.Second / pause {
		var got bool
		if err := conn.QueryRowContext(ctx, "SELECT pg_try_advisory_lock($1)", id).Scan(&got); err != nil {
			return fmt.Errorf("wait for another process that migrates: %w", err)
		}
		if got {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for another process that migrates: %w", ctx.Err())
		case <-ticker.C:
		}
	}
	return tooLong()
}

// ReleasePostgres gives the lock back.
func ReleasePostgres(ctx context.Context, conn *sql.Conn, id int64) error {
	return release(ctx, conn, "SELECT pg_advisory_unlock($1)", id)
}

// release runs a statement that gives a lock back. If that fails, so does the session,
// and the lock with it.
func release[T any](ctx context.Context, conn *sql.Conn, statement string, lock T) error {
	_, err := conn.ExecContext(ctx, statement, lock)
	if err == nil {
		return nil
	}
	lost := conn.Raw(func(any) error { return driver.ErrBadConn })
	if errors.Is(lost, driver.ErrBadConn) || errors.Is(lost, sql.ErrConnDone) {
		lost = nil
	}
	return errors.Join(fmt.Errorf("release the lock of migrations: %w", err), lost)
}

func tooLong() error {
	return fmt.Errorf("another process has been migrating for %d seconds", Patience)
}
