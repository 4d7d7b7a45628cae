package redis_test

import (
	"testing"

	"github.com/authgen-go/authgen/bench/internal/measure"
	"github.com/authgen-go/authgen/bench/redis/internal/auth"
	"github.com/authgen-go/authgen/bench/redis/internal/auth/authtest"
)

// BenchmarkGuard is one request through the guard, with sessions and limits in Redis and
// users in SQLite, beside a handler without one.
func BenchmarkGuard(b *testing.B) {
	kit := authtest.New(b)
	cookie := kit.SignIn(kit.User())
	measure.Handler(b, "bare", measure.Nothing(), nil)
	measure.Handler(b, "session", kit.Auth.Require()(measure.Nothing()), cookie)
	measure.Handler(b, "session and limit", kit.Auth.Counted(measure.Nothing()), cookie)
	_, key := kit.APIKey(kit.User(), auth.ScopeReportsRead)
	measure.Handler(b, "key and scope", measure.WithKey(key, kit.Auth.Require(auth.ScopeReportsRead)(measure.Nothing())), nil)
}
