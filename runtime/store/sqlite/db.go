package sqlite

import (
	"context"
	"database/sql"

	"github.com/authgen-go/authgen/runtime/internal/described"
	"github.com/authgen-go/authgen/runtime/internal/sqldb"
	"github.com/authgen-go/authgen/runtime/internal/watch"
	"github.com/authgen-go/authgen/runtime/usage"
)

// A DB is the layer between the generated stores and a database that was opened with
// [Open] or passes [Check]. Each text of a query is prepared once and kept. A DB is safe
// for concurrent use.
//
// Arguments and results are bool, int64, string, []byte, [Time], and types that
// implement driver.Valuer and sql.Scanner, as uuid.UUID does.
type DB struct {
	db   *sqldb.DB
	kept described.Keeper[*Tx] // of events; keeps none until KeepEvents
}

// New returns the DB of a pool, which stays the caller's to close.
func New(pool *sql.DB) *DB { return &DB{db: sqldb.New(pool, sqldb.Options{})} }

// Observed has o told how long calls take, and returns db. Call it before db is used.
func (db *DB) Observed(o usage.StoreObserver) *DB {
	db.db.Watch(watch.New(watch.System{Name: "sqlite", Answered: refused, Away: isBusy}, o))
	return db
}

// refused reports whether a statement would have broken a constraint.
func refused(err error) bool { return IsUnique(err) || IsForeignKey(err) }

// Close releases the prepared statements, not the pool. Calls that are made later fail.
// The error is nil.
func (db *DB) Close() error {
	db.db.Close()
	return nil
}

// Prepare prepares queries. The error says that one of them cannot be run, as when a
// table is missing.
func (db *DB) Prepare(ctx context.Context, queries ...string) error {
	return db.db.Prepare(ctx, queries...)
}

// QueryRow returns the first row that query selects. The query is run by its Scan.
func (db *DB) QueryRow(ctx context.Context, query string, args ...any) Row {
	return Row{db.db.QueryRow(ctx, query, args)}
}

// Query returns the rows that query selects; the caller closes them.
func (db *DB) Query(ctx context.Context, query string, args ...any) (*Rows, error) {
	return db.db.Query(ctx, query, args)
}

// Exec runs a statement and returns how many rows met its condition.
func (db *DB) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	if c := db.kept.Change(ctx); c != nil {
		return db.kept.Count(ctx, c, func(tx *Tx) (int64, error) { return tx.Exec(ctx, query, args...) })
	}
	return affected(db.db.Exec(ctx, query, args))
}

// Insert runs an INSERT and returns how many rows were added: 0 where a row with the same
// key is there already, for which the text has to say ON CONFLICT DO NOTHING.
func (db *DB) Insert(ctx context.Context, query string, args ...any) (int64, error) {
	return db.Exec(ctx, query, args...)
}

// InsertID runs an INSERT of one row and returns the id that the database gave it, for
// which the text has to say RETURNING. The error is [sql.ErrNoRows] where a row with the
// same key is there already and the text says ON CONFLICT DO NOTHING.
func (db *DB) InsertID(ctx context.Context, query string, args ...any) (int64, error) {
	if c := db.kept.Change(ctx); c != nil {
		return db.kept.Make(ctx, c, func(tx *Tx) (int64, error) { return tx.InsertID(ctx, query, args...) })
	}
	return scanID(db.QueryRow(ctx, query, args...))
}

// ExecEach runs a statement once with each of args, all of it or nothing.
func (db *DB) ExecEach(ctx context.Context, query string, args [][]any) error {
	return db.db.ExecEach(ctx, query, args)
}

// InTx runs do in a transaction, which is kept if do returns nil and undone if it returns
// an error, which InTx returns, or panics. It has the lock of writers from its beginning,
// so that what do reads stays true (SECURITY F-15). With databases that other programs
// serve do may be run again, so it begins with what it was called with.
func (db *DB) InTx(ctx context.Context, do func(tx *Tx) error) error {
	if c := db.kept.Change(ctx); c != nil {
		return db.kept.Run(ctx, c, do)
	}
	return db.inTx(ctx, do)
}

func (db *DB) inTx(ctx context.Context, do func(tx *Tx) error) error {
	return db.db.InTx(ctx, func(tx *sqldb.Tx) error { return do(&Tx{tx}) })
}

// A Tx is a transaction in progress. It is for one goroutine, and until do returns.
type Tx struct{ tx *sqldb.Tx }

// QueryRow is like [DB.QueryRow].
func (tx *Tx) QueryRow(ctx context.Context, query string, args ...any) Row {
	return Row{tx.tx.QueryRow(ctx, query, args)}
}

// Exec is like [DB.Exec].
func (tx *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	return affected(tx.tx.Exec(ctx, query, args))
}

// Insert is like [DB.Insert].
func (tx *Tx) Insert(ctx context.Context, query string, args ...any) (int64, error) {
	return tx.Exec(ctx, query, args...)
}

// InsertID is like [DB.InsertID].
func (tx *Tx) InsertID(ctx context.Context, query string, args ...any) (int64, error) {
	id, err := scanID(tx.QueryRow(ctx, query, args...))
	return described.Identified(ctx, id, err)
}

// A Runner runs statements: a [DB] each on its own, a [Tx] in its transaction.
type Runner interface {
	QueryRow(ctx context.Context, query string, args ...any) Row
	Exec(ctx context.Context, query string, args ...any) (int64, error)
	Insert(ctx context.Context, query string, args ...any) (int64, error)
	InsertID(ctx context.Context, query string, args ...any) (int64, error)
}

var _, _ Runner = (*DB)(nil), (*Tx)(nil)

// A Row is a query of which only the first row matters.
type Row struct{ row sqldb.Row }

// Scan runs the query and stores the columns of its first row in dest. The error is
// [sql.ErrNoRows] where there is none.
func (r Row) Scan(dest ...any) error { return r.row.Scan(dest) }

// Rows are those that a query selected.
type Rows = sql.Rows

func affected(result sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func scanID(row Row) (int64, error) {
	var id int64
	err := row.Scan(&id)
	return id, err
}
