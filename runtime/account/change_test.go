package account_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/authgen-go/authgen/runtime/account"
	"github.com/authgen-go/authgen/runtime/password"
)

func TestRegister(t *testing.T) {
	b := newBench(t)
	u, err := b.Register(t.Context(), " Ada@Example.com", secret)
	if err != nil {
		t.Fatal(err)
	}
	if u.ID == 0 || u.Email != ada || u.Version != 1 || !u.HasRole(roleUser) || len(u.Roles) != 1 || !u.Active() ||
		!u.CreatedAt.Equal(start.Truncate(time.Microsecond)) {
		t.Errorf("registered %+v", u)
	}
	if at := b.store.created.CreatedAt; at != start.Truncate(time.Microsecond) {
		t.Errorf("stored with the time %v", at)
	}
	for name, c := range map[string]struct {
		email, password string
		want            error
	}{
		"taken":              {"ADA@example.com", another, account.ErrEmailTaken},
		"no address":         {"ada", secret, account.ErrInvalidEmail},
		"short":              {"bob@example.com", "short-1", password.ErrWeak},
		"none":               {"bob@example.com", "", password.ErrWeak},
		"PWD-05 the address": {"frobnicator@example.com", "frobnicator@example.com1", password.ErrWeak},
		"PWD-05 the site":    {"bob@example.com", "zyxnotes-zyxnotes", password.ErrWeak},
	} {
		_, err := b.Register(t.Context(), c.email, c.password)
		b.is(name, err, c.want)
	}
	if _, err := b.ByEmail(t.Context(), "bob@example.com"); !errors.Is(err, account.ErrNotFound) {
		t.Errorf("a refused registration left an account: %v", err)
	}
}

// What is refused costs no hash, or the cap on length would be a way to make the
// server work (SECURITY PWD-03).
func TestPWD03_RefusedPasswordsAreNotHashed(t *testing.T) {
	b := newBench(t)
	u := b.ada()
	huge := strings.Repeat("long ", 1<<18)
	begin := time.Now()
	b.is("register", second(b.Register(t.Context(), "bob@example.com", huge)), password.ErrWeak)
	b.is("change", second(b.ChangePassword(t.Context(), u.ID, secret, huge)), password.ErrWeak)
	b.is("create", second(b.Create(t.Context(), account.NewUser[role]{Email: "bob@example.com", Password: huge})), password.ErrWeak)
	b.is("no address", second(b.Register(t.Context(), "nobody", secret)), account.ErrInvalidEmail)
	if n := b.hasher.runs.Load(); n != 0 {
		t.Errorf("%d hashes, want none", n)
	}
	if d := time.Since(begin); d > time.Second {
		t.Errorf("took %v", d)
	}
}

func TestPWD11_ParallelRegistrationsMakeOneAccount(t *testing.T) {
	b := newBench(t)
	spellings := []string{ada, "ADA@EXAMPLE.COM", " ada@example.com ", "Ada@Example.Com", "ａda@example.com"}
	var wg sync.WaitGroup
	errs := make([]error, 100)
	for i := range errs {
		wg.Go(func() { _, errs[i] = b.Register(t.Context(), spellings[i%len(spellings)], secret) })
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else {
			b.is("loser", err, account.ErrEmailTaken)
		}
	}
	if won != 1 {
		t.Errorf("%d accounts, want 1", won)
	}
	for _, email := range spellings {
		if _, err := b.Authenticate(t.Context(), email, secret); err != nil {
			t.Errorf("%q: %v", email, err)
		}
		if key := account.LimitKey(email); key != ada {
			t.Errorf("%q is counted as %q", email, key)
		}
	}
}

func TestCreate(t *testing.T) {
	b := newBench(t, func(cfg *account.Config[int64, role]) { cfg.NewID = func() (int64, error) { return 77, nil } })
	given := []role{"b", "a", "b"}
	u, err := b.Create(t.Context(), account.NewUser[role]{Email: ada, Password: secret, Roles: given})
	if err != nil || u.ID != 77 || fmt.Sprint(u.Roles) != "[a b]" || fmt.Sprint(given) != "[b a b]" {
		t.Errorf("created %+v, %v; given %q", u, err, given)
	}
	for _, bad := range []role{"", "a b", "a\n", "rôle", "\x00"} {
		if _, err := b.Create(t.Context(), account.NewUser[role]{Email: "bob@example.com", Password: secret, Roles: []role{bad}}); err == nil {
			t.Errorf("role %q was taken", bad)
		}
		if err := b.SetRoles(t.Context(), u.ID, []role{bad}); err == nil {
			t.Errorf("role %q was set", bad)
		}
	}
	boom := errors.New("no entropy")
	b = newBench(t, func(cfg *account.Config[int64, role]) { cfg.NewID = func() (int64, error) { return 0, boom } })
	b.is("id", second(b.Create(t.Context(), account.NewUser[role]{Email: ada})), boom)
}

func TestSES08_ChangePasswordRaisesTheVersion(t *testing.T) {
	b := newBench(t)
	u := b.ada()
	b.is("wrong password", second(b.ChangePassword(t.Context(), u.ID, another, another)), account.ErrInvalidCredentials)
	b.is("weak password", second(b.ChangePassword(t.Context(), u.ID, secret, "short")), password.ErrWeak)
	b.is("no password", second(b.ChangePassword(t.Context(), u.ID, secret, "")), password.ErrWeak)
	b.is("PWD-05", second(b.ChangePassword(t.Context(), u.ID, secret, "ada@example.com ada")), password.ErrWeak)
	b.is("nobody", second(b.ChangePassword(t.Context(), 999, secret, another)), account.ErrInvalidCredentials)

	got, err := b.ChangePassword(t.Context(), u.ID, secret, another)
	if err != nil || got.Version != 2 || got.ID != u.ID || got.Email != ada {
		t.Fatalf("changed to %+v, %v", got, err)
	}
	b.is("the old password", second(b.Authenticate(t.Context(), ada, secret)), account.ErrInvalidCredentials)
	if got, err := b.Authenticate(t.Context(), ada, another); err != nil || got.Version != 2 {
		t.Errorf("the new password: %+v, %v", got, err)
	}

	b.store.before = func(ctx context.Context, method string) error {
		if method == "ChangePassword" { // another request is faster
			_, err := b.store.storage.ChangePassword(ctx, u.ID, "new:"+another, "new:"+secret)
			return err
		}
		return nil
	}
	b.is("changed meanwhile", second(b.ChangePassword(t.Context(), u.ID, another, secret+secret)), account.ErrInvalidCredentials)
	b.store.before = nil

	if err := b.Disable(t.Context(), u.ID); err != nil {
		t.Fatal(err)
	}
	b.is("disabled", second(b.ChangePassword(t.Context(), u.ID, secret, another)), account.ErrInvalidCredentials)
}

func TestChangePasswordHasOneWinner(t *testing.T) {
	b := newBench(t)
	u := b.ada()
	next := func(i int) string { return fmt.Sprintf("%s number %d", another, i) }
	var wg sync.WaitGroup
	errs := make([]error, 100)
	for i := range errs {
		wg.Go(func() { _, errs[i] = b.ChangePassword(t.Context(), u.ID, secret, next(i)) })
	}
	wg.Wait()
	winner := -1
	for i, err := range errs {
		if err == nil && winner >= 0 {
			t.Fatalf("%d and %d both changed it", winner, i)
		}
		if err == nil {
			winner = i
		} else {
			b.is("loser", err, account.ErrInvalidCredentials)
		}
	}
	got, err := b.Authenticate(t.Context(), ada, next(winner))
	if err != nil || got.Version != 2 {
		t.Errorf("the winner's password: %+v, %v", got, err)
	}
}

func TestSES07_Lifecycle(t *testing.T) {
	b := newBench(t)
	u := b.ada()
	ctx := t.Context()
	step := func(name string, err error, active bool, version int64) {
		t.Helper()
		got, find := b.ByID(ctx, u.ID)
		if err != nil || find != nil || got.Active() != active || got.AuthVersion() != version {
			t.Errorf("%s: active %v, version %d, %v, %v; want %v and %d", name, got.Active(), got.Version, err, find, active, version)
		}
	}
	step("sign out", b.SignOutEverywhere(ctx, u.ID), true, 2)
	step("disable", b.Disable(ctx, u.ID), false, 3)
	step("enable", b.Enable(ctx, u.ID), true, 3)
	step("roles", b.SetRoles(ctx, u.ID, []role{"z", "a", "a"}), true, 3)
	if got, _ := b.ByEmail(ctx, "ADA@example.com"); fmt.Sprint(got.Roles) != "[a z]" {
		t.Errorf("roles %q", got.Roles)
	}
	if err := b.Delete(ctx, u.ID); err != nil {
		t.Error(err)
	}
	for name, err := range map[string]error{
		"ByID": second(b.ByID(ctx, u.ID)), "ByEmail": second(b.ByEmail(ctx, ada)), "SetRoles": b.SetRoles(ctx, u.ID, nil),
		"Disable": b.Disable(ctx, u.ID), "Enable": b.Enable(ctx, u.ID), "SignOutEverywhere": b.SignOutEverywhere(ctx, u.ID),
		"Delete": b.Delete(ctx, u.ID),
	} {
		b.is(name, err, account.ErrNotFound)
	}
	b.is("ByEmail", second(b.ByEmail(ctx, "nobody")), account.ErrInvalidEmail)
}

// What ends credentials is carried through although the client has gone away.
func TestLifecycleOutlivesTheRequest(t *testing.T) {
	b := newBench(t)
	u := b.ada()
	b.store.before = func(ctx context.Context, _ string) error { return ctx.Err() }
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, err := range map[string]error{
		"SignOutEverywhere": b.SignOutEverywhere(ctx, u.ID), "Disable": b.Disable(ctx, u.ID), "Delete": b.Delete(ctx, u.ID),
	} {
		if err != nil && !errors.Is(err, account.ErrNotFound) { // the order is not fixed
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestF08_StoreThatNeverAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		u := b.ada()
		b.store.before = func(ctx context.Context, _ string) error { <-ctx.Done(); return ctx.Err() }
		for name, call := range map[string]func() error{
			"Authenticate":   func() error { return second(b.Authenticate(t.Context(), ada, secret)) },
			"Register":       func() error { return second(b.Register(t.Context(), "bob@example.com", secret)) },
			"ChangePassword": func() error { return second(b.ChangePassword(t.Context(), u.ID, secret, another)) },
			"Disable":        func() error { return b.Disable(t.Context(), u.ID) },
		} {
			begin := time.Now()
			err := call()
			if d := time.Since(begin); d != 2*time.Second || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s: %v after %v, want the deadline after 2s", name, err, d)
			}
			if got := answer(err); !strings.HasPrefix(got, "503 ") {
				t.Errorf("%s: answered %s", name, got)
			}
		}
	})
}
