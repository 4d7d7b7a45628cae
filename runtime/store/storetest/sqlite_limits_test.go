package storetest_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/ratelimit"
	"github.com/authgen-go/authgen/runtime/store/sqlite"
	"github.com/authgen-go/authgen/runtime/store/storetest"
)

const (
	createLimits = `CREATE TABLE auth_limits (
	key_hash   BLOB    NOT NULL PRIMARY KEY,
	full_at    INTEGER NOT NULL,
	expires_at INTEGER NOT NULL
)`
	indexLimitsExpires = `CREATE INDEX auth_limits_expires_at ON auth_limits (expires_at)`
)

// The statements of rate limits. Each verb is one of them; who is refused asks another how
// long to wait.
const (
	takeLimit = `INSERT INTO auth_limits (key_hash, full_at, expires_at) VALUES (?, ?, ?)
ON CONFLICT (key_hash) DO UPDATE SET full_at = MAX(auth_limits.full_at, ?) + ?, expires_at = MAX(auth_limits.expires_at, excluded.expires_at)
WHERE auth_limits.full_at <= ?
RETURNING full_at`
	selectLimit  = `SELECT full_at FROM auth_limits WHERE key_hash = ?`
	advanceLimit = `UPDATE auth_limits SET full_at = full_at - ? WHERE key_hash = ?`
	deleteLimits = `DELETE FROM auth_limits
WHERE key_hash IN (SELECT key_hash FROM auth_limits WHERE expires_at <= ? LIMIT ?)`
)

// sqliteLimits is what the generator writes, by hand.
type sqliteLimits struct{ db *sqlite.DB }

func (s sqliteLimits) Reserve(ctx context.Context, r ratelimit.Reservation) (ratelimit.Moment, bool, error) {
	interval := ratelimit.Moment(r.Interval)
	full, err := s.db.InsertID(ctx, takeLimit, r.Key[:], int64(r.Now+interval), sqlite.At(r.Until), int64(r.Now), int64(interval), int64(r.Latest))
	if err == nil {
		return ratelimit.Moment(full), true, nil
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return 0, false, err
	}
	err = s.db.QueryRow(ctx, selectLimit, r.Key[:]).Scan(&full)
	if errors.Is(err, sql.ErrNoRows) { // swept meanwhile
		return r.Latest, false, nil
	}
	return ratelimit.Moment(full), false, err
}

func (s sqliteLimits) Advance(ctx context.Context, key ratelimit.Key, d time.Duration) error {
	_, err := s.db.Exec(ctx, advanceLimit, int64(d), key[:])
	return err
}

func (s sqliteLimits) Full(ctx context.Context, key ratelimit.Key) (ratelimit.Moment, error) {
	var full int64
	err := s.db.QueryRow(ctx, selectLimit, key[:]).Scan(&full)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return ratelimit.Moment(full), err
}

func (s sqliteLimits) DeleteFull(ctx context.Context, now time.Time, limit int) (int, error) {
	n, err := s.db.Exec(ctx, deleteLimits, sqlite.At(now), limit)
	return int(n), err
}

func TestSQLiteLimits(t *testing.T) {
	open := func(url string) func(t *testing.T) ratelimit.Store {
		return func(t *testing.T) ratelimit.Store {
			if url == "" {
				return sqliteLimits{sqlite.New(bare(t, file(t), createLimits, indexLimitsExpires))}
			}
			return sqliteLimits{sqlite.New(bare(t, url, createLimits, indexLimitsExpires))}
		}
	}
	t.Run("in a file", func(t *testing.T) { storetest.Limits(t, open("")) })
	t.Run("in memory", func(t *testing.T) { storetest.Limits(t, open(memoryURL)) })
}

// What a limit costs in a database in a file, beside the select that a request cannot do
// without.
func BenchmarkSQLiteLimits(b *testing.B) {
	store := sqliteLimits{sqlite.New(bare(b, file(b), createLimits, indexLimitsExpires))}
	l, err := ratelimit.NewShared(ratelimit.SharedConfig{Store: store, SweepInterval: -1})
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	take := func(rate ratelimit.Rate) func(key string) error {
		return func(key string) error {
			_, err := l.Take(b.Context(), key, rate)
			return err
		}
	}
	for _, c := range []struct {
		name string
		do   func(key string) error
	}{
		{"select", func(key string) error { _, err := l.Remembers(b.Context(), key); return err }},
		{"allowed", take(ratelimit.Rate{Count: 1 << 30, Per: 2 * time.Second})},
		{"refused", take(ratelimit.Rate{Count: 1, Per: 24 * time.Hour})},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if err := c.do(fmt.Sprint(c.name, i%1000)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
