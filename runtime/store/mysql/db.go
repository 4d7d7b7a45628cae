package mysql

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/authgen-go/authgen/runtime/internal/breaker"
	"github.com/authgen-go/authgen/runtime/internal/described"
	"github.com/authgen-go/authgen/runtime/internal/retry"
	"github.com/authgen-go/authgen/runtime/internal/sqldb"
	"github.com/authgen-go/authgen/runtime/internal/watch"
	"github.com/authgen-go/authgen/runtime/usage"
)

// inFlight is how many calls are made at a time on a pool without a size.
const inFlight = 100

// errUnstorable: a text cannot be in any column.
var errUnstorable = errors.New("a text is not UTF-8")

// A DB is the layer between the generated stores and a pool that was opened with [Open]
// or passes [Check]. Each text of a query is prepared once and kept. A DB is safe for
// concurrent use. See the package for what becomes of its calls while the database is
// away or slow.
//
// Arguments and results are bool, int64, string, []byte, [Time], and types that implement
// driver.Valuer and sql.Scanner, as uuid.UUID does. A string that is not UTF-8 is in no
// row: to look for it finds nothing, and to write it is an error. Nor does a SELECT or a
// DELETE find one that ends in a space, which the servers take for the one without: what
// is looked for must not be stored so. Where a statement finds rows by other texts too,
// the one that somebody else gave is a [Key].
type DB struct {
	db   *sqldb.DB
	kept described.Keeper[*Tx] // of events; keeps none until KeepEvents
}

// New returns the DB of a pool, which stays the caller's to close. It is one DB for all
// stores: only what all calls tell of the database is known soon.
func New(pool *sql.DB) *DB {
	b := breaker.New(breaker.Config{Away: away, InFlight: cmp.Or(pool.Stats().MaxOpenConnections, inFlight)})
	return &DB{db: sqldb.New(pool, sqldb.Options{
		Guard: func(ctx context.Context, call func(context.Context) error) error {
			return b.Do(ctx, func(ctx context.Context) error { return retry.Do(ctx, again, call) })
		},
		// Under REPEATABLE READ a transaction would read what was, and lock gaps.
		Tx: &sql.TxOptions{Isolation: sql.LevelReadCommitted},
	})}
}

// Observed has o told how long calls take, and returns db. Call it before db is used.
func (db *DB) Observed(o usage.StoreObserver) *DB {
	db.db.Watch(watch.New(watch.System{Name: "mysql", Answered: IsUnique, Away: away}, o))
	return db
}

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
	return Row{row: db.db.QueryRow(ctx, query, args), none: !findable(query, args)}
}

// Query returns the rows that query selects; the caller closes them.
func (db *DB) Query(ctx context.Context, query string, args ...any) (*Rows, error) {
	if !findable(query, args) {
		return &Rows{}, nil
	}
	rows, err := db.db.Query(ctx, query, args)
	if err != nil {
		return nil, err
	}
	return &Rows{rows}, nil
}

// Exec runs a statement and returns how many rows met its condition.
func (db *DB) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	if c := db.kept.Change(ctx); c != nil {
		return db.kept.Count(ctx, c, func(tx *Tx) (int64, error) { return tx.Exec(ctx, query, args...) })
	}
	if !findable(query, args) {
		return 0, unmet(query)
	}
	return affected(db.db.Exec(ctx, query, args))
}

// Insert runs an INSERT and returns how many rows were added: 0 where a row with the same
// key is there already.
func (db *DB) Insert(ctx context.Context, query string, args ...any) (int64, error) {
	if c := db.kept.Change(ctx); c != nil {
		return db.kept.Count(ctx, c, func(tx *Tx) (int64, error) { return tx.Insert(ctx, query, args...) })
	}
	return unlessThere(db.Exec(ctx, query, args...))
}

// InsertID runs an INSERT of one row and returns the id that the database gave it. The
// error is [sql.ErrNoRows] where a row with the same key is there already.
func (db *DB) InsertID(ctx context.Context, query string, args ...any) (int64, error) {
	if c := db.kept.Change(ctx); c != nil {
		return db.kept.Make(ctx, c, func(tx *Tx) (int64, error) { return tx.InsertID(ctx, query, args...) })
	}
	if !storable(args) {
		return 0, errUnstorable
	}
	return lastID(db.db.Exec(ctx, query, args))
}

// ExecEach runs a statement once with each of args, all of it or nothing.
func (db *DB) ExecEach(ctx context.Context, query string, args [][]any) error {
	for _, a := range args {
		if !storable(a) {
			return errUnstorable
		}
	}
	return db.db.ExecEach(ctx, query, args)
}

// InTx runs do in a transaction, which is kept if do returns nil and undone if it returns
// an error, which InTx returns, or panics. The transaction is READ COMMITTED. After a
// deadlock or a wait for locks do is run again, so it begins with what it was called with.
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
	return Row{row: tx.tx.QueryRow(ctx, query, args), none: !findable(query, args)}
}

// Exec is like [DB.Exec].
func (tx *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	if !findable(query, args) {
		return 0, unmet(query)
	}
	return affected(tx.tx.Exec(ctx, query, args))
}

// Insert is like [DB.Insert].
func (tx *Tx) Insert(ctx context.Context, query string, args ...any) (int64, error) {
	return unlessThere(tx.Exec(ctx, query, args...))
}

// InsertID is like [DB.InsertID].
func (tx *Tx) InsertID(ctx context.Context, query string, args ...any) (int64, error) {
	if !storable(args) {
		return 0, errUnstorable
	}
	id, err := lastID(tx.tx.Exec(ctx, query, args))
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

// storable reports whether the texts of args can be in a column. It is found out here:
// the servers do not agree on what to make of those that cannot, in a condition.
func storable(args []any) bool {
	for _, a := range args {
		if text, ok := a.(string); ok && !utf8.ValidString(text) {
			return false
		}
	}
	return true
}

// findable reports whether there can be rows that meet the condition of a query.
func findable(query string, args []any) bool {
	if !storable(args) {
		return false
	}
	if !padded(args) {
		return true
	}
	verb := sqldb.Verb(query)
	return verb != "SELECT" && verb != "DELETE" || sqldb.Excludes(query)
}

// padded reports whether a text of args ends in a space.
func padded(args []any) bool {
	for _, a := range args {
		if text, ok := a.(string); ok && strings.HasSuffix(text, " ") {
			return true
		}
	}
	return false
}

// unmet is the error of a statement whose condition no row meets because of a text that
// none can have: to look for such a row is none, to add it or to mean all others is.
func unmet(query string) error {
	if sqldb.Verb(query) == "INSERT" || sqldb.Excludes(query) {
		return errUnstorable
	}
	return nil
}

// affected is the count of rows that met the condition.
func affected(result sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// unlessThere takes it for an answer that a row exists.
func unlessThere(n int64, err error) (int64, error) {
	if IsUnique(err) {
		return 0, nil
	}
	return n, err
}

func lastID(result sql.Result, err error) (int64, error) {
	switch {
	case IsUnique(err):
		return 0, sql.ErrNoRows
	case err != nil:
		return 0, err
	default:
		return result.LastInsertId()
	}
}
