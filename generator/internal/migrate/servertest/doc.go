// Package servertest tries the migrations of projects on the tools that they are for, and
// on servers of each database. It is a module of its own because of the tools.
package servertest
