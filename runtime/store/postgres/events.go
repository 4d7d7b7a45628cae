package postgres

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
	db.kept = described.Keeper[*Tx]{InTx: db.inTx, Insert: insert}
}
