package account_test

import (
	"testing"

	"github.com/authgen-go/authgen/runtime/account"
	"github.com/authgen-go/authgen/runtime/password"
)

// Accounts come from another application with the hashes that it made.
func TestCreateWithAHash(t *testing.T) {
	const (
		argon = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$RdescudvJCsgt3ub+b/dWRWJTmaaJObG+dWRWJTmaaA"
		crypt = "$2b$10$EixZaYVK1fsbw1ZfbX3OXePaWxn96p36WQoeG6Lruj3vjPGga31lW"
	)
	b := newBench(t)
	for email, hash := range map[string]string{"ada@example.com": argon, "bob@example.com": crypt} {
		u, err := b.Create(t.Context(), account.NewUser[role]{Email: email, PasswordHash: hash, Roles: []role{roleUser}})
		if err != nil || u.Email != email || b.store.created.PasswordHash != hash {
			t.Errorf("created %+v with %q, %v", u, b.store.created.PasswordHash, err)
		}
	}
	if n := b.hasher.runs.Load(); n != 0 {
		t.Errorf("%d hashes were computed", n)
	}
	for _, bad := range []string{"secret", "$2x$" + crypt[4:], argon[1:], argon + " ", "$1$salt$hash"} {
		b.is(bad, second(b.Create(t.Context(), account.NewUser[role]{Email: "eve@example.com", PasswordHash: bad})), password.ErrUnreadable)
	}
	if err := second(b.Create(t.Context(), account.NewUser[role]{Email: "eve@example.com", Password: secret, PasswordHash: argon})); err == nil {
		t.Error("a password and a hash were taken together")
	}
}
