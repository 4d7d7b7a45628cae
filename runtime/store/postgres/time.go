package postgres

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgtype"
)

// A Time is an instant in a column of type timestamptz, and NULL for the zero Time.
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
	return t.UTC(), nil
}

// Scan implements sql.Scanner.
func (t *Time) Scan(column any) error {
	switch v := column.(type) {
	case nil:
		*t = Time{}
	case time.Time:
		*t = At(v)
	default:
		return fmt.Errorf("a time is a timestamptz, not %T", column)
	}
	return nil
}

// TimestamptzValue implements [pgtype.TimestamptzValuer].
func (t Time) TimestamptzValue() (pgtype.Timestamptz, error) {
	return pgtype.Timestamptz{Time: t.Time, Valid: !t.IsZero()}, nil
}

// ScanTimestamptz implements [pgtype.TimestamptzScanner].
func (t *Time) ScanTimestamptz(v pgtype.Timestamptz) error {
	if v.InfinityModifier != pgtype.Finite {
		return errors.New("a time is an instant, not infinity")
	}
	*t = At(v.Time) // the zero Time if it is not valid
	return nil
}
