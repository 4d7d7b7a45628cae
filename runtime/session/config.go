package session

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/authn"
)

// The defaults of a [Config].
const (
	DefaultTTL           = time.Hour
	DefaultIdleTimeout   = 30 * time.Minute
	DefaultRecent        = 15 * time.Minute
	DefaultStoreTimeout  = 2 * time.Second
	DefaultSweepInterval = 10 * time.Minute

	// MaxStalenessCap is the longest [Config.MaxStaleness]: what has ended must not go on
	// for longer (SECURITY SES-06).
	MaxStalenessCap = 5 * time.Minute

	maxRecent        = time.Hour // SECURITY SES-10
	maxTouchInterval = 30 * time.Second
	maxCookieName    = 64
)

// Config describes a [Manager]. What is zero has the default that is named.
type Config[ID comparable, U Account] struct {
	// Store keeps the sessions; required.
	Store Storage[ID, U]
	// CrossSite refuses what other sites make a browser send; required.
	CrossSite *authn.CrossSite
	// Cookie describes the cookie.
	Cookie Cookie
	// HTTPS says that the application is served over https, as its base URL says.
	// Without it the cookie loses Secure and the "__Host-" of its name, which the
	// Manager logs and audits as a warning (SECURITY SES-03).
	HTTPS bool
	// TTL is how long a session lives at most; default 1 hour.
	TTL time.Duration
	// IdleTimeout is how long it lives without a request; default 30 minutes, or
	// TTL if that is shorter.
	IdleTimeout time.Duration
	// Remember is how long a session lives at most that was asked to be remembered;
	// longer than TTL. 0 remembers none. Such a session lives for half as long without
	// a request, or for IdleTimeout if that is longer.
	Remember time.Duration
	// Recent is for how long RequireRecent is content with a login or confirmation;
	// default 15 minutes, at most 1 hour.
	Recent time.Duration
	// MaxStaleness allows to let a request in by what was read from the storage no
	// longer ago than that; default 0, which reads it on every request. It is how long a
	// session that another process ended, or whose user it disabled, can go on working
	// here: what this process does itself holds at once, with [Manager.Forget] for the
	// user. At most [MaxStalenessCap].
	MaxStaleness time.Duration
	// Sunset is when sessions end for good: from then on none is made or renewed, which
	// is authn.ErrStrategyRetired. Default never.
	Sunset time.Time
	// StoreTimeout bounds each call of the store; default 2 seconds (SECURITY F-08).
	StoreTimeout time.Duration
	// TouchInterval is how often last-seen times are written, and so how far other
	// processes lag behind them; default a tenth of IdleTimeout but at most 30
	// seconds, never more than half of IdleTimeout.
	TouchInterval time.Duration
	// SweepInterval is how often dead sessions are removed; default 10 minutes,
	// give or take a tenth. A negative one turns it off: no rule depends on it.
	SweepInterval time.Duration
	// Proxies decides whose word counts for a client's address; nil trusts nobody.
	Proxies *authn.Proxies
	// Audit takes the events; default nobody.
	Audit audit.Recorder
	// Logger takes warnings and failures in the background; default slog.Default().
	Logger *slog.Logger
	// Now is the clock; default time.Now.
	Now func() time.Time
}

// Cookie is what can be chosen about the cookie. The rest cannot: it is HttpOnly,
// has the path "/", no domain and, over https, Secure and a "__Host-" name
// (SECURITY SES-02).
type Cookie struct {
	// Name is without a prefix; default "session".
	Name string
	// SameSite is Lax, the default, or Strict.
	SameSite http.SameSite
}

// complete fills in the defaults and checks the rest.
func (c *Config[ID, U]) complete() error {
	if c.Audit == nil {
		c.Audit = audit.Discard()
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	var store error
	if c.Store == nil {
		store = errors.New("a Store is required")
	}
	if c.CrossSite == nil {
		store = errors.Join(store, errors.New("CrossSite is required"))
	}
	if err := errors.Join(store, c.Cookie.complete(), c.completeTimes()); err != nil {
		return fmt.Errorf("configure sessions: %w", err)
	}
	return nil
}

func (c *Config[ID, U]) completeTimes() error {
	orDefault(&c.TTL, DefaultTTL)
	orDefault(&c.IdleTimeout, min(DefaultIdleTimeout, c.TTL))
	orDefault(&c.Recent, DefaultRecent)
	orDefault(&c.StoreTimeout, DefaultStoreTimeout)
	orDefault(&c.TouchInterval, min(c.IdleTimeout/10, maxTouchInterval))
	orDefault(&c.SweepInterval, DefaultSweepInterval)
	switch {
	case c.TTL < 0 || c.Remember < 0 || c.IdleTimeout < 0 || c.Recent < 0 || c.StoreTimeout < 0 || c.TouchInterval < 0 || c.MaxStaleness < 0:
		return errors.New("a duration is negative")
	case c.TTL < time.Second || c.IdleTimeout < time.Second:
		return errors.New("TTL and IdleTimeout must be at least a second")
	case c.IdleTimeout > c.TTL:
		return errors.New("IdleTimeout is longer than TTL")
	case c.Remember > 0 && c.Remember <= c.TTL:
		return errors.New("the life of Remember is not longer than TTL")
	case c.MaxStaleness > MaxStalenessCap:
		return errors.New("MaxStaleness is longer than 5 minutes")
	case c.Recent > maxRecent:
		return errors.New("the time that counts as Recent is longer than an hour")
	case c.TouchInterval > c.IdleTimeout/2:
		return errors.New("TouchInterval is longer than half of IdleTimeout")
	}
	return nil
}

// ttl is the absolute life of a session.
func (c *Config[ID, U]) ttl(remembered bool) time.Duration {
	if remembered {
		return c.Remember
	}
	return c.TTL
}

// idleTimeout is how long a session lives without a request. One that was remembered
// when that could be asked for, and no longer can, is a session like others.
func (c *Config[ID, U]) idleTimeout(remembered bool) time.Duration {
	if remembered {
		return max(c.IdleTimeout, c.Remember/2)
	}
	return c.IdleTimeout
}

func orDefault(d *time.Duration, value time.Duration) {
	if *d == 0 {
		*d = value
	}
}

func (c *Cookie) complete() error {
	if c.Name == "" {
		c.Name = "session"
	}
	if c.SameSite == 0 || c.SameSite == http.SameSiteDefaultMode {
		c.SameSite = http.SameSiteLaxMode
	}
	lower := strings.ToLower(c.Name)
	switch {
	case len(c.Name) > maxCookieName:
		return errors.New("the cookie's name is too long")
	case strings.HasPrefix(lower, "__host-"), strings.HasPrefix(lower, "__secure-"):
		return errors.New("the cookie's name must come without a prefix: __Host- is added over https")
	case strings.ContainsFunc(c.Name, notInName):
		return errors.New("the cookie's name may have letters, digits, _ and - only")
	case c.SameSite != http.SameSiteLaxMode && c.SameSite != http.SameSiteStrictMode:
		return errors.New("the cookie's SameSite must be Lax or Strict")
	}
	return nil
}

// notInName is stricter than RFC 6265, which allows any token: nothing that a
// proxy or another language's parser could read differently.
func notInName(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' && r != '-'
}
