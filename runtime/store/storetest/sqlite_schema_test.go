package storetest_test

import (
	"database/sql"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/authgen-go/authgen/runtime/store/sqlite"
	"github.com/authgen-go/authgen/runtime/store/storetest"
)

const (
	createUsersText = `CREATE TABLE users (
	id            TEXT    NOT NULL PRIMARY KEY,` + createUsersRest
	createUsersInt = `CREATE TABLE users (
	id            INTEGER PRIMARY KEY AUTOINCREMENT,` + createUsersRest
	createUsersRest = `
	email         TEXT    NOT NULL UNIQUE,
	password_hash TEXT,
	roles         TEXT    NOT NULL,
	disabled_at   INTEGER,
	auth_version  INTEGER NOT NULL DEFAULT 1,
	created_at    INTEGER NOT NULL,
	updated_at    INTEGER NOT NULL
)`
	createSessions = `CREATE TABLE auth_sessions (
	id               TEXT    NOT NULL PRIMARY KEY,
	token_hash       BLOB    NOT NULL UNIQUE,
	user_id          %s NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	user_version     INTEGER NOT NULL,
	created_at       INTEGER NOT NULL,
	authenticated_at INTEGER NOT NULL,
	last_seen_at     INTEGER NOT NULL,
	expires_at       INTEGER NOT NULL,
	remembered       INTEGER NOT NULL,
	user_agent       TEXT    NOT NULL,
	addr             TEXT    NOT NULL
)`
	indexSessionsUser    = `CREATE INDEX auth_sessions_user_id ON auth_sessions (user_id)`
	indexSessionsExpires = `CREATE INDEX auth_sessions_expires_at ON auth_sessions (expires_at)`
)

// database opens a database for users, sessions and what belongs to them.
func database(t testing.TB, url string, schema ...string) *sql.DB {
	t.Helper()
	return bare(t, url, append(schema, indexSessionsUser, indexSessionsExpires)...)
}

// bare opens a database of this schema only.
func bare(t testing.TB, url string, schema ...string) *sql.DB {
	t.Helper()
	db, err := sqlite.Open(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, statement := range schema {
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	return db
}

func textStores(t testing.TB, url string) storetest.Stores[uuid.UUID, role] {
	db := database(t, url, createUsersText, sessionsTable("TEXT   "))
	return storetest.Stores[uuid.UUID, role]{
		Users:    &sqliteUsers[uuid.UUID]{db: db, now: time.Now},
		Sessions: newSQLiteSessions[uuid.UUID](t, db),
		NewID:    uuid.New,
		Absent:   uuid.New(),
		Roles:    roles,
	}
}

func intStores(t testing.TB, url string) storetest.Stores[int64, role] {
	db := database(t, url, createUsersInt, sessionsTable("INTEGER"))
	return storetest.Stores[int64, role]{
		Users:    &sqliteUsers[int64]{db: db, now: time.Now},
		Sessions: newSQLiteSessions[int64](t, db),
		Absent:   math.MaxInt64,
		Roles:    roles,
	}
}

func file(t testing.TB) string { return "sqlite:" + t.TempDir() + "/test.db" }

const memoryURL = "sqlite::memory:"

func TestSQLiteUsers(t *testing.T) {
	t.Run("uuid in a file", func(t *testing.T) {
		storetest.Users(t, func(t *testing.T) storetest.Stores[uuid.UUID, role] { return textStores(t, file(t)) })
	})
	t.Run("int64 in memory", func(t *testing.T) {
		storetest.Users(t, func(t *testing.T) storetest.Stores[int64, role] { return intStores(t, memoryURL) })
	})
}

func TestSQLiteSessions(t *testing.T) {
	t.Run("uuid in a file", func(t *testing.T) {
		storetest.Sessions(t, func(t *testing.T) storetest.Stores[uuid.UUID, role] { return textStores(t, file(t)) })
	})
	t.Run("int64 in memory", func(t *testing.T) {
		storetest.Sessions(t, func(t *testing.T) storetest.Stores[int64, role] { return intStores(t, memoryURL) })
	})
}

func sessionsTable(idType string) string { return fmt.Sprintf(createSessions, idType) }
