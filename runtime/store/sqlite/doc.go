// Package sqlite opens SQLite databases the way the generated stores need them,
// and holds the little that all of them share. The driver is pure Go.
//
// The settings are not taste. Foreign keys end a user's sessions with the user;
// write-ahead logging lets reads go on during a write; the busy timeout and
// immediate transactions turn "database is locked" into a short wait.
package sqlite
