// Package migrate turns the difference between two schemas into the next
// migration. It is pure: the schema the emitted migrations add up to comes from
// authgen.lock, the wanted one from the spec, the time from the caller, and what
// leaves are the contents of files.
//
// A [Dialect] knows the SQL of one database, a [Format] the file layout of one
// migration tool; each is a row of a table, and neither knows the other.
package migrate
