package oauthserver

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"

	"github.com/authgen-go/authgen/runtime/ratelimit"
)

// Authenticate returns the client that r comes from, whose parameters are form. It
// authenticates by a Basic header, by client_id and client_secret in the form, or by
// client_assertion, in one of these ways only (SECURITY OAS-01). Before anything is
// compared it takes a try from limit, for the client and for the address (SECURITY
// RL-04), of which the headers of the answer tell. The error is
//
//   - [ErrInvalidClient] whatever is wrong with the credentials, or without any
//   - [authn.ErrInvalidRequest] if there are two
//   - [ratelimit.ErrLimited] if there were too many tries
//   - any other if it could not be found out
//
// An unknown client costs what a wrong secret does.
func (c *Clients) Authenticate(answer http.Header, r *http.Request, form Form, limit *ratelimit.Gate) (Client, error) {
	who, err := c.authenticate(answer, r, form, limit)
	return who.Client, err
}

// A caller is a client that has authenticated.
type caller struct {
	Client
	previous bool // by a secret that was rotated
}

func (c *Clients) authenticate(answer http.Header, r *http.Request, form Form, limit *ratelimit.Gate) (caller, error) {
	creds, err := credentialsOf(r, form)
	if err != nil {
		return caller{}, err
	}
	if err := limit.Enter(answer, r, creds.account()); err != nil {
		return caller{}, err
	}
	ctx := c.context(r)
	if creds.malformed {
		return caller{}, c.refuse(ctx, "", reasonMalformed)
	}
	record, err := c.find(ctx, creds.id)
	if err != nil {
		return caller{}, err
	}
	check := c.bySecret
	if creds.assertion != "" {
		check = c.byAssertion
	}
	who, err := check(ctx, creds, record)
	if err == nil {
		limit.Succeed(r, creds.account())
	}
	return who, err
}

// find returns the client of id, or the zero Record. What cannot be an id is looked for
// as well, in the shape of one (SECURITY OAS-01).
func (c *Clients) find(ctx context.Context, id string) (Record, error) {
	wanted := id
	if !isID(id) {
		wanted = nobody
	}
	var r Record
	err := c.ask(ctx, func(ctx context.Context) (err error) {
		r, err = c.cfg.Store.ByID(ctx, wanted)
		return err
	})
	switch {
	case errors.Is(err, ErrNotFound):
		return Record{}, nil
	case err != nil:
		return Record{}, fmt.Errorf("find OAuth client: %w", err)
	case r.ID != id: // a storage that compares loosely does not decide
		return Record{}, nil
	}
	return r, nil
}

// bySecret compares the secret with both hashes, whether or not there is a client and a
// previous secret: it costs the same (SECURITY OAS-01, KEY-10).
func (c *Clients) bySecret(ctx context.Context, creds credentials, r Record) (caller, error) {
	current := subtle.ConstantTimeCompare(r.SecretHash[:], creds.hash[:]) == 1
	previous := subtle.ConstantTimeCompare(r.PreviousHash[:], creds.hash[:]) == 1
	previous = previous && c.now().Before(r.PreviousUntil)
	switch {
	case r.ID == "":
		return caller{}, c.refuse(ctx, "", reasonUnknown)
	case r.Method != ClientSecret:
		return caller{}, c.refuse(ctx, r.ID, reasonWrongMethod)
	case !current && !previous:
		return caller{}, c.refuse(ctx, r.ID, reasonWrongSecret)
	case r.Disabled:
		return caller{}, c.refuse(ctx, r.ID, reasonDisabled)
	}
	return caller{Client: r.Client, previous: previous}, nil
}
