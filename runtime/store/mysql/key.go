package mysql

import (
	"database/sql/driver"
	"strings"
)

// A Key is a text that somebody else gave, as an argument of a statement that finds rows
// by others too. One that ends in a space or is not UTF-8 is equal to nothing, and the
// statement is run all the same.
type Key string

var _ driver.Valuer = Key("")

// Value returns the text, or NULL, which is equal to nothing.
func (k Key) Value() (driver.Value, error) {
	if strings.HasSuffix(string(k), " ") || !storable([]any{string(k)}) {
		return nil, nil
	}
	return string(k), nil
}
