package mysql

import (
	"context"
	"database/sql/driver"
	"errors"
)

// readCommitted has every statement read what is committed when it begins. Under the
// servers' default, REPEATABLE READ, a statement locks the gaps between the rows that it
// looks at too: one that removes what has expired would keep logins waiting. The name of
// the variable differs between servers and versions; the statement does not.
const readCommitted = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED"

// A committed connector makes connections that are [readCommitted].
type committed struct{ driver.Connector }

// Connect implements [driver.Connector].
func (c committed) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	exec, ok := conn.(driver.ExecerContext)
	if !ok {
		return nil, errors.Join(errors.New("the driver cannot execute"), conn.Close())
	}
	if _, err := exec.ExecContext(ctx, readCommitted, nil); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}
