package mysql

import (
	"errors"

	"github.com/go-sql-driver/mysql"

	"github.com/authgen-go/authgen/runtime/internal/breaker"
)

// Numbers of errors of MySQL and MariaDB.
const (
	tooManyConnections     = 1040
	databaseAccessDenied   = 1044
	notPrepared            = 1047 // Galera: not a part of the cluster at the moment
	shutdownInProgress     = 1053
	duplicateEntry         = 1062
	tableAccessDenied      = 1142
	tooManyOfUser          = 1203
	lockWaitTimeout        = 1205
	deadlock               = 1213
	specificAccessDenied   = 1227
	recordChanged          = 1020 // MariaDB: since the transaction read it
	connectionKilled       = 1927 // MariaDB
	clientInteractionEnded = 4031 // MySQL: after wait_timeout
)

// IsUnique reports whether a statement was refused because a row with the same unique or
// primary key exists.
func IsUnique(err error) bool { return numberOf(err) == duplicateEntry }

// isDenied reports whether the user lacks a privilege.
func isDenied(err error) bool {
	switch numberOf(err) {
	case databaseAccessDenied, tableAccessDenied, specificAccessDenied:
		return true
	default:
		return false
	}
}

// again reports whether a call that met an error has not been done and may be now.
func again(err error) bool {
	switch numberOf(err) {
	case deadlock, lockWaitTimeout, recordChanged:
		return true
	default:
		return false
	}
}

// away reports whether an error means that the database could not be asked. One that
// takes no writes still answers: that is a bad connection to the driver, and none here.
func away(err error) bool {
	switch numberOf(err) {
	case 0:
		return errors.Is(err, mysql.ErrInvalidConn) || breaker.Unreached(err)
	case tooManyConnections, tooManyOfUser, shutdownInProgress, notPrepared, connectionKilled, clientInteractionEnded:
		return true
	default:
		return false
	}
}

// numberOf returns the number of an error of the server, or 0.
func numberOf(err error) uint16 {
	if e, ok := errors.AsType[*mysql.MySQLError](err); ok {
		return e.Number
	}
	return 0
}
