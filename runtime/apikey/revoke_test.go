package apikey_test

import (
	"context"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/apikey"
)

// What ends a key here ends it here at once, kept or not.
func TestAPI07_WhatEndsAKey(t *testing.T) {
	for name, end := range map[string]func(b *bench, k row, key string) error{
		"Revoke":       func(b *bench, k row, _ string) error { return b.Revoke(b.Context(), b.ada.ID, k.ID) },
		"RevokeAll":    func(b *bench, _ row, _ string) error { return b.RevokeAll(b.Context(), b.ada.ID) },
		"Leaked":       func(b *bench, _ row, key string) error { return b.Leaked(nil, b.request(), key) },
		"RevokeLeaked": func(b *bench, _ row, key string) error { return b.RevokeLeaked(b.Context(), key) },
		"Rotate": func(b *bench, k row, _ string) error {
			_, _, err := b.Rotate(b.Context(), b.ada.ID, k.ID, hours(0))
			return err
		},
	} {
		for kept, staleness := range map[string]time.Duration{"asked": 0, "kept": 5 * time.Minute} {
			t.Run(name+" "+kept, func(t *testing.T) {
				b := newBench(t, func(c *config) { c.MaxStaleness = staleness })
				k, key := b.issue(b.ada)
				_, bystander := b.issue(b.user("bob@example.com", "member"))
				b.must(b.check(key))
				b.must(b.check(bystander))
				b.store.down() // F-06: not confirmed is not done
				b.is("store down", end(b, k, key), errDown)
				b.store.up()
				b.must(b.check(key))
				b.must(end(b, k, key))
				b.is("afterwards", b.check(key), apikey.ErrInvalidKey)
				b.must(b.check(bystander))
				if list, err := b.List(t.Context(), b.ada.ID); err != nil || len(list) > 1 || len(list) == 1 && list[0].ID == k.ID {
					t.Errorf("listed %+v, %v", list, err)
				}
			})
		}
	}
}

// Ending a key goes on when the client has gone away.
func TestRevocationOutlivesTheRequest(t *testing.T) {
	b := newBench(t)
	k, key := b.issue(b.ada)
	b.store.hook(func(ctx context.Context, _ string) error { return ctx.Err() })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	b.must(b.Revoke(ctx, b.ada.ID, k.ID))
	b.must(b.RevokeAll(ctx, b.ada.ID))
	b.must(b.RevokeLeaked(ctx, key))
}

func TestAPI04_ForeignKeysDoNotExist(t *testing.T) {
	b := newBench(t)
	k, key := b.issue(b.ada)
	bob := b.user("bob@example.com", "admin")
	b.audit.Reset()
	b.is("Revoke", b.Revoke(t.Context(), bob.ID, k.ID), apikey.ErrNoSuchKey)
	b.saw("api_key.revoked denied not-found 1002>" + k.ID)
	b.must(b.RevokeAll(t.Context(), bob.ID))
	b.saw("api_keys.revoked success all 1002>1002")
	b.must(b.check(key))
	b.store.forget()
	b.is("no id", b.Revoke(t.Context(), b.ada.ID, "../"+k.ID), apikey.ErrNoSuchKey)
	if calls := b.store.calls(); len(calls) != 0 {
		t.Errorf("the store was asked %v", calls)
	}
	b.saw() // what cannot be an id is not recorded
	b.must(b.Revoke(t.Context(), b.ada.ID, k.ID))
	b.saw("api_key.revoked success  1001>" + k.ID)
	b.is("again", b.Revoke(t.Context(), b.ada.ID, k.ID), apikey.ErrNoSuchKey)
}

// Reports are answered alike, whatever was reported, and recorded.
func TestLeaked(t *testing.T) {
	b := newBench(t)
	k, key := b.issue(b.ada)
	b.audit.Reset()
	b.store.forget()
	for _, text := range []string{"", "nonsense", swap(key)} {
		b.must(b.Leaked(nil, b.request(), text))
	}
	if calls := b.store.calls(); len(calls) != 0 {
		t.Errorf("the store was asked %v", calls)
	}
	b.must(b.Leaked(nil, b.request(), forged()))
	b.must(b.check(key))
	b.must(b.Leaked(nil, b.request(), key))
	b.must(b.Leaked(nil, b.request(), key))
	b.saw(
		"api_key.leaked denied malformed >", "api_key.leaked denied malformed >", "api_key.leaked denied malformed >",
		"api_key.leaked denied unknown >",
		"api_key.leaked success  >"+k.ID,
		"api_key.leaked denied unknown >",
	)
	b.is("afterwards", b.check(key), apikey.ErrInvalidKey)
}
