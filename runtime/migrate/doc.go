// Package migrate brings a database up to the migrations that a program embeds.
//
// Several processes may call it at once: one applies, the others wait and find it
// done. A database that is ahead of the program, or that holds half of a migration,
// is refused with a [*MismatchError], and nothing is done to it.
package migrate
