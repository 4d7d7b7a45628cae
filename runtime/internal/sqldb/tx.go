package sqldb

import (
	"context"
	"database/sql"
)

// A Tx is a transaction in progress. It is for one goroutine.
type Tx struct {
	db    *DB
	tx    *sql.Tx
	stmts map[string]*sql.Stmt // of this transaction
	fresh []string             // queries that nobody has prepared yet
}

// InTx runs do in a transaction, which is kept if do returns nil and undone if it
// returns an error or panics. A guard may have it done again.
func (db *DB) InTx(ctx context.Context, do func(tx *Tx) error) error {
	begin := db.watch.Begin()
	err := db.guarded(ctx, func(ctx context.Context) error { return db.inTx(ctx, do) })
	db.watch.Tx(ctx, begin, err)
	return err
}

func (db *DB) inTx(ctx context.Context, do func(tx *Tx) error) error {
	begun, err := db.pool.BeginTx(ctx, db.options.Tx)
	if err != nil {
		return err
	}
	defer func() { _ = begun.Rollback() }() // does nothing after the commit
	tx := &Tx{db: db, tx: begun, stmts: make(map[string]*sql.Stmt)}
	if err := do(tx); err != nil {
		return err
	}
	if err := begun.Commit(); err != nil {
		return err
	}
	for _, query := range tx.fresh {
		_, _ = db.statements.get(ctx, query) // for the next time; what was to be done is done
	}
	return nil
}

// prepared returns a statement that is run in the transaction. One that is new is
// prepared on the connection of the transaction: another may not be to be had while all
// who hold one want a second.
func (tx *Tx) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt := tx.stmts[query]; stmt != nil {
		return stmt, nil
	}
	if known := tx.db.statements.known(query); known != nil {
		tx.stmts[query] = tx.tx.StmtContext(ctx, known)
		return tx.stmts[query], nil
	}
	stmt, err := tx.tx.PrepareContext(ctx, query) // closed with the transaction
	if err != nil {
		return nil, err
	}
	tx.stmts[query] = stmt
	tx.fresh = append(tx.fresh, query)
	return stmt, nil
}

// QueryRow returns the row that query selects.
func (tx *Tx) QueryRow(ctx context.Context, query string, args []any) Row {
	return Row{ctx: ctx, tx: tx, query: query, args: args}
}

func (tx *Tx) scan(ctx context.Context, query string, args, dest []any) error {
	stmt, err := tx.prepared(ctx, query)
	if err != nil {
		return err
	}
	return stmt.QueryRowContext(ctx, args...).Scan(dest...)
}

// Exec runs a statement that answers no rows.
func (tx *Tx) Exec(ctx context.Context, query string, args []any) (sql.Result, error) {
	stmt, err := tx.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.ExecContext(ctx, args...)
}
