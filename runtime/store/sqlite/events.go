package sqlite

import (
	"context"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/internal/described"
)

// KeepEvents has a change that audit events tell of ([audit.Do]) made in one transaction
// with insert, which adds them: there is no event of a change that was not made, and no
// change without its event where that is required. It is called once, before anything else
// that changes something.
func (db *DB) KeepEvents(insert func(ctx context.Context, tx *Tx, events []audit.Event) error) {
	db.insert = insert
}

// change returns what the context of a write says of it, if this is for db to keep.
func (db *DB) change(ctx context.Context) *audit.Change {
	if db.insert == nil {
		return nil
	}
	return audit.ChangeOf(ctx)
}

// described runs do in a transaction with the events of c. The number that do answers says
// whether it had an effect.
func (db *DB) described(ctx context.Context, c *audit.Change, do func(tx *Tx) (int64, error)) (int64, error) {
	var n int64
	err := described.Do(ctx, c, db.inTx, db.insert, func(tx *Tx) (effect bool, err error) {
		n, err = do(tx)
		return n > 0, err
	})
	return n, err
}

// insertDescribed is InsertID of what events tell of. An id may be any number.
func (db *DB) insertDescribed(ctx context.Context, c *audit.Change, query string, args []any) (int64, error) {
	var id int64
	_, err := db.described(ctx, c, func(tx *Tx) (_ int64, err error) {
		id, err = tx.InsertID(ctx, query, args...)
		return 1, err
	})
	return id, err
}

// insertedID tells the change of ctx the id of what it makes.
func insertedID(ctx context.Context, id int64, err error) (int64, error) {
	if err == nil {
		audit.Identify(ctx, id)
	}
	return id, err
}
