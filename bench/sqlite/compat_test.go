package sqlite_test

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/store/sqlite"

	"github.com/authgen-go/authgen/bench/sqlite/internal/auth"
	"github.com/authgen-go/authgen/bench/sqlite/internal/auth/authtest"
)

var record = flag.String("record", "", "write the database of this release into testdata/`NAME`.sql")

// secrets are what the people of a recorded database hold. They are of no use
// anywhere else.
type secrets struct {
	Email    string `json:"email"`
	Password string `json:"password"`
	Cookie   string `json:"cookie"`
	Key      string `json:"key"`
}

// TestAPI08_WhatEarlierReleasesMadeStillVerifies opens the database of every
// release that was recorded, brings it up to date, and signs in with what people
// got then. Record one with: go test ./sqlite -run API08 -record v1.
//
// SECURITY API-08, STO-04.
func TestAPI08_WhatEarlierReleasesMadeStillVerifies(t *testing.T) {
	if *record != "" {
		writeRelease(t, filepath.Join("testdata", *record+".sql"))
	}
	files, err := filepath.Glob("testdata/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recorded databases: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) { verifyRelease(t, file) })
	}
}

func verifyRelease(t *testing.T, file string) {
	db, held := loadRelease(t, file)
	kit := authtest.New(t, func(cfg *auth.Config) error {
		cfg.DB = db
		return nil
	})
	mux := http.NewServeMux()
	kit.Auth.Mount(mux)
	mux.Handle("/guarded", kit.Auth.Require(auth.ScopeReportsRead)(http.NotFoundHandler()))
	for name, change := range map[string]func(*http.Request){
		"cookie": func(r *http.Request) { r.AddCookie(&http.Cookie{Name: "__Host-session", Value: held.Cookie}) },
		"key":    func(r *http.Request) { r.Header.Set("X-API-Key", held.Key) },
	} {
		r := httptest.NewRequest("GET", authtest.BaseURL+"/guarded", nil)
		change(r)
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		if w.Code != http.StatusNotFound { // the handler's, behind the guard
			t.Errorf("with the %s: %d %s", name, w.Code, w.Body)
		}
	}
	if _, err := kit.Auth.Users.Authenticate(t.Context(), held.Email, held.Password); err != nil {
		t.Errorf("with the password: %v", err)
	}
}

// loadRelease returns a recorded database, brought up to date.
func loadRelease(t *testing.T, file string) (*sql.DB, secrets) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	first, statements, _ := strings.Cut(string(text), "\n")
	var held secrets
	if err := json.Unmarshal([]byte(strings.TrimPrefix(first, "-- ")), &held); err != nil {
		t.Fatal(err)
	}
	db, err := sqlite.Open("sqlite:" + filepath.Join(t.TempDir(), "release.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if _, err := db.ExecContext(t.Context(), statements); err != nil {
		t.Fatal(err)
	}
	if err := auth.Migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	return db, held
}

// writeRelease records the database that this release makes.
func writeRelease(t *testing.T, file string) {
	t.Helper()
	kit := authtest.New(t)
	user := kit.User(auth.RoleMember)
	held := secrets{Email: user.Email, Password: authtest.Password, Cookie: kit.SignIn(user).Value}
	_, held.Key = kit.APIKey(user, auth.ScopeReportsRead)

	out, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriter(out)
	first, err := json.Marshal(held)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(w, "-- %s\n", first)
	dump(t, kit.DB, w)
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
}

// dump writes the statements that make the tables of db and their rows again.
func dump(t *testing.T, db *sql.DB, w *bufio.Writer) {
	t.Helper()
	for _, query := range []string{
		"SELECT sql || ';' FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid",
		inserts("goose_db_version", "id", "version_id", "is_applied", "tstamp"),
		inserts("users", "id", "email", "password_hash", "roles", "auth_version", "disabled_at", "created_at", "updated_at"),
		inserts("auth_sessions", "id", "token_hash", "user_id", "user_version", "created_at", "authenticated_at", "last_seen_at", "expires_at", "user_agent", "addr"),
		inserts("auth_api_keys", "id", "key_hash", "owner_id", "name", "scopes", "last4", "created_at", "expires_at", "rotated_at", "last_used_at", "last_used_addr"),
		"SELECT sql || ';' FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name",
	} {
		lines(t, db, w, query)
	}
}

// inserts is a query whose rows are INSERT statements.
func inserts(table string, columns ...string) string {
	quoted := make([]string, len(columns))
	for i, c := range columns {
		quoted[i] = "quote(" + c + ")"
	}
	return "SELECT 'INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES (' || " +
		strings.Join(quoted, " || ', ' || ") + " || ');' FROM " + table
}

func lines(t *testing.T, db *sql.DB, w *bufio.Writer, query string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(w, line)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}
