package tokens_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/authgen-go/authgen/bench/internal/measure"
	"github.com/authgen-go/authgen/bench/tokens/internal/auth"
	"github.com/authgen-go/authgen/bench/tokens/internal/auth/authtest"
)

// BenchmarkGuard is one request with an access token that was seen before and whose
// user was asked for no longer than 30 seconds ago, beside the select that a service
// with max_staleness 0s cannot do without.
func BenchmarkGuard(b *testing.B) {
	kit := authtest.New(b, func(cfg *auth.Config) error {
		cfg.Now = time.Now
		return nil
	})
	user := kit.User()
	access := []string{"Bearer " + kit.Token(user)}
	guarded := kit.Auth.Require(auth.ScopeReportsRead)(measure.Nothing())
	measure.Handler(b, "bare", measure.Nothing(), nil)
	measure.Handler(b, "context", measure.Context(), nil)
	measure.Handler(b, "token and scope", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header["Authorization"] = access
		guarded.ServeHTTP(w, r)
	}), nil)
	measure.Handler(b, "token and scope, asked each time", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		kit.Auth.Tokens.Forget(user.ID)
		r.Header["Authorization"] = access
		guarded.ServeHTTP(w, r)
	}), nil)
}
