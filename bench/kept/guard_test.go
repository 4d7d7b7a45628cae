package kept_test

import (
	"testing"
	"time"

	"github.com/authgen-go/authgen/bench/internal/measure"
	"github.com/authgen-go/authgen/bench/kept/internal/auth"
	"github.com/authgen-go/authgen/bench/kept/internal/auth/authtest"
)

// BenchmarkGuard is one request with an API key whose record is kept for 30
// seconds, beside a handler without a guard.
func BenchmarkGuard(b *testing.B) {
	kit := authtest.New(b, wallClock)
	_, key := kit.APIKey(kit.User(), auth.ScopeReportsRead)
	measure.Handler(b, "bare", measure.Nothing(), nil)
	measure.Handler(b, "context", measure.Context(), nil)
	measure.Handler(b, "key and scope", measure.WithKey(key, kit.Auth.Require(auth.ScopeReportsRead)(measure.Nothing())), nil)
}

// wallClock lets the limit of a key refill.
func wallClock(cfg *auth.Config) error {
	cfg.Now = time.Now
	return nil
}
