package revocation

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
)

// The defaults of a [Config].
const (
	DefaultStoreTimeout  = 2 * time.Second
	DefaultSweepInterval = 10 * time.Minute
)

// MaxStalenessCap is the longest [Config.MaxStaleness]: what may have been revoked
// for longer than this is asked for again.
const MaxStalenessCap = 5 * time.Minute

// Config describes a [Checker]. What is zero has the default that is named.
type Config[UID comparable, U Account] struct {
	// Store knows users, families and the tokens that were revoked; required.
	Store Store[UID, U]
	// List keeps the tokens that were revoked, but for those of [Checker.RevokeID]; nil
	// leaves that to the Store.
	List List
	// MaxStaleness allows to answer from memory what was asked no longer ago than this;
	// at most 5 minutes. Tokens that are revoked here end at once all the same; what
	// another process revokes, and what becomes of the user, may be seen as late as
	// this. If it cannot be asked again in time the answer is an error. Default zero:
	// the storage is asked every time.
	MaxStaleness time.Duration
	// Leeway is for how long after its end a token is still accepted: for so much longer
	// it stays listed (SECURITY REV-04).
	Leeway time.Duration
	// StoreTimeout bounds each call of the store; default 2 seconds (SECURITY F-08).
	StoreTimeout time.Duration
	// SweepInterval is how often entries of the Store that ended are removed; default 10
	// minutes, give or take a tenth. A negative one turns it off: no rule depends on it.
	SweepInterval time.Duration
	// Audit takes the events; default nobody.
	Audit audit.Recorder
	// Logger takes failures in the background; default slog.Default().
	Logger *slog.Logger
	// Now is the clock; default time.Now.
	Now func() time.Time
}

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
	orDefault(&c.StoreTimeout, DefaultStoreTimeout)
	orDefault(&c.SweepInterval, DefaultSweepInterval)
	if err := c.check(); err != nil {
		return fmt.Errorf("configure revocation: %w", err)
	}
	return nil
}

func (c *Config[UID, U]) check() error {
	switch {
	case c.Store == nil:
		return errors.New("a Store is required")
	case c.MaxStaleness < 0 || c.Leeway < 0 || c.StoreTimeout < 0:
		return errors.New("a duration is negative")
	case c.MaxStaleness > MaxStalenessCap:
		return errors.New("MaxStaleness is longer than 5 minutes")
	}
	return nil
}

func orDefault(d *time.Duration, value time.Duration) {
	if *d == 0 {
		*d = value
	}
}
