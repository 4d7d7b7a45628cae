// Package servertest is for tests of what talks to real servers: it finds them, and puts
// a network before them that can fail.
package servertest

import "testing"

// Variables of the environment that name servers. The command e2e/cmd/servers sets them.
const (
	Postgres     = "AUTHGEN_TEST_POSTGRES"      // a URL whose user may create databases
	MySQL        = "AUTHGEN_TEST_MYSQL"         // a DSN of go-sql-driver whose user may create databases
	Redis        = "AUTHGEN_TEST_REDIS"         // a URL
	RedisCluster = "AUTHGEN_TEST_REDIS_CLUSTER" // a URL with the other nodes as addr=
)

// Need returns the address of a server, or ends the test if there is none: it is skipped,
// unless AUTHGEN_TEST_SERVERS says that they are required.
func Need(t testing.TB, variable string) string {
	t.Helper()
	_, address := Find(t, "one", variable)
	return address
}
