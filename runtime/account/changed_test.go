package account_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/authgen-go/authgen/runtime/account"
)

// Whoever keeps what it read of users learns of every change of theirs, also of one that
// may have failed half way, and of nothing else.
func TestChangedIsTold(t *testing.T) {
	var told []int64
	b := newBench(t, func(c *account.Config[int64, role]) { c.Changed = func(id int64) { told = append(told, id) } })
	u := b.ada()
	if _, err := b.Authenticate(t.Context(), ada, secret); err != nil {
		t.Fatal(err)
	}
	if len(told) != 0 {
		t.Fatalf("a login changed %v", told)
	}
	away := errors.New("connection lost")
	for _, change := range []struct {
		name string
		make func() error
	}{
		{"password", func() error { return second(b.ChangePassword(t.Context(), u.ID, secret, another)) }},
		{"roles", func() error { return b.SetRoles(t.Context(), u.ID, []role{roleUser}) }},
		{"disable", func() error { return b.Disable(t.Context(), u.ID) }},
		{"enable", func() error { return b.Enable(t.Context(), u.ID) }},
		{"sign out", func() error { return b.SignOutEverywhere(t.Context(), u.ID) }},
		{"delete, unsure", func() error {
			b.store.before = func(context.Context, string) error { return away }
			defer func() { b.store.before = nil }()
			if err := b.Delete(t.Context(), u.ID); !errors.Is(err, away) {
				return errors.New("the storage was not away")
			}
			return nil
		}},
		{"delete", func() error { return b.Delete(t.Context(), u.ID) }},
	} {
		told = nil
		if err := change.make(); err != nil {
			t.Fatalf("%s: %v", change.name, err)
		}
		if !slices.Equal(told, []int64{u.ID}) {
			t.Errorf("%s: told of %v, want %d", change.name, told, u.ID)
		}
	}
}
