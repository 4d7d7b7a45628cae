package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// settings are the options of every connection that [Open] makes.
const settings = "?_pragma=foreign_keys(1)&_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)" +
	"&_pragma=synchronous(NORMAL)&_txlock=immediate"

// minBusyTimeout is the shortest wait for a lock, in milliseconds, with which
// writers of a busy server do not fail each other.
const minBusyTimeout = 1000

// Check refuses a database whose connections lack a setting that the stores
// rely on, and names it. It looks at two connections where the pool allows, so
// that a PRAGMA which somebody executed once, on one of them, does not pass for
// a setting of all. Databases opened with [Open] pass.
func Check(ctx context.Context, db *sql.DB) error {
	conns := 2
	if limit := db.Stats().MaxOpenConnections; limit == 1 {
		conns = 1
	}
	for range conns {
		conn, err := db.Conn(ctx)
		if err != nil {
			return fmt.Errorf("check sqlite database: %w", err)
		}
		defer func() { _ = conn.Close() }() // held until the end, so that the next one is another
		if err := checkConn(ctx, conn); err != nil {
			return fmt.Errorf("check sqlite database: %w", err)
		}
	}
	return nil
}

func checkConn(ctx context.Context, conn *sql.Conn) error {
	for _, pragma := range []struct {
		name string
		min  int
		want string
	}{
		{"foreign_keys", 1, "foreign_keys(1)"},
		{"busy_timeout", minBusyTimeout, "busy_timeout(5000)"},
		{"synchronous", 1, "synchronous(NORMAL)"},
	} {
		var value int
		if err := conn.QueryRowContext(ctx, "PRAGMA "+pragma.name).Scan(&value); err != nil {
			return err
		}
		if value < pragma.min {
			return fmt.Errorf("PRAGMA %s is %d: open the database with _pragma=%s", pragma.name, value, pragma.want)
		}
	}
	if err := checkJournal(ctx, conn); err != nil {
		return err
	}
	return checkImmediate(ctx, conn)
}

func checkJournal(ctx context.Context, conn *sql.Conn) error {
	var mode string
	if err := conn.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&mode); err != nil {
		return err
	}
	if mode == "wal" {
		return nil
	}
	// A memory database has no log to write ahead; a file without one does not
	// survive a crash.
	var path string
	if err := conn.QueryRowContext(ctx, "SELECT file FROM pragma_database_list WHERE name = 'main'").Scan(&path); err != nil {
		return err
	}
	if mode == "memory" && !isFile(path) {
		return nil
	}
	return fmt.Errorf("PRAGMA journal_mode is %s: open the database with _pragma=journal_mode(WAL)", mode)
}

// isFile reports whether path is a file on disk.
func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode()&fs.ModeType == 0
}

// checkImmediate finds out whether transactions begin by taking the write lock.
// No PRAGMA tells, but a checkpoint does: it is refused as "locked" inside a
// transaction that has begun to write or read, and BEGIN DEFERRED has not.
func checkImmediate(ctx context.Context, conn *sql.Conn) error {
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // nothing was written
	var busy, log, done int
	err = tx.QueryRowContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)").Scan(&busy, &log, &done)
	if err == nil {
		return errors.New("transactions are deferred: open the database with _txlock=immediate")
	}
	var e *sqlite.Error
	if errors.As(err, &e) && e.Code()&0xff == lib.SQLITE_LOCKED {
		return nil
	}
	return err
}
