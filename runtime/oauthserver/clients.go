package oauthserver

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/internal/deadline"
	"github.com/authgen-go/authgen/runtime/internal/kept"
)

// Clients makes, finds, changes and authenticates clients, and knows which of their
// tokens count. It is safe for concurrent use. It has no background work and need not be
// closed.
//
// Its storage is asked under a deadline. An error that is not one of this package, of
// authn, token, ratelimit or revocation means that something could not be found out or
// done; it refuses no client.
type Clients struct {
	cfg   ClientsConfig
	kept  *kept.Cache[question, Client] // nil if nothing is kept
	reads *deadline.Deadline            // of guards; see ask for the rest
}

// NewClients returns Clients. The error names what is wrong with cfg.
func NewClients(cfg ClientsConfig) (*Clients, error) {
	if err := cfg.complete(); err != nil {
		return nil, err
	}
	c := &Clients{cfg: cfg, reads: deadline.New(cfg.StoreTimeout)}
	if cfg.MaxStaleness > 0 {
		c.kept = kept.New[question, Client](cfg.MaxStaleness)
	}
	return c, nil
}

// change calls the storage to change the client of id, which e tells of, and drops what is
// kept of it even if the call failed: it may have been done all the same. It goes on when
// who asked has gone away.
func (c *Clients) change(ctx context.Context, e audit.Event, id string, call func(context.Context) error) error {
	if !isID(id) {
		return ErrNoSuchClient
	}
	err := c.told(context.WithoutCancel(ctx), e, call)
	c.kept.Forget(func(q question, _ *Client) bool { return q.client == id })
	if errors.Is(err, ErrNotFound) {
		return ErrNoSuchClient
	}
	if err != nil {
		return fmt.Errorf("change OAuth client: %w", err)
	}
	return nil
}

// ask calls the storage under a deadline (SECURITY F-08).
func (c *Clients) ask(ctx context.Context, call func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, c.cfg.StoreTimeout)
	defer cancel()
	return call(ctx)
}

// now is the time as it is stored.
func (c *Clients) now() time.Time { return canonical(c.cfg.Now()) }

func canonical(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }
