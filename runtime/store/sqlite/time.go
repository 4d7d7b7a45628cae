package sqlite

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// Micros returns the form that a time has in a column: microseconds since 1970 in
// UTC, and 0 for the zero Time.
func Micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// FromMicros returns the time of a column, in UTC; it undoes [Micros].
func FromMicros(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}

// A Time is an instant in a column: microseconds since 1970, and NULL for the zero Time.
type Time struct{ time.Time }

// At returns the Time of an instant, which is in UTC and has whole microseconds, as a
// column gives it back.
func At(t time.Time) Time {
	if t.IsZero() {
		return Time{}
	}
	return Time{t.UTC().Truncate(time.Microsecond)}
}

// Value implements [driver.Valuer].
func (t Time) Value() (driver.Value, error) {
	if t.IsZero() {
		return nil, nil
	}
	return t.UnixMicro(), nil
}

// Scan implements sql.Scanner. What is NULL or 0 is the zero Time.
func (t *Time) Scan(column any) error {
	switch v := column.(type) {
	case nil:
		*t = Time{}
	case int64:
		*t = Time{FromMicros(v)}
	default:
		return fmt.Errorf("a time is a number of microseconds, not %T", column)
	}
	return nil
}
