package oauthserver

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/revocation"
	"github.com/authgen-go/authgen/runtime/token"
)

// A question is everything that an answer depends on (SECURITY REV-05).
type question struct{ client, token string }

var (
	errNotMachine = errors.New("the access token is none of a client")
	errNoID       = errors.New("the access token has no id")
)

// IsMachine reports whether the claims of an access token that was verified speak for a
// client itself, and not for a user, whatever the ids of users look like (SECURITY
// JWT-15): whether sub is client_id (RFC 9068 section 2.2).
func IsMachine(claims token.Claims) bool {
	return claims.ClientID != "" && claims.ClientID == claims.Subject
}

// Check returns the client of an access token that was verified and [IsMachine], with
// those of the token's scopes that the client still holds: as of now or, where
// [ClientsConfig.MaxStaleness] allows it, a little earlier. It reads the storage once at
// most and writes nothing. What it returns is shared and must not be changed. Its error
// is
//
//   - [token.ErrInvalidToken] if the token is none of a client
//   - [revocation.ErrRevoked] if it was revoked, or the client is disabled or gone
//   - any other if that could not be found out
func (c *Clients) Check(ctx context.Context, claims token.Claims) (Client, error) {
	if !IsMachine(claims) {
		return Client{}, token.ErrInvalidToken.WithCause(errNotMachine)
	}
	if claims.ID == "" { // what has no id cannot be known not to be revoked
		return Client{}, token.ErrInvalidToken.WithCause(errNoID)
	}
	client, err := c.ofToken(c.reads.Bound(ctx), question{claims.ClientID, claims.ID})
	if err != nil {
		return Client{}, err
	}
	client.Scopes = authn.Held(claims.Scopes, client.Scopes)
	return client, nil
}

// Admit is [Clients.Check] for a guard: a token of r that is refused is recorded.
func (c *Clients) Admit(r *http.Request, claims token.Claims) (Client, error) {
	client, err := c.Check(r.Context(), claims)
	if !errors.Is(err, revocation.ErrRevoked) {
		return client, err
	}
	c.record(c.context(r), audit.Event{
		Type: audit.TokenRefused, Outcome: audit.Denied, Reason: reasonRevoked, Actor: claims.ClientID, Target: claims.ID,
	})
	return Client{}, err
}

func (c *Clients) ofToken(ctx context.Context, q question) (Client, error) {
	if c.kept == nil {
		return c.read(ctx, q)
	}
	now := c.cfg.Now()
	client := c.kept.Get(q, now)
	if client == nil {
		var err error
		client, err = c.kept.Find(ctx, q, now, func(fresh *Client) (err error) {
			*fresh, err = c.read(ctx, q)
			return err
		})
		if err != nil {
			return Client{}, err
		}
	}
	return *client, nil
}

func (c *Clients) read(ctx context.Context, q question) (Client, error) {
	client, revoked, err := c.cfg.Store.Check(ctx, q.client, q.token)
	switch {
	case errors.Is(err, ErrNotFound):
		return Client{}, revocation.ErrRevoked
	case err != nil:
		return Client{}, fmt.Errorf("check access token of OAuth client: %w", err)
	case revoked || client.Disabled || client.ID != q.client:
		return Client{}, revocation.ErrRevoked
	}
	return client, nil
}

// Revoke ends an access token of a client that was verified, until it would no longer be
// accepted anyway. To revoke one twice is no error. It is recorded as the client's own
// doing.
//
// It goes on when who asked has gone away. If the storage did not confirm, the error
// says so: nobody is told that a token is dead that may be alive (SECURITY REV-02).
func (c *Clients) Revoke(ctx context.Context, claims token.Claims) error {
	if !IsMachine(claims) {
		return token.ErrInvalidToken.WithCause(errNotMachine)
	}
	e := audit.Event{Type: audit.TokenRevoked, Actor: claims.ClientID, Target: claims.ID}
	ctx = context.WithoutCancel(ctx)
	return c.concludeFailure(ctx, e, c.revoke(ctx, e, claims))
}

func (c *Clients) revoke(ctx context.Context, e audit.Event, claims token.Claims) error {
	if claims.ID == "" {
		return errNoID
	}
	// Rounded up: an entry never ends early (SECURITY REV-04).
	until := canonical(claims.ExpiresAt.Add(c.cfg.Leeway + time.Microsecond - 1))
	err := c.told(ctx, e, func(ctx context.Context) error {
		return c.cfg.Revocations.Revoke(ctx, claims.ID, until)
	})
	// Even if it failed: it may have been done all the same.
	c.kept.Forget(func(q question, _ *Client) bool { return q.token == claims.ID })
	if err != nil {
		return fmt.Errorf("revoke access token: %w", err)
	}
	return nil
}
