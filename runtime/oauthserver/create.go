package oauthserver

import (
	"context"
	"errors"
	"fmt"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/authn"
)

// errNoAssertions is why keys are refused where they are of no use.
var errNoAssertions = errors.New("no client signs assertions here")

// Create makes a client. The text is its secret: it is returned this once, and nobody
// can find it out again. A client with keys has none. The error is [ErrInvalidName],
// [ErrUnknownScope], [ErrInvalidKeys], [authn.ErrStrategyRetired] from ClientsConfig.Sunset
// on, [audit.ErrUnrecorded] together with the client, which was made, or any other if it
// could not be done.
func (c *Clients) Create(ctx context.Context, n NewClient) (Client, string, error) {
	client, secret, err := c.create(ctx, n)
	return client, secret, c.concludeFailure(ctx, c.about(ClientCreated, ""), err)
}

func (c *Clients) create(ctx context.Context, n NewClient) (none Client, _ string, _ error) {
	if err := authn.CheckSunset(c.cfg.Sunset, c.cfg.Now()); err != nil {
		return none, "", err
	}
	name, err := cleanName(n.Name)
	if err != nil {
		return none, "", err
	}
	scopes, err := c.cleanScopes(n.Scopes)
	if err != nil {
		return none, "", err
	}
	r := Record{Client: Client{ID: newID(), Name: name, Scopes: scopes, Method: ClientSecret, CreatedAt: c.now()}}
	secret := ""
	if n.JWKS == nil {
		secret, r.SecretHash = newSecret()
	} else {
		r.Method = PrivateKeyJWT
		if r.JWKS, err = c.keys(n.JWKS); err != nil {
			return none, "", err
		}
	}
	err = c.told(ctx, c.about(ClientCreated, r.ID), func(ctx context.Context) error { return c.cfg.Store.Create(ctx, r) })
	if err != nil && !errors.Is(err, audit.ErrUnrecorded) {
		return none, "", fmt.Errorf("create OAuth client: %w", err)
	}
	return r.Client, secret, err
}

func (c *Clients) keys(jwks []byte) (string, error) {
	if c.cfg.Assertions == nil {
		return "", ErrInvalidKeys.WithCause(errNoAssertions)
	}
	return cleanKeys(jwks)
}
