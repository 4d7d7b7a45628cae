package postgres

import (
	"context"
	"database/sql"

	"github.com/jackc/pgx/v5"
)

// A Row is a query of which only the first row matters.
type Row struct {
	ctx   context.Context
	db    *DB // one of the two
	tx    pgx.Tx
	query string
	args  []any
}

// Scan runs the query and stores the columns of its first row in dest. The error is
// [sql.ErrNoRows], by errors.Is, where there is none.
func (r Row) Scan(dest ...any) error {
	var err error
	if r.tx != nil {
		err = r.tx.QueryRow(r.ctx, r.query, r.args...).Scan(dest...)
	} else {
		begin := r.db.watch.Begin()
		err = r.db.do(r.ctx, func(ctx context.Context) error {
			return r.db.pool.QueryRow(ctx, r.query, r.args...).Scan(dest...)
		})
		r.db.watch.Query(r.ctx, begin, r.query, err)
	}
	if unstorable(err) && !needs(r.query) {
		return sql.ErrNoRows
	}
	return err
}

func scanID(row Row) (int64, error) {
	var id int64
	err := row.Scan(&id)
	return id, err
}

// Rows are those that a query selected.
type Rows struct {
	rows  pgx.Rows // nil: there are none
	ahead bool     // the first has been read, and Next has not been called
}

// Next goes on to the next row and reports whether there is one. After the last it has
// closed the rows.
func (r *Rows) Next() bool {
	switch {
	case r.rows == nil:
		return false
	case r.ahead:
		r.ahead = false
		return true
	default:
		return r.rows.Next()
	}
}

// Scan stores the columns of the row in dest.
func (r *Rows) Scan(dest ...any) error {
	if r.rows == nil {
		return sql.ErrNoRows
	}
	return r.rows.Scan(dest...)
}

// Err returns what ended the rows before the last.
func (r *Rows) Err() error {
	if r.rows == nil {
		return nil
	}
	return r.rows.Err()
}

// Close gives the connection back. It may be called at any time, and again, and returns
// what Err does.
func (r *Rows) Close() error {
	if r.rows == nil {
		return nil
	}
	r.rows.Close()
	return r.rows.Err()
}
