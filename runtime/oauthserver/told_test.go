package oauthserver_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/authgen-go/authgen/runtime/audit/audittest"
	"github.com/authgen-go/authgen/runtime/oauthserver"
)

// Whatever changes a client is told to the storage with its event, and nothing else is.
// SECURITY LOG-04.
func TestLOG04_TheStorageIsToldOfChanges(t *testing.T) {
	b := newBench(t)
	var told []string
	b.store.hook(func(ctx context.Context, method string) error {
		told = append(told, fmt.Sprint(method, audittest.Told(ctx)))
		return nil
	})
	ctx := t.Context()
	c, _, err := b.Create(ctx, oauthserver.NewClient{Name: "x", Scopes: []string{reads}})
	b.must(err)
	_, err = b.Rotate(ctx, c.ID, nil)
	b.must(err)
	b.must(b.SetScopes(ctx, c.ID, nil))
	b.must(b.Disable(ctx, c.ID))
	b.must(b.Enable(ctx, c.ID))
	_, err = b.List(ctx)
	b.must(err)
	want := []string{"Create[client.created]", "Rotate[client.rotated]", "SetScopes[client.scopes_changed]", "SetDisabled[client.disabled]",
		"SetDisabled[client.enabled]", "List[]"}
	if !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
}
