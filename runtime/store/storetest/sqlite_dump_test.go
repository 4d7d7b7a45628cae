package storetest_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/authgen-go/authgen/runtime/account"
	"github.com/authgen-go/authgen/runtime/apikey"
	"github.com/authgen-go/authgen/runtime/ratelimit"
)

// Whoever has the files of the database has no key: neither a whole one nor enough
// of one to find the rest.
func TestAPI03_ADumpHoldsNoKey(t *testing.T) {
	dir := t.TempDir()
	stores := sqliteKeyStores(t, textStores(t, "sqlite:"+dir+"/app.db"), "TEXT   ")
	s, err := apikey.New(apikey.Config[uuid.UUID, scope, user[uuid.UUID]]{
		Store: stores.Keys, Limiter: ratelimit.NewMemory(ratelimit.MemoryConfig{}), Scopes: scopes, SweepInterval: -1,
		OwnerScopes: func(user[uuid.UUID]) []scope { return scopes }, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	texts := useKeys(t, stores.Users, s)
	if err := s.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(dir + "/*")
	if err != nil || len(files) < 2 { // with the write-ahead log
		t.Fatalf("files %q, %v", files, err)
	}
	var all []byte
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, text...)
	}
	for _, key := range texts {
		hash, _ := apikey.Parse("sk_live", key)
		if !bytes.Contains(all, hash[:]) || !bytes.Contains(all, []byte(key[len(key)-4:])) {
			t.Error("the hash or the last four characters of a key are missing: these are not the files")
		}
		for i := 8; i+8 <= len(key); i++ {
			if bytes.Contains(all, []byte(key[i:i+8])) {
				t.Fatalf("%q of a key is in the files", key[i:i+8])
			}
		}
	}
}

// useKeys makes, uses, rotates and revokes keys, and returns them.
func useKeys(t *testing.T, users account.Storage[uuid.UUID, role], s *keyService) []string {
	t.Helper()
	u, err := users.Create(t.Context(), account.Record[uuid.UUID, role]{User: user[uuid.UUID]{ID: uuid.New(), Email: "ada@example.com"}})
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, name := range []string{"first", "second"} {
		k, key, err := s.Create(t.Context(), u.ID, u, apikey.NewKey[scope]{Name: name, Scopes: scopes, ExpiresIn: time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		_, next, err := s.Rotate(t.Context(), u.ID, k.ID, nil)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, key, next)
	}
	for _, key := range texts {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.Header.Set("X-API-Key", key)
		if _, _, err := s.Authenticate(r, http.Header{}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.RevokeLeaked(t.Context(), texts[0]); err != nil {
		t.Fatal(err)
	}
	return texts
}
