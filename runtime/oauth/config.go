package oauth

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/once"
)

const (
	// DefaultTimeout is the default of [Config.Timeout] (SECURITY OAC-10, F-27).
	DefaultTimeout = 5 * time.Second
	// FlowLife is how long a flow lives: from the browser's leaving to its return.
	FlowLife = 10 * time.Minute

	maxTimeout = time.Minute
)

// Config describes a [Service]. What is zero has the default that is named. It prints
// without what it holds.
type Config struct {
	// Providers are where people may log in; at least one is required.
	Providers []Provider
	// BaseURL is the application's own origin, of which scheme, host and port count.
	// Callbacks and the attributes of cookies come from it and never from a request
	// (SECURITY WEB-07). Required.
	BaseURL *url.URL
	// Prefix is where the application has its endpoints, such as "/auth". A provider's
	// callback is at BaseURL, Prefix, "/oauth/", its name, and "/callback"; that is what
	// is registered there.
	Prefix string
	// Key seals flows: 32 bytes that serve nothing else (SECURITY KEY-08); required. The
	// processes that share a base URL have the same.
	Key []byte
	// Once knows which flows are over; required. Nothing is told to it before they are.
	Once *once.Register
	// Timeout bounds all that a request asks of a provider together; default 5 seconds, at
	// most 1 minute.
	Timeout time.Duration
	// Audit takes the events; default nobody.
	Audit audit.Recorder
	// Logger takes warnings, and is told of keys that cannot be fetched; default
	// slog.Default().
	Logger *slog.Logger
	// Now is the clock; default time.Now. Waiting is done in real time.
	Now func() time.Time
}

const redactedConfig = "oauth.Config"

// Format implements [fmt.Formatter]: no way of printing shows the key.
func (Config) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, redactedConfig) // a fmt.State keeps its own error
}

// LogValue implements [slog.LogValuer].
func (Config) LogValue() slog.Value { return slog.StringValue(redactedConfig) }

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
	if c.Timeout == 0 {
		c.Timeout = DefaultTimeout
	}
	if err := errors.Join(c.check(), c.completeProviders()); err != nil {
		return fmt.Errorf("configure logins through providers: %w", err)
	}
	return nil
}

func (c *Config) check() error {
	var errs []error
	if u := c.BaseURL; u == nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		errs = append(errs, errors.New("a BaseURL is required, such as https://app.example"))
	}
	if c.Prefix != "" && (!strings.HasPrefix(c.Prefix, "/") || strings.HasSuffix(c.Prefix, "/") || strings.ContainsAny(c.Prefix, "?#%")) {
		errs = append(errs, errors.New("the Prefix must begin with a slash and not end with one"))
	}
	if len(c.Key) != keyBytes {
		errs = append(errs, fmt.Errorf("the Key must have %d bytes", keyBytes))
	}
	if c.Once == nil {
		errs = append(errs, errors.New("a register, Once, is required"))
	}
	if c.Timeout < 0 || c.Timeout > maxTimeout {
		errs = append(errs, fmt.Errorf("the Timeout must be at most %v", maxTimeout))
	}
	return errors.Join(errs...)
}

func (c *Config) completeProviders() error {
	if len(c.Providers) == 0 {
		return errors.New("a provider is required")
	}
	c.Providers = slices.Clone(c.Providers)
	var errs []error
	seen := make(map[string]bool)
	for i := range c.Providers {
		p := &c.Providers[i]
		errs = append(errs, p.complete())
		if seen[p.Name] {
			errs = append(errs, fmt.Errorf("two providers have the name %q", p.Name))
		}
		seen[p.Name] = true
	}
	return errors.Join(errs...)
}
