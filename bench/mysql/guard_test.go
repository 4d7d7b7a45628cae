package mysql_test

import (
	"testing"

	"github.com/authgen-go/authgen/bench/internal/measure"
	"github.com/authgen-go/authgen/bench/mysql/internal/auth/authtest"
)

// BenchmarkGuard is one request through the guard, with everything in MariaDB, beside a
// handler without one. What a limit costs is what a policy that has one costs more.
func BenchmarkGuard(b *testing.B) {
	kit := authtest.New(b)
	cookie := kit.SignIn(kit.User())
	measure.Handler(b, "bare", measure.Nothing(), nil)
	measure.Handler(b, "session", kit.Auth.Require()(measure.Nothing()), cookie)
	measure.Handler(b, "session and limit", kit.Auth.Counted(measure.Nothing()), cookie)
}
