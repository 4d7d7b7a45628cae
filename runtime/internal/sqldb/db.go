package sqldb

import (
	"context"
	"database/sql"
	"slices"

	"github.com/authgen-go/authgen/runtime/internal/watch"
)

// A Guard is what every call goes through: it makes the call, perhaps again, or refuses
// to. The context that call is given may end sooner than ctx.
type Guard func(ctx context.Context, call func(ctx context.Context) error) error

// Options are what databases differ in; the zero value is a good one.
type Options struct {
	Guard Guard          // nil: each call is made once
	Tx    *sql.TxOptions // how transactions begin; nil: as the database does by default
}

// A DB runs statements on a pool. It is safe for concurrent use.
type DB struct {
	pool       *sql.DB
	statements *statements
	options    Options
	watch      *watch.Watch // nil: nobody wants to know
}

// New returns the DB of a pool.
func New(pool *sql.DB, o Options) *DB {
	return &DB{pool: pool, statements: newStatements(pool), options: o}
}

// Watch has w told of calls. It is for the time before the first of them.
func (db *DB) Watch(w *watch.Watch) { db.watch = w }

// Close releases the prepared statements, not the pool.
func (db *DB) Close() { db.statements.close() }

// Prepare prepares queries. The error says that one of them cannot be run.
func (db *DB) Prepare(ctx context.Context, queries ...string) error {
	for _, query := range queries {
		if err := db.guarded(ctx, func(ctx context.Context) error {
			_, err := db.statements.get(ctx, query)
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

// guarded makes a call through the guard.
func (db *DB) guarded(ctx context.Context, call func(context.Context) error) error {
	if db.options.Guard == nil {
		return call(ctx)
	}
	return db.options.Guard(ctx, call)
}

// A Row is a query of which the first row matters. It is asked when it is scanned.
type Row struct {
	ctx   context.Context
	db    *DB // one of the two
	tx    *Tx
	query string
	args  []any
}

// QueryRow returns the row that query selects.
func (db *DB) QueryRow(ctx context.Context, query string, args []any) Row {
	return Row{ctx: ctx, db: db, query: query, args: args}
}

// Scan runs the query and stores the columns of its first row in dest. The error is
// [sql.ErrNoRows] when there is none.
func (r Row) Scan(dest []any) error {
	if r.tx != nil {
		return r.tx.scan(r.ctx, r.query, r.args, dest)
	}
	begin := r.db.watch.Begin()
	var err error
	if r.db.options.Guard == nil {
		err = r.db.scan(r.ctx, r.query, r.args, dest)
	} else {
		err = r.db.scanGuarded(r.ctx, r.query, slices.Clone(r.args), slices.Clone(dest))
	}
	r.db.watch.Query(r.ctx, begin, r.query, err)
	return err
}

// scanGuarded has arguments of its own, so that those of who is not guarded can stay on
// the stack.
func (db *DB) scanGuarded(ctx context.Context, query string, args, dest []any) error {
	return db.options.Guard(ctx, func(ctx context.Context) error { return db.scan(ctx, query, args, dest) })
}

func (db *DB) scan(ctx context.Context, query string, args, dest []any) error {
	stmt, err := db.statements.get(ctx, query)
	if err != nil {
		return err
	}
	return stmt.QueryRowContext(ctx, args...).Scan(dest...)
}

// Query returns the rows that query selects. Who gets them closes them, or ends ctx.
func (db *DB) Query(ctx context.Context, query string, args []any) (*sql.Rows, error) {
	begin := db.watch.Begin()
	var rows *sql.Rows
	err := db.guarded(ctx, func(context.Context) error { // the rows outlive a shorter one
		stmt, err := db.statements.get(ctx, query)
		if err != nil {
			return err
		}
		rows, err = stmt.QueryContext(ctx, args...)
		return err
	})
	db.watch.Query(ctx, begin, query, err)
	return rows, err
}

// Exec runs a statement that answers no rows.
func (db *DB) Exec(ctx context.Context, query string, args []any) (sql.Result, error) {
	begin := db.watch.Begin()
	result, err := db.execGuarded(ctx, query, args)
	db.watch.Query(ctx, begin, query, err)
	return result, err
}

func (db *DB) execGuarded(ctx context.Context, query string, args []any) (sql.Result, error) {
	if db.options.Guard == nil {
		return db.exec(ctx, query, args)
	}
	var result sql.Result
	err := db.options.Guard(ctx, func(ctx context.Context) error {
		var err error
		result, err = db.exec(ctx, query, args)
		return err
	})
	return result, err
}

func (db *DB) exec(ctx context.Context, query string, args []any) (sql.Result, error) {
	stmt, err := db.statements.get(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.ExecContext(ctx, args...)
}

// ExecEach runs a statement once with each of args, all of it or nothing.
func (db *DB) ExecEach(ctx context.Context, query string, args [][]any) error {
	if len(args) == 0 {
		return nil
	}
	return db.InTx(ctx, func(tx *Tx) error {
		stmt, err := tx.prepared(ctx, query)
		if err != nil {
			return err
		}
		for _, a := range args {
			if _, err := stmt.ExecContext(ctx, a...); err != nil {
				return err
			}
		}
		return nil
	})
}
