// Package audit records security-relevant events (SECURITY LOG-01 to LOG-04).
//
// Whoever decides something hands an [Event] to a [Recorder], which costs the
// request nothing. A server's Recorder is a [Queue] in front of one or more sinks;
// [NewLogSink] writes to a slog.Logger, a [Table] to a database. What a client sent
// cannot forge or break a record, and an event that is lost is counted and alarmed.
//
// Whoever changes something does it by [Do], so that a database that keeps events too
// keeps the change and its events in one transaction, or neither. What leads to a change,
// as a password does that is proved, is foretold ([Foretell]).
//
//	recorder := audit.NewQueue(audit.QueueConfig{}, audit.NewLogSink(logger))
//	defer recorder.Close(ctx)
package audit
