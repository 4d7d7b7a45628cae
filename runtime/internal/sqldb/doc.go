// Package sqldb is what the layers over database/sql have in common: statements that
// are prepared once, transactions that are whole or nothing, and one place through
// which every call goes.
package sqldb
