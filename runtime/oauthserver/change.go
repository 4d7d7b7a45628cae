package oauthserver

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/authn"
)

// List returns all clients, the newest first.
func (c *Clients) List(ctx context.Context) ([]Client, error) {
	var list []Client
	err := c.ask(ctx, func(ctx context.Context) (err error) {
		list, err = c.cfg.Store.List(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list OAuth clients: %w", err)
	}
	return list, nil
}

// Rotate replaces the secret of the client that is named id by a new one, which is
// returned this once. Both work until the old one ends: after overlap or, if that is
// nil, after ClientsConfig.Overlap, than which it cannot be longer. An overlap of zero
// ends it at once. A secret that was replaced before and lives on ends in any case:
// there are never more than two.
//
// Access tokens that were given for the old secret live on; to end them as well is what
// Disable is for. The error is [ErrInvalidOverlap]; [ErrNoSuchClient], also for a client
// that signs assertions, see [Clients.SetKeys]; [authn.ErrStrategyRetired] from
// ClientsConfig.Sunset on; [audit.ErrUnrecorded] together with the secret, which holds; or
// any other if it could not be done.
func (c *Clients) Rotate(ctx context.Context, id string, overlap *time.Duration) (string, error) {
	e := c.about(ClientRotated, id)
	secret, err := c.rotate(ctx, e, id, overlap)
	return secret, c.concludeFailure(ctx, e, err)
}

func (c *Clients) rotate(ctx context.Context, e audit.Event, id string, overlap *time.Duration) (string, error) {
	if err := authn.CheckSunset(c.cfg.Sunset, c.cfg.Now()); err != nil {
		return "", err
	}
	rest := c.cfg.Overlap
	if overlap != nil {
		rest = *overlap
	}
	if rest < 0 || rest > c.cfg.Overlap {
		return "", ErrInvalidOverlap
	}
	var until time.Time
	if rest > 0 {
		until = canonical(c.now().Add(rest))
	}
	secret, hash := newSecret()
	err := c.change(ctx, e, id, func(ctx context.Context) error { return c.cfg.Store.Rotate(ctx, id, hash, until) })
	if err != nil && !errors.Is(err, audit.ErrUnrecorded) {
		return "", err
	}
	return secret, err
}

// Disable ends a client, at once: it gets no more tokens, and none that it has counts.
// The error is [ErrNoSuchClient], or another if it could not be done.
func (c *Clients) Disable(ctx context.Context, id string) error {
	return c.setDisabled(ctx, ClientDisabled, id, true)
}

// Enable lets a client go on, with the secret or the keys that it has. Access tokens of
// before that have not expired count again.
func (c *Clients) Enable(ctx context.Context, id string) error {
	return c.setDisabled(ctx, ClientEnabled, id, false)
}

func (c *Clients) setDisabled(ctx context.Context, what audit.Type, id string, disabled bool) error {
	e := c.about(what, id)
	err := c.change(ctx, e, id, func(ctx context.Context) error { return c.cfg.Store.SetDisabled(ctx, id, disabled) })
	return c.concludeFailure(ctx, e, err)
}

// SetScopes replaces what a client may do. Scopes that it loses do not count any more in
// the tokens that it has; those that it gains are in the next one only. The error is
// [ErrUnknownScope], [ErrNoSuchClient], or another if it could not be done.
func (c *Clients) SetScopes(ctx context.Context, id string, scopes []string) error {
	e := c.about(ClientScopesChanged, id)
	clean, err := c.cleanScopes(scopes)
	if err == nil {
		err = c.change(ctx, e, id, func(ctx context.Context) error { return c.cfg.Store.SetScopes(ctx, id, clean) })
	}
	return c.concludeFailure(ctx, e, err)
}

// SetKeys replaces the public keys of a client that signs assertions, as those of
// [NewClient] are given. To change them without a pause, first set the old and the new,
// then the new alone. The error is [ErrInvalidKeys]; [ErrNoSuchClient], also for a
// client that has a secret; or another if it could not be done.
func (c *Clients) SetKeys(ctx context.Context, id string, jwks []byte) error {
	e := c.about(ClientKeysChanged, id)
	clean, err := c.keys(jwks)
	if err == nil {
		err = c.change(ctx, e, id, func(ctx context.Context) error { return c.cfg.Store.SetKeys(ctx, id, clean) })
	}
	return c.concludeFailure(ctx, e, err)
}

// about is an event about a client. What cannot be the id of one is not recorded
// (SECURITY LOG-02).
func (c *Clients) about(what audit.Type, id string) audit.Event {
	if !isID(id) {
		id = ""
	}
	return audit.Event{Type: what, Target: id}
}
