package mysql

import (
	"database/sql/driver"
	"strings"
)

// A Key is a text that somebody else gave, to find a row by. One with a space at its end
// finds nothing, as no key has any: the servers would find the row of the text without.
// Nor does one that is not UTF-8.
type Key string

var _ driver.Valuer = Key("")

// Value returns the text, or NULL, which is equal to nothing.
func (k Key) Value() (driver.Value, error) {
	if strings.HasSuffix(string(k), " ") || !storable([]any{string(k)}) {
		return nil, nil
	}
	return string(k), nil
}
