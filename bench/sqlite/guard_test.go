package sqlite_test

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/authgen-go/authgen/bench/internal/measure"
	"github.com/authgen-go/authgen/bench/sqlite/internal/auth"
	"github.com/authgen-go/authgen/bench/sqlite/internal/auth/authtest"
)

// BenchmarkGuard is one request through the guard, beside a handler without one
// and the bare query for the session.
func BenchmarkGuard(b *testing.B) {
	kit := authtest.New(b, wallClock)
	cookie := kit.SignIn(kit.User())
	measure.Handler(b, "bare", measure.Nothing(), nil)
	measure.Handler(b, "context", measure.Context(), nil)
	measure.Handler(b, "no credential", kit.Auth.Optional()(measure.Nothing()), nil)
	query(b, kit.DB)
	measure.Handler(b, "session", kit.Auth.Require()(measure.Nothing()), cookie)
	measure.Handler(b, "session and scope", kit.Auth.Require(auth.ScopeReportsRead)(measure.Nothing()), cookie)
	_, key := kit.APIKey(kit.User(), auth.ScopeReportsRead)
	measure.Handler(b, "key and scope", measure.WithKey(key, kit.Auth.Require(auth.ScopeReportsRead)(measure.Nothing())), nil)
}

// query is the least that a guard on a database has to do: the query for the
// session and its user, or for two columns of the session alone.
func query(b *testing.B, db *sql.DB) {
	ctx := context.Background()
	var hash []byte
	if err := db.QueryRowContext(ctx, "SELECT token_hash FROM auth_sessions").Scan(&hash); err != nil {
		b.Fatal(err)
	}
	columns := map[string]int{
		"SELECT user_id, expires_at FROM auth_sessions WHERE token_hash = ?": 2,
		`SELECT s.id, s.user_id, s.user_version, s.created_at, s.authenticated_at, s.last_seen_at, s.expires_at, s.user_agent, s.addr,
			u.email, u.roles, u.auth_version, u.disabled_at IS NOT NULL, u.created_at
		FROM auth_sessions s
		JOIN users u ON u.id = s.user_id
		WHERE s.token_hash = ?`: 14,
	}
	for text, n := range columns {
		find, err := db.PrepareContext(ctx, text)
		if err != nil {
			b.Fatal(err)
		}
		defer find.Close()
		measure.Handler(b, fmt.Sprintf("bare select of %d columns", n), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			row := make([]any, n)
			for i := range row {
				row[i] = new(sql.RawBytes)
			}
			rows, err := find.QueryContext(r.Context(), hash)
			if err != nil || !rows.Next() || rows.Scan(row...) != nil || rows.Close() != nil {
				w.WriteHeader(http.StatusInternalServerError)
				return
			}
			w.WriteHeader(http.StatusNoContent)
		}), nil)
	}
}

// wallClock lets the limit of a key refill.
func wallClock(cfg *auth.Config) error {
	cfg.Now = time.Now
	return nil
}
