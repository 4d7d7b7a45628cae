package identity_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/authgen-go/authgen/runtime/account"
	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/audit/audittest"
	"github.com/authgen-go/authgen/runtime/identity"
)

// A listening storage notes what it is told of changes.
type listening struct {
	identity.Storage[int64, role]
	told []string
}

func (s *listening) note(ctx context.Context, method string) {
	s.told = append(s.told, fmt.Sprint(method, audittest.Told(ctx)))
}

func (s *listening) Create(ctx context.Context, r account.Record[int64, role], i identity.Identity[int64]) (user, error) {
	s.note(ctx, "Create")
	return s.Storage.Create(ctx, r, i)
}

func (s *listening) Link(ctx context.Context, i identity.Identity[int64]) error {
	s.note(ctx, "Link")
	return s.Storage.Link(ctx, i)
}

func (s *listening) LinkVerified(ctx context.Context, i identity.Identity[int64]) (user, error) {
	s.note(ctx, "LinkVerified")
	return s.Storage.LinkVerified(ctx, i)
}

func (s *listening) Unlink(ctx context.Context, user int64, provider string) error {
	s.note(ctx, "Unlink")
	return s.Storage.Unlink(ctx, user, provider)
}

// Whatever links an account is told to the storage with its event. The login that comes of
// it waits for its session, where somebody waits for that.
// SECURITY LOG-04.
func TestLOG04_TheStorageIsToldOfChanges(t *testing.T) {
	var s *listening
	b := newBench(t, func(c *config) {
		s = &listening{Storage: c.Store}
		c.Store, c.LinkByEmail = s, true
	})
	ctx, hold := audit.WithHold(t.Context())
	ada, err := b.SignIn(ctx, login("acme", "1", "ada@example.com"))
	if err != nil {
		t.Fatal(err)
	}
	b.saw("user.registered success 1001>1001")
	hold.Release(ctx, "", "")
	b.saw("login success 1001>1001")
	if _, err := b.SignIn(t.Context(), login("other", "2", "ada@example.com")); err != nil {
		t.Fatal(err)
	}
	b.saw("identity.linked success verified-email 1001>other", "login success 1001>1001")
	if err := b.Link(t.Context(), ada.ID, login("third", "3", "")); err != nil {
		t.Fatal(err)
	}
	if err := b.Unlink(t.Context(), ada.ID, "acme"); err != nil {
		t.Fatal(err)
	}
	want := []string{"LinkVerified[identity.linked]", "Create[user.registered]", "LinkVerified[identity.linked]", "Link[identity.linked]", "Unlink[identity.unlinked]"}
	if !slices.Equal(s.told, want) {
		t.Errorf("told %q, want %q", s.told, want)
	}
}
