package once

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/authgen-go/authgen/runtime/internal/sweep"
)

// The defaults of a [Config].
const (
	DefaultStoreTimeout  = 2 * time.Second
	DefaultSweepInterval = 10 * time.Minute
)

// sweepLimit is how many rows one statement removes, so that none keeps other writers
// waiting for long.
const sweepLimit = 1000

// Config describes a [Register]. What is zero has the default that is named.
type Config struct {
	// Store keeps what was used; required.
	Store Store
	// StoreTimeout bounds each call of the store; default 2 seconds (SECURITY F-08).
	StoreTimeout time.Duration
	// SweepInterval is how often records that ended are removed; default 10 minutes, give
	// or take a tenth. A negative one turns it off: no rule depends on it.
	SweepInterval time.Duration
	// Logger takes failures in the background; default slog.Default().
	Logger *slog.Logger
	// Now is the clock; default time.Now.
	Now func() time.Time
}

// A Register knows which values were used. It is safe for concurrent use and must be
// closed.
type Register struct {
	cfg     Config
	sweeper *sweep.Sweeper
}

// New starts a Register.
func New(cfg Config) (*Register, error) {
	if cfg.Store == nil {
		return nil, errors.New("configure what is used once: a Store is required")
	}
	if cfg.StoreTimeout == 0 {
		cfg.StoreTimeout = DefaultStoreTimeout
	}
	if cfg.SweepInterval == 0 {
		cfg.SweepInterval = DefaultSweepInterval
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	g := &Register{cfg: cfg}
	g.sweeper = sweep.Start(cfg.SweepInterval, cfg.Logger, "used values", func(ctx context.Context) error {
		_, err := g.Sweep(ctx)
		return err
	})
	return g, nil
}

// Close ends the work in the background.
func (g *Register) Close() { g.sweeper.Stop() }

// Use uses value up, which is of a kind: values of different kinds have nothing to do
// with each other. until is when the value would have ended by itself, after which it
// is forgotten; the caller refuses it from then on. The error is [ErrUsed] if the value
// was used before, here or in another process, and any other if that could not be found
// out.
func (g *Register) Use(ctx context.Context, kind, value string, until time.Time) error {
	ctx, cancel := context.WithTimeout(ctx, g.cfg.StoreTimeout)
	defer cancel()
	err := g.cfg.Store.Use(ctx, keyOf(kind, value), canonical(until))
	if err != nil && !errors.Is(err, ErrUsed) {
		return fmt.Errorf("use up a value: %w", err)
	}
	return err
}

// keyOf writes the length of the kind first, so that no kind and value run into
// others.
func keyOf(kind, value string) Key {
	return sha256.Sum256(fmt.Appendf(nil, "%d:%s%s", len(kind), kind, value))
}

// Sweep removes the records that ended and returns how many it removed. It runs by
// itself every SweepInterval.
func (g *Register) Sweep(ctx context.Context) (int, error) {
	now, total := canonical(g.cfg.Now()), 0
	for {
		n, err := g.delete(ctx, now)
		total += n
		if err != nil {
			return total, fmt.Errorf("sweep used values: %w", err)
		}
		if n < sweepLimit {
			return total, nil
		}
	}
}

func (g *Register) delete(ctx context.Context, now time.Time) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, g.cfg.StoreTimeout)
	defer cancel()
	return g.cfg.Store.DeleteUsed(ctx, now, sweepLimit)
}

func canonical(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }
