package mysql

import (
	"database/sql/driver"
	"fmt"
	"strings"
	"time"
)

// layout is the text of a DATETIME(6).
const layout = "2006-01-02 15:04:05.999999"

// A Time is an instant in a column of type DATETIME(6), in UTC, and NULL for the zero
// Time. It does not heed the loc of a connection, nor depend on parseTime.
type Time struct{ time.Time }

// At returns the Time of an instant, which is in UTC and has whole microseconds, as a
// column gives it back.
func At(t time.Time) Time {
	if t.IsZero() {
		return Time{}
	}
	return Time{t.UTC().Truncate(time.Microsecond)}
}

// Value implements [driver.Valuer]. It is a text: a time.Time is put in the loc of the
// connection by the driver.
func (t Time) Value() (driver.Value, error) {
	if t.IsZero() {
		return nil, nil
	}
	return t.UTC().Format("2006-01-02 15:04:05.000000"), nil
}

// Scan implements sql.Scanner.
func (t *Time) Scan(column any) error {
	switch v := column.(type) {
	case nil:
		*t = Time{}
		return nil
	case time.Time: // with parseTime: what the column says, taken for a time of loc
		*t = Time{}
		if !v.IsZero() {
			*t = At(time.Date(v.Year(), v.Month(), v.Day(), v.Hour(), v.Minute(), v.Second(), v.Nanosecond(), time.UTC))
		}
		return nil
	case []byte:
		return t.parse(string(v))
	case string:
		return t.parse(v)
	default:
		return fmt.Errorf("a time is a DATETIME, not %T", column)
	}
}

func (t *Time) parse(text string) error {
	if strings.HasPrefix(text, "0000-00-00") {
		*t = Time{}
		return nil
	}
	at, err := time.Parse(layout, text)
	if err != nil {
		return fmt.Errorf("a time is a DATETIME: %w", err)
	}
	*t = At(at)
	return nil
}
