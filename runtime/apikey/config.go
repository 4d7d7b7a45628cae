package apikey

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/authn"
	"github.com/authgen-go/authgen/runtime/ratelimit"
)

// The defaults of a [Config].
const (
	DefaultPrefix          = "sk_live"
	DefaultHeader          = "X-API-Key"
	DefaultMaxAge          = 90 * 24 * time.Hour
	DefaultWarnBefore      = 14 * 24 * time.Hour
	DefaultMaxActive       = 2
	DefaultRotationOverlap = 24 * time.Hour
	DefaultLastUsedFlush   = 30 * time.Second
	DefaultStoreTimeout    = 2 * time.Second
	DefaultSweepInterval   = 10 * time.Minute
)

// MaxStalenessCap is the longest [Config.MaxStaleness]: what may have been revoked
// for longer than this is asked for again.
const MaxStalenessCap = 5 * time.Minute

// Config describes a [Service]. What is zero has the default that is named.
type Config[ID comparable, S ~string, U Owner] struct {
	// Store keeps the keys; required.
	Store Storage[ID, S, U]
	// Limiter counts requests and failures; required.
	Limiter ratelimit.Limiter
	// OwnerScopes returns the scopes that an owner holds now; required. It is called
	// whenever an owner was read, must be quick, and must not change what it is given.
	// The Service does not change what it returns.
	OwnerScopes func(owner U) []S
	// Scopes are all scopes of the application. A key can be given no other.
	Scopes []S
	// Prefix is what every key begins with, before an underscore; default "sk_live".
	// It says what the key is for and where: see [CheckPrefix].
	Prefix string
	// Header is the one header in which keys are sent; default "X-API-Key".
	Header string
	// MaxAge is how long a key lives at most; default 90 days.
	MaxAge time.Duration
	// WarnBefore is how long before its end a key begins to announce it; default 14
	// days, or MaxAge if that is shorter. With a negative one no key does.
	WarnBefore time.Duration
	// MaxActive is how many active keys an owner may have; default 2, one to use and
	// one to change over to.
	MaxActive int
	// RotationOverlap is how long a rotated key lives on, unless who rotates it asks
	// for less; default 24 hours. With a negative one it ends at once, always.
	RotationOverlap time.Duration
	// LastUsedFlush is how often last-used times are written, and so how far lists of
	// other processes lag behind; default 30 seconds.
	LastUsedFlush time.Duration
	// Sunset is when keys end for good: from then on none is made or rotated, which is
	// authn.ErrStrategyRetired. Default never.
	Sunset time.Time
	// MaxStaleness allows to answer from memory what was read from the storage no
	// longer ago than this; at most 5 minutes. Keys that are revoked here end at once
	// all the same; what another process revokes, and what becomes of the owner, may
	// be seen as late as this. Default zero: the storage is asked every time.
	MaxStaleness time.Duration
	// RateLimit is how many requests each key may make; default 1000 a minute.
	RateLimit ratelimit.Rate
	// FailureLimit is how many bad keys may be sent from one client address; default
	// 20 a minute. See [Service.Authenticate].
	FailureLimit ratelimit.Rate
	// LeakLimit is how many keys may be reported as leaked from one client address;
	// default FailureLimit.
	LeakLimit ratelimit.Rate
	// StoreTimeout bounds each call of the store; default 2 seconds (SECURITY F-08).
	StoreTimeout time.Duration
	// SweepInterval is how often expired keys are removed; default 10 minutes, give or
	// take a tenth. A negative one turns it off: no rule depends on it.
	SweepInterval time.Duration
	// Proxies decides whose word counts for a client's address; nil trusts nobody.
	Proxies *authn.Proxies
	// Audit takes the events; default nobody.
	Audit audit.Recorder
	// Logger takes failures in the background; default slog.Default().
	Logger *slog.Logger
	// Now is the clock; default time.Now.
	Now func() time.Time
}

// complete fills in the defaults and checks the rest.
func (c *Config[ID, S, U]) complete() error {
	if c.Audit == nil {
		c.Audit = audit.Discard()
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	orDefault(&c.Prefix, DefaultPrefix)
	orDefault(&c.Header, DefaultHeader)
	orDefault(&c.MaxActive, DefaultMaxActive)
	if err := errors.Join(c.checkParts(), CheckPrefix(c.Prefix), c.checkHeader(), c.completeTimes(), c.completeRates()); err != nil {
		return fmt.Errorf("configure API keys: %w", err)
	}
	c.Header = http.CanonicalHeaderKey(c.Header)
	c.Scopes = canonicalScopes(c.Scopes)
	return nil
}

func (c *Config[ID, S, U]) checkParts() (err error) {
	if c.Store == nil {
		err = errors.New("a Store is required")
	}
	if c.Limiter == nil {
		err = errors.Join(err, errors.New("a Limiter is required"))
	}
	if c.OwnerScopes == nil {
		err = errors.Join(err, errors.New("OwnerScopes is required"))
	}
	if c.MaxActive < 0 {
		err = errors.Join(err, errors.New("MaxActive is negative"))
	}
	if slices.ContainsFunc(c.Scopes, func(s S) bool { return !isScope(string(s)) }) {
		err = errors.Join(err, errors.New("a scope is empty or has other than the characters of RFC 6749 in it"))
	}
	return err
}

func (c *Config[ID, S, U]) checkHeader() error {
	switch {
	case c.Header == "", len(c.Header) > maxHeader, strings.ContainsFunc(c.Header, notInHeader):
		return errors.New("the Header may have 1 to 64 letters, digits and - only")
	case slices.Contains([]string{"authorization", "cookie", "host", "proxy-authorization"}, strings.ToLower(c.Header)):
		return errors.New("the Header belongs to something else")
	}
	return nil
}

const maxHeader = 64

func notInHeader(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-'
}

func (c *Config[ID, S, U]) completeTimes() error {
	orDefault(&c.MaxAge, DefaultMaxAge)
	orDefault(&c.WarnBefore, min(DefaultWarnBefore, c.MaxAge))
	orDefault(&c.RotationOverlap, DefaultRotationOverlap)
	orDefault(&c.LastUsedFlush, DefaultLastUsedFlush)
	orDefault(&c.StoreTimeout, DefaultStoreTimeout)
	orDefault(&c.SweepInterval, DefaultSweepInterval)
	c.RotationOverlap = max(0, c.RotationOverlap)
	switch {
	case c.MaxAge < 0 || c.LastUsedFlush < 0 || c.StoreTimeout < 0 || c.MaxStaleness < 0:
		return errors.New("a duration is negative")
	case c.MaxAge < minLife:
		return errors.New("MaxAge must be at least a second")
	case c.WarnBefore > c.MaxAge:
		return errors.New("WarnBefore is longer than MaxAge")
	case c.RotationOverlap > c.MaxAge:
		return errors.New("RotationOverlap is longer than MaxAge")
	case c.MaxStaleness > MaxStalenessCap:
		return errors.New("MaxStaleness is longer than 5 minutes")
	}
	return nil
}

func (c *Config[ID, S, U]) completeRates() error {
	orDefault(&c.RateLimit, ratelimit.Rate{Count: 1000, Per: time.Minute})
	orDefault(&c.FailureLimit, ratelimit.Rate{Count: 20, Per: time.Minute})
	orDefault(&c.LeakLimit, c.FailureLimit)
	return errors.Join(c.RateLimit.Validate(), c.FailureLimit.Validate(), c.LeakLimit.Validate())
}

// orDefault replaces a zero value.
func orDefault[T comparable](v *T, value T) {
	var zero T
	if *v == zero {
		*v = value
	}
}
