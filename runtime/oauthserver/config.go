package oauthserver

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/once"
	"github.com/authgen-go/authgen/runtime/token"
)

// The defaults of a [ClientsConfig].
const (
	DefaultOverlap      = 24 * time.Hour
	DefaultStoreTimeout = 2 * time.Second
)

// MaxStalenessCap is the longest [ClientsConfig.MaxStaleness].
const MaxStalenessCap = 5 * time.Minute

// Never is the value of [ClientsConfig.Overlap] with which no rotated secret lives on.
// Zero has the default.
const Never time.Duration = -1

// ClientsConfig describes [Clients]. What is zero has the default that is named.
type ClientsConfig struct {
	// Store keeps the clients; required.
	Store Storage
	// Revocations lists the access tokens that were revoked; required. Store looks them
	// up there.
	Revocations Revocations
	// Issuer is what tokens say in iss, and whom assertions must be for; required.
	Issuer string
	// Scopes are all scopes of the application. A client can be given no other.
	Scopes []string
	// Overlap is how long a rotated secret lives on, unless who rotates it asks for less;
	// default 24 hours. With a negative one it ends at once, always.
	Overlap time.Duration
	// Assertions knows which assertions were used; nil means that clients have secrets
	// only (SECURITY OAS-07).
	Assertions *once.Register
	// Leeway is how much clocks may differ, as in [token.Config]: for so much longer
	// assertions and access tokens are good.
	Leeway time.Duration
	// MaxStaleness allows [Clients.Check] to answer from memory what was asked no longer
	// ago than this; at most 5 minutes. What is changed here holds at once all the same;
	// what another process changes may be seen as late as this. Default zero: the storage
	// is asked at each request.
	MaxStaleness time.Duration
	// StoreTimeout bounds each call of the store; default 2 seconds (SECURITY F-08).
	StoreTimeout time.Duration
	// Sunset is when the token endpoint ends for good: from then on no client is made and
	// none gets another secret, which is authn.ErrStrategyRetired. Default never.
	Sunset time.Time
	// Proxies decides whose word counts for a client's address; nil trusts nobody.
	Proxies *authn.Proxies
	// Audit takes the events; default nobody.
	Audit audit.Recorder
	// Now is the clock; default time.Now.
	Now func() time.Time
}

// complete fills in the defaults and checks the rest.
func (c *ClientsConfig) complete() error {
	if c.Audit == nil {
		c.Audit = audit.Discard()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Overlap == 0 {
		c.Overlap = DefaultOverlap
	}
	c.Overlap = max(0, c.Overlap)
	if c.StoreTimeout == 0 {
		c.StoreTimeout = DefaultStoreTimeout
	}
	if err := errors.Join(c.checkParts(), c.checkTimes()); err != nil {
		return fmt.Errorf("configure OAuth clients: %w", err)
	}
	c.Scopes = canonicalScopes(c.Scopes)
	return nil
}

func (c *ClientsConfig) checkParts() (err error) {
	if c.Store == nil {
		err = errors.New("a Store is required")
	}
	if c.Revocations == nil {
		err = errors.Join(err, errors.New("Revocations are required"))
	}
	if c.Issuer == "" {
		err = errors.Join(err, errors.New("an Issuer is required"))
	}
	if slices.ContainsFunc(c.Scopes, func(s string) bool { return !isScope(s) }) {
		err = errors.Join(err, errors.New("a scope is empty or has other than the characters of RFC 6749 in it"))
	}
	return err
}

func (c *ClientsConfig) checkTimes() error {
	switch {
	case c.StoreTimeout < 0 || c.MaxStaleness < 0:
		return errors.New("a duration is negative")
	case c.MaxStaleness > MaxStalenessCap:
		return errors.New("MaxStaleness is longer than 5 minutes")
	case c.Leeway < 0 || c.Leeway > token.MaxLeeway:
		return errors.New("the Leeway must be 0 to 5 minutes")
	}
	return nil
}
