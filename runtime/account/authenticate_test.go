package account_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"

	"github.com/authgen-go/authgen/runtime/account"
	"github.com/authgen-go/authgen/runtime/password"
)

// attempts are the ways of signing in that must look alike: each has to be
// refused, and a stranger must not learn why.
func attempts(b *bench) map[string]func() error {
	b.Helper()
	disabled, err := b.Create(b.Context(), account.NewUser[role]{Email: "off@example.com", Password: secret})
	if err != nil {
		b.Fatal(err)
	}
	if err := b.Disable(b.Context(), disabled.ID); err != nil {
		b.Fatal(err)
	}
	if _, err := b.Create(b.Context(), account.NewUser[role]{Email: "bare@example.com"}); err != nil {
		b.Fatal(err)
	}
	u := b.ada()
	login := func(email, password string) func() error {
		return func() error { _, err := b.Authenticate(b.Context(), email, password); return err }
	}
	confirm := func(id int64, password string) func() error {
		return func() error { _, err := b.Confirm(b.Context(), id, password); return err }
	}
	return map[string]func() error{
		"wrong password":                     login(ada, another),
		"empty password":                     login(ada, ""),
		"unknown user":                       login("nobody@example.com", secret),
		"no e-mail address":                  login("nobody", secret),
		"disabled user, right password":      login("off@example.com", secret),
		"disabled user, wrong password":      login("off@example.com", another),
		"user without a password":            login("bare@example.com", secret),
		"user without a password, empty one": login("bare@example.com", ""),
		"confirm, wrong password":            confirm(u.ID, another),
		"confirm, user is gone":              confirm(999, secret),
		"confirm, disabled user":             confirm(disabled.ID, secret),
	}
}

// SECURITY PWD-06.
func TestPWD06_RefusedLoginsLookAlike(t *testing.T) {
	b := newBench(t)
	var first string
	for name, attempt := range attempts(b) {
		err := attempt()
		b.is(name, err, account.ErrInvalidCredentials)
		got := answer(err)
		if first == "" {
			first = got
		}
		if got != first {
			t.Errorf("%s: answered\n%s\nothers\n%s", name, got, first)
		}
	}
	if !strings.HasPrefix(first, "401 ") || !strings.Contains(first, "urn:authgen:invalid-credentials") {
		t.Errorf("answer %s", first)
	}
}

// SECURITY PWD-07.
func TestPWD07_EveryLoginHashesOnce(t *testing.T) {
	b := newBench(t)
	all := attempts(b)
	all["right password"] = func() error { _, err := b.Authenticate(b.Context(), ada, secret); return err }
	for name, attempt := range all {
		b.forget()
		_ = attempt()
		if n := b.hasher.runs.Load(); n != 1 {
			t.Errorf("%s: %d hashes, want 1", name, n)
		}
	}
}

// The same with the hasher that applications use.
// SECURITY PWD-07.
func TestPWD07_RealHasherRunsOnce(t *testing.T) {
	real, err := password.NewHasher(password.HasherConfig{})
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t, func(cfg *account.Config[int64, role]) { cfg.Hasher = real })
	for name, attempt := range attempts(b) {
		before := real.Runs()
		b.is(name, attempt(), account.ErrInvalidCredentials)
		if n := real.Runs() - before; n != 1 {
			t.Errorf("%s: %d hashes, want 1", name, n)
		}
	}
}

func TestAuthenticateReturnsTheUser(t *testing.T) {
	b := newBench(t)
	u := b.ada()
	for _, email := range []string{ada, "ADA@Example.COM", "  ada@example.com\n"} { // PWD-11
		got, err := b.Authenticate(t.Context(), email, secret)
		if err != nil || got.ID != u.ID || got.Email != ada || got.Version != 1 || got.Roles[0] != roleUser {
			t.Errorf("%q: %+v, %v", email, got, err)
		}
	}
	if got, err := b.Confirm(t.Context(), u.ID, secret); err != nil || got.ID != u.ID {
		t.Errorf("confirm: %+v, %v", got, err)
	}
}

// SECURITY PWD-10.
func TestPWD10_LoginUpgradesTheHash(t *testing.T) {
	b := newBench(t)
	u := b.ada()
	seed := func() {
		b.store.before = nil
		r, err := b.store.ByID(t.Context(), u.ID)
		if err != nil {
			t.Fatal(err)
		}
		if err := b.store.UpgradeHash(t.Context(), u.ID, r.PasswordHash, "old:"+secret); err != nil {
			t.Fatal(err)
		}
		b.forget()
	}
	hash := func() string {
		b.store.before = nil
		r, err := b.store.ByID(t.Context(), u.ID)
		if err != nil {
			t.Fatal(err)
		}
		return r.PasswordHash
	}

	seed()
	if _, err := b.Authenticate(t.Context(), ada, another); err == nil || hash() != "old:"+secret {
		t.Errorf("a wrong password: %v, hash now %s", err, hash())
	}

	seed()
	got, err := b.Authenticate(t.Context(), ada, secret)
	if err != nil || got.Version != 1 || hash() != "new:"+secret {
		t.Errorf("version %d, %v, hash %s; want 1 and a new hash", got.Version, err, hash())
	}
	b.saw("password.upgraded success  >1001", "login success  1001>1001")

	seed()
	b.down("UpgradeHash")
	if _, err := b.Authenticate(t.Context(), ada, secret); err != nil {
		t.Errorf("with a store that cannot write: %v, want a login all the same", err)
	}
	b.saw("password.upgraded failed store-unavailable >1001", "login success  1001>1001")
	if hash() != "old:"+secret || strings.Count(b.log.String(), "outdated password hash") != 1 {
		t.Errorf("hash %s, log %s", hash(), b.log)
	}

	seed()
	b.hasher.errHash = password.ErrBusy
	if _, err := b.Authenticate(t.Context(), ada, secret); err != nil {
		t.Errorf("with a hasher too busy for a second hash: %v, want a login all the same", err)
	}
	b.saw("password.upgraded failed overloaded >1001", "login success  1001>1001")
}

// SECURITY PWD-10.
func TestPWD10_BcryptBecomesArgon2id(t *testing.T) {
	real, err := password.NewHasher(password.HasherConfig{})
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t, func(cfg *account.Config[int64, role]) { cfg.Hasher = real })
	old, err := bcrypt.GenerateFromPassword([]byte(secret), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	u, err := b.store.Create(t.Context(), record{User: user{Email: ada}, PasswordHash: string(old)})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // before and after the upgrade
		if _, err := b.Authenticate(t.Context(), ada, secret); err != nil {
			t.Fatal(err)
		}
	}
	r, err := b.store.ByID(t.Context(), u.ID)
	if err != nil || !strings.HasPrefix(r.PasswordHash, "$argon2id$") {
		t.Errorf("hash %.12s…, %v; want argon2id", r.PasswordHash, err)
	}
}

// A store that is away is no verdict on anybody (SECURITY F-06).
// SECURITY ERR-05.
func TestERR05_StoreErrorIsNoVerdict(t *testing.T) {
	b := newBench(t)
	u := b.ada()
	b.down()
	ctx := t.Context()
	for name, err := range map[string]error{
		"Authenticate":      second(b.Authenticate(ctx, ada, secret)),
		"Confirm":           second(b.Confirm(ctx, u.ID, secret)),
		"Register":          second(b.Register(ctx, "bob@example.com", secret)),
		"ChangePassword":    second(b.ChangePassword(ctx, u.ID, secret, another)),
		"ByID":              second(b.ByID(ctx, u.ID)),
		"ByEmail":           second(b.ByEmail(ctx, ada)),
		"SetRoles":          b.SetRoles(ctx, u.ID, nil),
		"Disable":           b.Disable(ctx, u.ID),
		"Enable":            b.Enable(ctx, u.ID),
		"SignOutEverywhere": b.SignOutEverywhere(ctx, u.ID),
		"Delete":            b.Delete(ctx, u.ID),
	} {
		b.is(name, err, errDown)
		if got := answer(err); !strings.HasPrefix(got, "503 ") || !strings.Contains(got, "Retry-After") || strings.Contains(got, "refused") {
			t.Errorf("%s: answered %s", name, got)
		}
	}
	for _, e := range b.audit.Events() {
		if e.Outcome != "failed" || e.Reason != "store-unavailable" {
			t.Errorf("recorded %s as %s, %s", e.Type, e.Outcome, e.Reason)
		}
	}
}

func second[T any](_ T, err error) error { return err }

// SECURITY PWD-12.
func TestPWD12_BusyHasherIsNoVerdict(t *testing.T) {
	b := newBench(t)
	u := b.ada()
	b.hasher.err = password.ErrBusy
	for name, err := range map[string]error{
		"known":    second(b.Authenticate(t.Context(), ada, secret)),
		"unknown":  second(b.Authenticate(t.Context(), "nobody@example.com", secret)),
		"confirm":  second(b.Confirm(t.Context(), u.ID, secret)),
		"change":   second(b.ChangePassword(t.Context(), u.ID, secret, another)),
		"register": second(b.Register(t.Context(), "bob@example.com", secret)),
	} {
		if got := answer(err); !errors.Is(err, password.ErrBusy) || !strings.HasPrefix(got, "503 ") {
			t.Errorf("%s: %v, answered %s", name, err, got)
		}
	}
	for _, e := range b.audit.Events() {
		if e.Outcome != "failed" || e.Reason != "overloaded" {
			t.Errorf("recorded %s as %s, %s", e.Type, e.Outcome, e.Reason)
		}
	}
}

// Concurrent logins of many users do not mix them up; run with -race.
func TestAuthenticateConcurrently(t *testing.T) {
	b := newBench(t)
	for i := range 8 {
		if _, err := b.Register(t.Context(), fmt.Sprintf("user%d@example.com", i), secret); err != nil {
			t.Fatal(err)
		}
	}
	done := make(chan error)
	for i := range 64 {
		go func() {
			email := fmt.Sprintf("user%d@example.com", i%8)
			u, err := b.Authenticate(t.Context(), email, secret)
			if err == nil && u.Email != email {
				err = fmt.Errorf("%s became %s", email, u.Email)
			}
			done <- err
		}()
	}
	for range 64 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}
