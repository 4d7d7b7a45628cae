package grant

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/refresh"
	"github.com/authgen-go/authgen/runtime/revocation"
	"github.com/authgen-go/authgen/runtime/token"
)

// An Account is what a [Service] asks of a user.
type Account interface {
	// Active reports whether the user may authenticate.
	Active() bool
	// AuthVersion is the version that the user's tokens must have been made under.
	AuthVersion() int64
}

// Config describes a [Service]. What is zero has the default that is named.
type Config[UID comparable, U Account, C any] struct {
	// Schema is how claims are written and read; required.
	Schema *token.Schema[C]
	// Keys are where signing keys come from; required. They are loaded at start, and
	// again every few seconds.
	Keys token.Provider
	// Issuer is what tokens say in iss, and all that is accepted there; required.
	Issuer string
	// Audience is whom tokens are for; default the Issuer. A token is accepted that is
	// for one of them.
	Audience []string
	// TTL is how long access tokens live; required.
	TTL time.Duration
	// LongestTTL is how long the longest-lived of all tokens lives that are signed by the
	// keys and accepted here, such as those of machines; default TTL.
	LongestTTL time.Duration
	// Leeway is how much clocks may differ, as in [token.Config].
	Leeway time.Duration
	// ParseID reads the id of a user as it is in sub, in the one spelling that fmt.Sprint
	// gives; required. Its error means that nobody has this id.
	ParseID func(text string) (UID, error)
	// Claims fills in what the application says of a user whose token is about to be
	// made: roles, scopes, claims of its own; nil says nothing. An error makes no token.
	Claims func(ctx context.Context, user U, claims *C) error
	// Revocations keep track of what ended before its time; required.
	Revocations revocation.Store[UID, U]
	// List keeps the revoked tokens instead of Revocations, but for those of
	// [Service.RevokeID]; nil leaves them there.
	List revocation.List
	// MaxStaleness allows to answer from memory what was asked no longer ago than this.
	// Default zero: the storage is asked at each request.
	MaxStaleness time.Duration
	// Sunset is when the tokens of users end for good: from then on none is made or
	// renewed, which is authn.ErrStrategyRetired. Default never.
	Sunset time.Time
	// Refresh describes refresh tokens; nil gives none.
	Refresh *Refresh[UID, U]
	// StoreTimeout bounds each call of a storage; default 2 seconds (SECURITY F-08).
	StoreTimeout time.Duration
	// Proxies decides whose word counts for a client's address; nil trusts nobody.
	Proxies *authn.Proxies
	// Audit takes the events; default nobody.
	Audit audit.Recorder
	// Logger takes failures in the background; default slog.Default().
	Logger *slog.Logger
	// Now is the clock; default time.Now.
	Now func() time.Time
}

// Refresh describes the refresh tokens of a [Service]; see [refresh.Config].
type Refresh[UID comparable, U Account] struct {
	Store   refresh.Storage[UID, U]
	Key     []byte // at least 32 bytes that serve nothing else (SECURITY KEY-08)
	TTL     time.Duration
	IdleTTL time.Duration
	Grace   time.Duration // or [refresh.NoGrace]
}

// complete fills in the defaults and checks what no part of the Service does.
func (c *Config[UID, U, C]) complete() error {
	if c.Audit == nil {
		c.Audit = audit.Discard()
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	c.LongestTTL = max(c.LongestTTL, c.TTL)
	if len(c.Audience) == 0 {
		c.Audience = []string{c.Issuer}
	}
	var err error
	if c.Schema == nil {
		err = errors.New("a Schema is required")
	}
	if c.Keys == nil {
		err = errors.Join(err, errors.New("a Provider of Keys is required"))
	}
	if c.ParseID == nil {
		err = errors.Join(err, errors.New("ParseID is required"))
	}
	if c.Revocations == nil {
		err = errors.Join(err, errors.New("a Store of Revocations is required"))
	}
	if err != nil {
		return fmt.Errorf("configure tokens: %w", err)
	}
	return nil
}
