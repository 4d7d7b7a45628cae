package servertest

import (
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"
	"strings"
)

// Row is a row as one line of text that can be searched: bytes are there as they are and
// in hexadecimal.
func Row(values []any) string {
	var b strings.Builder
	for i, v := range values {
		if i > 0 {
			b.WriteByte(' ')
		}
		if raw, ok := v.([]byte); ok {
			b.Write(raw)
			b.WriteByte(' ')
			b.WriteString(hex.EncodeToString(raw))
			continue
		}
		fmt.Fprint(&b, v)
	}
	b.WriteByte('\n')
	return b.String()
}

// Rows is what a query finds, a [Row] each.
func Rows(ctx context.Context, db *sql.DB, query string) (string, error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return "", err
	}
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	var b strings.Builder
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return "", err
		}
		b.WriteString(Row(values))
	}
	return b.String(), rows.Err()
}

// Names are the first column of what a query finds, which is text.
func Names(ctx context.Context, db *sql.DB, query string) ([]string, error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}

// Hidden begins the name of a table that is hidden.
const Hidden = "hidden_"

// Renames are the names to give to tables so that they are hidden or, if hide is false,
// those that they had before. Tables that are so already are left out.
func Renames(tables []string, hide bool) map[string]string {
	to := map[string]string{}
	for _, name := range tables {
		shown, hidden := strings.CutPrefix(name, Hidden)
		switch {
		case hide && !hidden:
			to[name] = Hidden + name
		case !hide && hidden:
			to[name] = shown
		}
	}
	return to
}
