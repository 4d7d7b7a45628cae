// Package metrics tells OpenTelemetry what a service counts and how long its stores take.
//
//	authgen.authentication.attempts    counter, {attempt}   authgen.strategy, authgen.outcome
//	authgen.deprecated.uses            counter, {use}       authgen.strategy
//	authgen.rate_limit.hits            counter, {hit}       authgen.rate_limit.name
//	authgen.audit.events               counter, {event}     authgen.event.name, authgen.outcome, authgen.strategy
//	authgen.audit.lost_events          counter, {event}
//	authgen.store.operation.duration   histogram, s         db.system.name, db.operation.name, db.collection.name, error.type
//
// Names and units follow OpenTelemetry's conventions; db. and error. are attributes of its
// own. No value of an attribute comes from a request: strategies, limits, events, tables
// and statements are those of the program, so that there are few time series and none of
// them names a person or holds a secret (SECURITY LOG-02).
//
// Attempts are requests that carried a credential of a strategy, by what came of it:
// accepted, refused or unavailable, where it could not be checked. A deprecated use is an
// accepted one since the strategy is deprecated. A hit of a limit is a request that was
// refused for it. What is counted costs a request nothing: the counters are those of the
// service, read when metrics are collected, and events are counted in the background. A
// duration is measured around each call of a database or of Redis, and has in it the wait
// for a turn and for a connection and what was tried again; statements of a transaction are
// one operation. Stores in memory are not measured.
package metrics
