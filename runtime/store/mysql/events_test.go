package mysql_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	driver "github.com/go-sql-driver/mysql"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/store/mysql"
	"github.com/authgen-go/authgen/runtime/store/storetest"
)

// SECURITY LOG-04.
func TestLOG04_ChangesAreKeptWithTheirEvents(t *testing.T) {
	storetest.Changes(t, func(t *testing.T) storetest.Ledger[*mysql.Tx] { return ledger(t) })
}

func BenchmarkChanges(b *testing.B) { storetest.BenchmarkChanges(b, ledger(b)) }

// ledger returns a layer over a database of its own.
func ledger(t testing.TB) storetest.Ledger[*mysql.Tx] {
	pool := open(t, urlOf(newDatabase(t)))
	db := newDB(t, pool)
	at := mysql.At(time.Unix(1, 0))
	return storetest.Ledger[*mysql.Tx]{
		KeepEvents: func(insert func(context.Context, *mysql.Tx, []audit.Event) error) { db.KeepEvents(insert) },
		InTx:       db.InTx,
		Exec:       func(ctx context.Context, name string) (int64, error) { return db.Exec(ctx, insertThing, name, at) },
		Insert:     func(ctx context.Context, name string) (int64, error) { return db.Insert(ctx, insertThing, name, at) },
		InsertID:   func(ctx context.Context, name string) (int64, error) { return db.InsertID(ctx, returnThing, name, at) },
		Add: func(ctx context.Context, tx *mysql.Tx, name string) error {
			_, err := tx.Exec(ctx, insertThing, name, at)
			return err
		},
		Fail: func(ctx context.Context, tx *mysql.Tx) error {
			_, err := tx.Exec(ctx, "INSERT INTO nowhere (a) VALUES (1)")
			return err
		},
		Kill: func(ctx context.Context, tx *mysql.Tx) error {
			var id int64
			if err := tx.QueryRow(ctx, "SELECT CONNECTION_ID()").Scan(&id); err != nil {
				return err
			}
			_, err := pool.ExecContext(ctx, fmt.Sprintf("KILL %d", id))
			return err
		},
		Names: func() []string { return names(t, db) },
		Again: &driver.MySQLError{Number: 1213},
	}
}
