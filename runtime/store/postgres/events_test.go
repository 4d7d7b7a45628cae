package postgres_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/store/postgres"
	"github.com/authgen-go/authgen/runtime/store/storetest"
)

// SECURITY LOG-04.
func TestLOG04_ChangesAreKeptWithTheirEvents(t *testing.T) {
	storetest.Changes(t, func(t *testing.T) storetest.Ledger[*postgres.Tx] { return ledger(t) })
}

func BenchmarkChanges(b *testing.B) { storetest.BenchmarkChanges(b, ledger(b)) }

// ledger returns a layer over a database of its own.
func ledger(t testing.TB) storetest.Ledger[*postgres.Tx] {
	pool := newDatabase(t).open(t)
	db := postgres.New(pool)
	at := postgres.At(time.Unix(1, 0))
	return storetest.Ledger[*postgres.Tx]{
		KeepEvents: func(insert func(context.Context, *postgres.Tx, []audit.Event) error) { db.KeepEvents(insert) },
		InTx:       db.InTx,
		Exec:       func(ctx context.Context, name string) (int64, error) { return db.Exec(ctx, insertThing, name, at) },
		Insert:     func(ctx context.Context, name string) (int64, error) { return db.Insert(ctx, insertThing, name, at) },
		InsertID:   func(ctx context.Context, name string) (int64, error) { return db.InsertID(ctx, returnThing, name, at) },
		Add: func(ctx context.Context, tx *postgres.Tx, name string) error {
			_, err := tx.Exec(ctx, insertThing, name, at)
			return err
		},
		Fail: func(ctx context.Context, tx *postgres.Tx) error {
			_, err := tx.Exec(ctx, "INSERT INTO nowhere (a) VALUES (1)")
			return err
		},
		Kill: func(ctx context.Context, tx *postgres.Tx) error {
			var pid int64
			if err := tx.QueryRow(ctx, "SELECT pg_backend_pid()").Scan(&pid); err != nil {
				return err
			}
			_, err := pool.Exec(ctx, "SELECT pg_terminate_backend($1, 5000)", pid)
			return err
		},
		Names: func() []string { return names(t, db) },
		Again: &pgconn.PgError{Code: "40001"},
	}
}
