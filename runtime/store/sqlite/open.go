package sqlite

import (
	"context"
	"crypto/rand"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"modernc.org/sqlite"
)

const openTimeout = 10 * time.Second

// Open opens the database of a DATABASE_URL and proves with [Check] that it is
// usable. The forms are
//
//	sqlite:app.db          sqlite:///var/lib/app/app.db          sqlite::memory:
//
// What follows "sqlite:" or "sqlite://" is a path and is taken literally; a
// relative one is resolved once, now. The folder must exist. A missing file is
// created with mode 0600; SQLite gives the files beside it the mode of the
// database. A memory database is private to the returned handle, shared by all
// of its connections, and gone when the handle is closed.
//
// Options in the URL are refused: the ones that matter here are not optional.
// Errors name the path but never repeat a URL that is not one of SQLite's, since
// it may hold a password.
func Open(url string) (*sql.DB, error) {
	path, err := pathOf(url)
	if err != nil {
		return nil, err
	}
	connector, err := connect(path)
	if err != nil {
		return nil, fmt.Errorf("open sqlite database: %w", err)
	}
	db := sql.OpenDB(connector)
	size := max(4, 2*runtime.GOMAXPROCS(0))
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size) // a connection carries its prepared statements: keep it

	ctx, cancel := context.WithTimeout(context.Background(), openTimeout)
	defer cancel()
	if err := checkUnlocked(ctx, db); err != nil {
		_ = db.Close() // the error that matters is the one of the check
		return nil, err
	}
	return db, nil
}

// lockedPause is how long to wait for who turns the database to WAL, which takes a few
// milliseconds.
const lockedPause = 5 * time.Millisecond

// checkUnlocked is [Check], again while the database is locked. A database is turned to
// WAL by the first connection that there ever is, and back by nobody; a connection that
// meets another at that does not wait for it, whatever its busy_timeout, but fails.
// Processes that start together would otherwise refuse to.
func checkUnlocked(ctx context.Context, db *sql.DB) error {
	for {
		err := Check(ctx, db)
		if !isBusy(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(lockedPause):
		}
	}
}

func pathOf(url string) (string, error) {
	path, ok := strings.CutPrefix(url, "sqlite:")
	if !ok {
		return "", fmt.Errorf(`open sqlite database: the URL does not begin with "sqlite:"`)
	}
	path = strings.TrimPrefix(path, "//")
	switch {
	case path == "":
		return "", fmt.Errorf("open sqlite database: the URL names no file")
	case strings.ContainsAny(path, "?\x00"):
		return "", fmt.Errorf(`open sqlite database: the URL must be a path alone, without "?" and options`)
	}
	return path, nil
}

func connect(path string) (driver.Connector, error) {
	if path == ":memory:" {
		return connectMemory()
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if err := create(path); err != nil {
		return nil, err
	}
	// The path is escaped as SQLite's URI file names want it.
	escaped := strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(filepath.ToSlash(path))
	if !strings.HasPrefix(escaped, "/") {
		escaped = "/" + escaped // a drive letter
	}
	return sqlite.NewConnector("file://" + escaped + settings)
}

// create makes an empty database file that only its owner may read. An existing
// file is not even opened: closing it would drop the locks that another handle
// of this process holds on it (POSIX advisory locks belong to the process).
func create(path string) error {
	if _, err := os.Stat(path); err == nil || !os.IsNotExist(err) {
		return err
	}
	if _, err := os.Stat(filepath.Dir(path)); err != nil {
		return fmt.Errorf("the folder of the database is not there: %w", err)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if os.IsExist(err) {
		return nil // another process was faster
	}
	if err != nil {
		return err
	}
	return f.Close()
}

// memory is a connector to a database of SQLite's "memdb" file system, which
// lives as long as somebody is connected to it. The anchor is that somebody:
// the pool may drop any connection of its own, even the last.
type memory struct {
	driver.Connector
	anchor driver.Conn
}

func connectMemory() (driver.Connector, error) {
	connector, err := sqlite.NewConnector("file:/authgen-" + rand.Text() + settings + "&vfs=memdb")
	if err != nil {
		return nil, err
	}
	anchor, err := connector.Connect(context.Background())
	if err != nil {
		return nil, err
	}
	return &memory{Connector: connector, anchor: anchor}, nil
}

// Close is called by [sql.DB.Close].
func (m *memory) Close() error { return m.anchor.Close() }
