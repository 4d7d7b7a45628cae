package migrate

import (
	"context"
	"errors"
	"fmt"
	"strconv"
)

// each calls row for every row of a query, with the scan of the row.
func each(ctx context.Context, q querier, query string, row func(scan func(...any) error) error) (err error) {
	rows, err := q.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

func execAll(ctx context.Context, q querier, statements ...string) error {
	for _, statement := range statements {
		if _, err := q.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// parseVersion is a version as a number of the database.
func parseVersion(version string) (int64, error) {
	n, err := strconv.ParseInt(version, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("version %s is too large", version)
	}
	return n, nil
}
