package sqlite_test

import (
	"context"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/store/sqlite"
	"github.com/authgen-go/authgen/runtime/store/storetest"
)

// SECURITY LOG-04.
func TestLOG04_ChangesAreKeptWithTheirEvents(t *testing.T) {
	storetest.Changes(t, func(t *testing.T) storetest.Ledger[*sqlite.Tx] { return ledger(t) })
}

func BenchmarkChanges(b *testing.B) { storetest.BenchmarkChanges(b, ledger(b)) }

// ledger returns a layer over a database of its own.
func ledger(t testing.TB) storetest.Ledger[*sqlite.Tx] {
	db, _ := things(t, "sqlite:"+t.TempDir()+"/ledger.db")
	at := sqlite.At(time.Unix(1, 0))
	return storetest.Ledger[*sqlite.Tx]{
		KeepEvents: func(insert func(context.Context, *sqlite.Tx, []audit.Event) error) { db.KeepEvents(insert) },
		InTx:       db.InTx,
		Exec:       func(ctx context.Context, name string) (int64, error) { return db.Exec(ctx, insertThing, name, at) },
		Insert:     func(ctx context.Context, name string) (int64, error) { return db.Insert(ctx, insertThing, name, at) },
		InsertID:   func(ctx context.Context, name string) (int64, error) { return db.InsertID(ctx, returnThing, name, at) },
		Add: func(ctx context.Context, tx *sqlite.Tx, name string) error {
			_, err := tx.Exec(ctx, insertThing, name, at)
			return err
		},
		Fail: func(ctx context.Context, tx *sqlite.Tx) error {
			_, err := tx.Exec(ctx, "INSERT INTO nowhere (a) VALUES (1)")
			return err
		},
		Names: func() []string { return names(t, db) },
	}
}
