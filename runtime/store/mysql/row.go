package mysql

import (
	"database/sql"

	"github.com/authgen-go/authgen/runtime/internal/sqldb"
)

// A Row is a query of which only the first row matters.
type Row struct {
	row  sqldb.Row
	none bool // there can be none
}

// Scan runs the query and stores the columns of its first row in dest. The error is
// [sql.ErrNoRows] where there is none.
func (r Row) Scan(dest ...any) error {
	if r.none {
		return sql.ErrNoRows
	}
	return r.row.Scan(dest)
}

// Rows are those that a query selected.
type Rows struct{ rows *sql.Rows } // nil: there are none

// Next goes on to the next row and reports whether there is one. After the last it has
// closed the rows.
func (r *Rows) Next() bool { return r.rows != nil && r.rows.Next() }

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

// Close gives the connection back. It may be called at any time, and again.
func (r *Rows) Close() error {
	if r.rows == nil {
		return nil
	}
	return r.rows.Close()
}
