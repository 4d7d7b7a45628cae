package memory_test

import (
	"testing"

	"github.com/authgen-go/authgen/bench/internal/measure"
	"github.com/authgen-go/authgen/bench/memory/internal/auth/authtest"
)

// BenchmarkGuard is one request through the guard, with sessions in memory and
// users in SQLite, beside a handler without one.
func BenchmarkGuard(b *testing.B) {
	kit := authtest.New(b)
	cookie := kit.SignIn(kit.User())
	measure.Handler(b, "bare", measure.Nothing(), nil)
	measure.Handler(b, "session", kit.Auth.Require()(measure.Nothing()), cookie)
}
