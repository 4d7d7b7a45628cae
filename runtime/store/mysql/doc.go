// Package mysql opens databases of MySQL and MariaDB the way the generated stores need
// them, and is the layer between the two. The driver is github.com/go-sql-driver/mysql.
//
// # Outages
//
// What a [DB] runs goes through a breaker. When the database could not be reached a few
// times in a row, calls fail at once, and one at a time finds out whether it is back. At
// most as many calls are made at a time as the pool has connections; who gets no turn
// within half a second is refused (SECURITY F-01, F-08, F-09). What was refused
// for the sake of another transaction, by a deadlock or a wait for its locks, is done
// again up to three times (SECURITY F-16). Nothing is repeated that may have been done.
// Errors of all that mean that the database could not tell.
//
// # Several servers
//
// All questions go to the primary, as a replica may not know yet what has been revoked
// (SECURITY F-17): [Check] refuses a server that is read-only, and a connection of [Open]
// that is refused a write for that reason is not used again.
//
// # Texts
//
// Collations that both servers have take a text for equal to one with more spaces at its
// end. What a [DB] and a [Key] make of that is said there.
package mysql
