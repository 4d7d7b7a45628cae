package sqlite

import "time"

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
