package refresh

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
)

// The defaults of a [Config].
const (
	DefaultTTL           = 30 * 24 * time.Hour
	DefaultIdleTTL       = 14 * 24 * time.Hour
	DefaultGrace         = 10 * time.Second
	DefaultTokenLife     = 24*time.Hour + 5*time.Minute
	DefaultStoreTimeout  = 2 * time.Second
	DefaultSweepInterval = 10 * time.Minute
)

// MaxGrace is the longest [Config.Grace] (SECURITY REF-03).
const MaxGrace = time.Minute

// NoGrace is the value of [Config.Grace] with which a token that was used is never
// good again. A client that uses one token twice at once, or that did not get the
// answer and tries again, then loses its login.
const NoGrace time.Duration = -1

// minKey is what a MAC's key has to have: as much as the MAC (SECURITY KEY-01).
const minKey = 32

// Config describes a [Service]. What is zero has the default that is named. It prints
// without what it holds.
type Config[UID comparable, U Account] struct {
	// Store keeps the families; required.
	Store Storage[UID, U]
	// Key is what tokens are made under: at least 32 bytes that serve nothing else
	// (SECURITY KEY-08); required. Every token dies with it.
	Key []byte
	// TTL is how long a family lives at most; default 30 days.
	TTL time.Duration
	// IdleTTL is how long it lives without a refresh; default 14 days, or TTL if that
	// is shorter.
	IdleTTL time.Duration
	// Grace is for how long the token that was replaced last still gets the one that
	// replaced it; default 10 seconds, at most 1 minute, or [NoGrace]. The clocks of
	// processes that share a storage must agree to well within it.
	Grace time.Duration
	// TokenLife is how long an access token is good at most, leeway included; default
	// the longest there is, 24 hours and 5 minutes. Families are kept so much longer
	// than they can be refreshed, because access tokens ask whether theirs still exists.
	TokenLife time.Duration
	// StoreTimeout bounds each call of the store; default 2 seconds (SECURITY F-08).
	StoreTimeout time.Duration
	// SweepInterval is how often dead families are removed; default 10 minutes, give
	// or take a tenth. A negative one turns it off: no rule depends on it.
	SweepInterval time.Duration
	// Ended, if there is one, is told of each user of whom a family was ended here, also
	// when that may have failed: so that what is remembered of the family's access
	// tokens can be forgotten before the answer. It must be quick.
	Ended func(user UID)
	// Audit takes the events; default nobody.
	Audit audit.Recorder
	// Logger takes failures in the background; default slog.Default().
	Logger *slog.Logger
	// Now is the clock; default time.Now.
	Now func() time.Time
}

const redacted = "refresh.Config"

// Format implements [fmt.Formatter]: no way of printing shows the key.
func (Config[UID, U]) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, redacted) // a fmt.State keeps its own error
}

// LogValue implements [slog.LogValuer].
func (Config[UID, U]) LogValue() slog.Value { return slog.StringValue(redacted) }

// complete fills in the defaults and checks the rest.
func (c *Config[UID, U]) complete() error {
	if c.Audit == nil {
		c.Audit = audit.Discard()
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Ended == nil {
		c.Ended = func(UID) {}
	}
	var err error
	if c.Store == nil {
		err = errors.New("a Store is required")
	}
	if len(c.Key) < minKey {
		err = errors.Join(err, errors.New("the Key must have at least 32 bytes"))
	}
	if err := errors.Join(err, c.completeTimes()); err != nil {
		return fmt.Errorf("configure refresh tokens: %w", err)
	}
	c.Key = slices.Clone(c.Key)
	return nil
}

func (c *Config[UID, U]) completeTimes() error {
	orDefault(&c.TTL, DefaultTTL)
	orDefault(&c.IdleTTL, min(DefaultIdleTTL, c.TTL))
	orDefault(&c.Grace, DefaultGrace)
	orDefault(&c.TokenLife, DefaultTokenLife)
	orDefault(&c.StoreTimeout, DefaultStoreTimeout)
	orDefault(&c.SweepInterval, DefaultSweepInterval)
	c.Grace = max(0, c.Grace)
	switch {
	case c.TTL < 0 || c.IdleTTL < 0 || c.TokenLife < 0 || c.StoreTimeout < 0:
		return errors.New("a duration is negative")
	case c.TTL < time.Second || c.IdleTTL < time.Second:
		return errors.New("TTL and IdleTTL must be at least a second")
	case c.IdleTTL > c.TTL:
		return errors.New("IdleTTL is longer than TTL")
	case c.Grace > MaxGrace:
		return errors.New("the Grace is longer than a minute")
	}
	return nil
}

func orDefault(d *time.Duration, value time.Duration) {
	if *d == 0 {
		*d = value
	}
}
