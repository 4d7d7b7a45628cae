package sqlite

import "time"

// Micros is the form of a time in a column: microseconds since 1970. What is
// finer is cut off.
func Micros(t time.Time) int64 { return t.UnixMicro() }

// FromMicros is the time, in UTC, that [Micros] gave.
func FromMicros(micros int64) time.Time { return time.UnixMicro(micros).UTC() }
