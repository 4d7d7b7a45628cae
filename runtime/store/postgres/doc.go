// Package postgres opens PostgreSQL databases the way the generated stores need them, and
// is the layer between the two. The driver is github.com/jackc/pgx/v5.
//
// # Outages
//
// What a [DB] runs goes through a breaker. When the database could not be reached a few
// times in a row, calls fail at once, and one at a time finds out whether it is back. At
// most as many calls are made at a time as the pool has connections; who gets no turn
// within half a second is refused (SECURITY F-01, F-08, F-09). What was refused
// for the sake of another transaction, as a serialisation failure or a deadlock, is done
// again up to three times (SECURITY F-16). Nothing is repeated that may have been done.
// Errors of all that mean that the database could not tell.
//
// # Several servers
//
// All questions go to the primary, as a replica may not know yet what has been revoked
// (SECURITY F-17): connections that [Open] makes are not to a standby, and a URL
// may name several hosts for that, of which one is the primary at a time.
//
// # PgBouncer
//
// A pooler that gives a connection to one transaction at a time does not keep prepared
// statements, unless it is one that does so by itself (PgBouncer 1.21, max_prepared_statements).
// For those add default_query_exec_mode=exec or default_query_exec_mode=cache_describe to
// the URL, by which pgx prepares none. simple_protocol is no choice: with it a text with a NUL
// is an error wherever it comes up.
package postgres
