package sqlite_test

import (
	"context"
	"database/sql"
	"net/http"
	"testing"

	"github.com/authgen-go/authgen/bench/internal/measure"
	"github.com/authgen-go/authgen/bench/sqlite/internal/auth"
	"github.com/authgen-go/authgen/bench/sqlite/internal/auth/authtest"
)

// BenchmarkGuard is one request through the guard, beside a handler without one
// and the bare query for the session.
func BenchmarkGuard(b *testing.B) {
	kit := authtest.New(b)
	cookie := kit.SignIn(kit.User())
	measure.Handler(b, "bare", measure.Nothing(), nil)
	measure.Handler(b, "context", measure.Context(), nil)
	measure.Handler(b, "no credential", kit.Auth.Optional()(measure.Nothing()), nil)
	query(b, kit.DB)
	measure.Handler(b, "session", kit.Auth.Require()(measure.Nothing()), cookie)
	measure.Handler(b, "session and scope", kit.Auth.Require(auth.ScopeReportsRead)(measure.Nothing()), cookie)
}

// query is the least that a guard on a database has to do: find one row of one
// table by a unique key.
func query(b *testing.B, db *sql.DB) {
	ctx := context.Background()
	var hash []byte
	if err := db.QueryRowContext(ctx, "SELECT token_hash FROM auth_sessions").Scan(&hash); err != nil {
		b.Fatal(err)
	}
	find, err := db.PrepareContext(ctx, "SELECT user_id, expires_at FROM auth_sessions WHERE token_hash = ?")
	if err != nil {
		b.Fatal(err)
	}
	defer find.Close()
	measure.Handler(b, "bare select", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var user string
		var expires int64
		if err := find.QueryRowContext(r.Context(), hash).Scan(&user, &expires); err != nil {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}), nil)
}
