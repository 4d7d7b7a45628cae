package jwks

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
)

// The defaults of a [Config].
const (
	DefaultMaxAge   = 10 * time.Minute
	DefaultMaxStale = 24 * time.Hour
	DefaultCooldown = 30 * time.Second
	DefaultTimeout  = 5 * time.Second

	// minInterval and maxInterval bound the time between two fetches, whoever says it.
	minInterval = time.Second
	maxInterval = 24 * time.Hour
	maxCooldown = time.Hour
	maxTimeout  = time.Minute
)

// Config describes a [Remote]. What is zero has the default that is named.
type Config struct {
	// URL is where the JWK Set is: https, without a user and a fragment. For a service
	// on the same machine it may be http, if the host is localhost, ::1 or one of
	// 127.0.0.0/8. Its query is never logged. Required.
	URL string
	// AllowPrivate allows connections to addresses that are not public, such as
	// 10.0.0.1 or 169.254.169.254. Without it they are refused by the address that is
	// connected to, whatever the name resolves to (SECURITY KEY-06). It is not needed
	// for a host of the same machine, as above, which is never looked for elsewhere.
	AllowPrivate bool
	// MaxAge is how long a set is good without asking again, if the issuer does not say
	// so by Cache-Control; default 10 minutes, 1 second to 24 hours. The issuer's word
	// has the same bounds, and neither is ever longer than half of MaxStale.
	MaxAge time.Duration
	// MaxStale is for how long the keys are in force after the last good answer, while
	// the issuer does not answer well; default 24 hours, at least 2 seconds.
	MaxStale time.Duration
	// Cooldown is the time between the start of a fetch and the next one that a token
	// with an unknown key may cause; default 30 seconds, 1 second to 1 hour.
	Cooldown time.Duration
	// Timeout bounds a fetch from the resolving of the name to the last byte of the
	// answer; default 5 seconds, at most 1 minute.
	Timeout time.Duration
	// TLS is for issuers with certificates of their own authority, or that ask for one;
	// it is copied. Certificates are verified and TLS is 1.2 at least, in any case.
	TLS *tls.Config
	// Audit takes the events; default nobody.
	Audit audit.Recorder
	// Logger is told when keys cannot be fetched, and when they can again; default
	// slog.Default().
	Logger *slog.Logger
	// Now is the clock of MaxStale and Cooldown; default time.Now. Waiting is done in
	// real time.
	Now func() time.Time
}

// Validate reports what [New] would refuse about c, and asks nobody.
func (c Config) Validate() error {
	_, err := build(c)
	return err
}

// complete fills in the defaults and checks the rest.
func (c *Config) complete() error {
	if c.Audit == nil {
		c.Audit = audit.Discard()
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.TLS != nil && c.TLS.InsecureSkipVerify {
		return errors.New("TLS must verify certificates")
	}
	for _, d := range [...]struct {
		name          string
		value         *time.Duration
		or, min, most time.Duration
	}{
		{"MaxAge", &c.MaxAge, DefaultMaxAge, minInterval, maxInterval},
		{"MaxStale", &c.MaxStale, DefaultMaxStale, 2 * minInterval, 0},
		{"Cooldown", &c.Cooldown, DefaultCooldown, minInterval, maxCooldown},
		{"Timeout", &c.Timeout, DefaultTimeout, time.Millisecond, maxTimeout},
	} {
		if *d.value == 0 {
			*d.value = d.or
		}
		if *d.value < d.min {
			return fmt.Errorf("%s must be at least %v", d.name, d.min)
		}
		if d.most > 0 && *d.value > d.most {
			return fmt.Errorf("%s must be at most %v", d.name, d.most)
		}
	}
	return nil
}
