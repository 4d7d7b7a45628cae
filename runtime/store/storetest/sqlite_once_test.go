package storetest_test

import (
	"context"
	"database/sql"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/once"
	"github.com/authgen-go/authgen/runtime/store/sqlite"
	"github.com/authgen-go/authgen/runtime/store/storetest"
)

const (
	createUsed = `CREATE TABLE auth_used_values (
	hash       BLOB    NOT NULL PRIMARY KEY,
	expires_at INTEGER NOT NULL
)`
	indexUsedExpires = `CREATE INDEX auth_used_values_expires_at ON auth_used_values (expires_at)`
)

// The statements of values that are used once. Each verb is one of them.
const (
	insertUsed = `INSERT INTO auth_used_values (hash, expires_at) VALUES (?, ?) ON CONFLICT (hash) DO NOTHING`
	deleteUsed = `DELETE FROM auth_used_values
WHERE hash IN (SELECT hash FROM auth_used_values WHERE expires_at <= ? LIMIT ?)`
)

// sqliteOnce is what the generator writes, by hand.
type sqliteOnce struct{ db *sql.DB }

func (s sqliteOnce) Use(ctx context.Context, key once.Key, until time.Time) error {
	result, err := s.db.ExecContext(ctx, insertUsed, key[:], sqlite.Micros(until))
	if err != nil {
		return err
	}
	return sqlite.MustAffect(result, once.ErrUsed)
}

func (s sqliteOnce) DeleteUsed(ctx context.Context, now time.Time, limit int) (int, error) {
	result, err := s.db.ExecContext(ctx, deleteUsed, sqlite.Micros(now), limit)
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	return int(n), err
}

func TestSQLiteOnce(t *testing.T) {
	t.Run("in a file", func(t *testing.T) {
		storetest.Once(t, func(t *testing.T) once.Store { return sqliteOnce{bare(t, file(t), createUsed, indexUsedExpires)} })
	})
	t.Run("in memory", func(t *testing.T) {
		storetest.Once(t, func(t *testing.T) once.Store { return sqliteOnce{bare(t, memoryURL, createUsed, indexUsedExpires)} })
	})
}
