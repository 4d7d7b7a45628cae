package migrate

import (
	"context"
	"database/sql"
	"fmt"
)

// A Dialect says which database a pool is of.
type Dialect string

// The dialects.
const (
	SQLite   Dialect = "sqlite"
	Postgres Dialect = "postgres"
	MySQL    Dialect = "mysql" // MariaDB too
)

// parameter is how the nth parameter of a statement is written.
func (d Dialect) parameter(n int) string {
	if d == Postgres {
		return fmt.Sprintf("$%d", n)
	}
	return "?"
}

// whole reports whether a transaction takes back what statements did to tables.
func (d Dialect) whole() bool { return d != MySQL }

// statements returns what the driver takes at once.
func (d Dialect) statements(text string) []string {
	if d == MySQL {
		return split(text)
	}
	return []string{text}
}

// has reports whether the table exists. Whoever may only read finds out by this.
func (d Dialect) has(ctx context.Context, q querier, table string) (bool, error) {
	query := map[Dialect]string{
		SQLite:   "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?)",
		Postgres: "SELECT EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = $1)",
		MySQL:    "SELECT EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ?)",
	}[d]
	var found bool
	err := q.QueryRowContext(ctx, query, table).Scan(&found)
	return found, err
}

// A querier is a connection or a transaction.
type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}
