package postgres

import (
	"errors"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/authgen-go/authgen/runtime/internal/breaker"
)

// Codes of PostgreSQL's errors (appendix A of its manual).
const (
	uniqueViolation      = "23505"
	notInRepertoire      = "22021" // a text has NUL or is not UTF-8
	serializationFailure = "40001"
	deadlockDetected     = "40P01"
	adminShutdown        = "57P01"
	crashShutdown        = "57P02"
	cannotConnectNow     = "57P03"
	tooManyConnections   = "53300"
	connectionExceptions = "08" // a class of them, with which poolers answer too
)

// IsUnique reports whether a statement was refused because a row with the same unique or
// primary key exists.
func IsUnique(err error) bool { return codeOf(err) == uniqueViolation }

// unstorable reports whether an error says that a text cannot be in any column.
func unstorable(err error) bool { return codeOf(err) == notInRepertoire }

// again reports whether a call that met an error has not been done and may be now.
func again(err error) bool {
	code := codeOf(err)
	return code == serializationFailure || code == deadlockDetected
}

// away reports whether an error means that the database could not be asked.
func away(err error) bool {
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	switch code := codeOf(err); {
	case code == adminShutdown, code == crashShutdown, code == cannotConnectNow, code == tooManyConnections:
		return true
	case code != "":
		return code[:len(connectionExceptions)] == connectionExceptions
	default:
		return breaker.Unreached(err)
	}
}

// codeOf returns the SQLSTATE of an error, or "".
func codeOf(err error) string {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok && len(e.Code) == 5 {
		return e.Code
	}
	return ""
}
