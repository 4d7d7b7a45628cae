package audit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/authgen-go/authgen/runtime/internal/sweep"
)

// The defaults of a [TableConfig].
const (
	DefaultRetention     = 90 * 24 * time.Hour
	DefaultStoreTimeout  = 2 * time.Second
	DefaultSweepInterval = time.Hour
)

// sweepLimit is how many rows one statement removes, so that none keeps other writers
// waiting for long.
const sweepLimit = 1000

// A Store keeps events in a table, to which they are only ever added. It is safe for
// concurrent use.
type Store interface {
	// Append adds events, all of them or none. Their times have whole microseconds.
	Append(ctx context.Context, events []Event) error
	// DeleteBefore removes at most limit events that are older than t and returns how many
	// it removed.
	DeleteBefore(ctx context.Context, t time.Time, limit int) (int, error)
	// Ping returns nil if events could be added now.
	Ping(ctx context.Context) error
}

// TableConfig describes a [Table]. What is zero has the default that is named.
type TableConfig struct {
	// Store keeps the events; required.
	Store Store
	// Retention is how long they are kept; default 90 days.
	Retention time.Duration
	// StoreTimeout bounds each call of the store in the background and each Ping; default 2
	// seconds (SECURITY F-08). Writes are bounded by the [Queue].
	StoreTimeout time.Duration
	// SweepInterval is how often events that are older than that are removed; default an
	// hour, give or take a tenth. A negative one turns it off.
	SweepInterval time.Duration
	// Logger takes failures in the background; default slog.Default().
	Logger *slog.Logger
	// Now is the clock; default time.Now.
	Now func() time.Time
}

// A Table is a [Sink] that keeps events in a database, a batch at a time, for as long as
// they are retained. Events that its database has kept together with the change that they
// tell of (see [Do]) its [Queue] does not give it again. It is safe for concurrent use and
// must be closed, after its Queue.
type Table struct {
	cfg     TableConfig
	sweeper *sweep.Sweeper
}

var (
	_ Sink   = (*Table)(nil)
	_ Pinger = (*Table)(nil)
)

// NewTable starts a Table. The error names what is wrong with cfg.
func NewTable(cfg TableConfig) (*Table, error) {
	if cfg.Store == nil {
		return nil, errors.New("configure the table of audit events: a Store is required")
	}
	if cfg.Retention < 0 {
		return nil, errors.New("configure the table of audit events: the Retention is negative")
	}
	if cfg.Retention == 0 {
		cfg.Retention = DefaultRetention
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
	t := &Table{cfg: cfg}
	t.sweeper = sweep.Start(cfg.SweepInterval, cfg.Logger, "audit events", func(ctx context.Context) error {
		_, err := t.Sweep(ctx)
		return err
	})
	return t, nil
}

// Close ends the work in the background.
func (t *Table) Close() { t.sweeper.Stop() }

// Write implements [Sink]: it adds all events or none.
func (t *Table) Write(ctx context.Context, events []Event) error {
	if err := t.cfg.Store.Append(ctx, rows(events)); err != nil {
		return fmt.Errorf("add audit events to the table: %w", err)
	}
	return nil
}

// rows returns events as they are kept.
func rows(events []Event) []Event {
	list := make([]Event, len(events))
	for i, e := range events {
		e = clean(e)
		e.Time = e.Time.UTC().Truncate(time.Microsecond)
		list[i] = e
	}
	return list
}

// Ping implements [Pinger].
func (t *Table) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, t.cfg.StoreTimeout)
	defer cancel()
	return t.cfg.Store.Ping(ctx)
}

// Sweep removes the events that are no longer retained and returns how many it removed. It
// runs by itself every SweepInterval.
func (t *Table) Sweep(ctx context.Context) (int, error) {
	before, total := t.cfg.Now().Add(-t.cfg.Retention).UTC().Truncate(time.Microsecond), 0
	for {
		n, err := t.delete(ctx, before)
		total += n
		if err != nil {
			return total, fmt.Errorf("sweep audit events: %w", err)
		}
		if n < sweepLimit {
			return total, nil
		}
	}
}

func (t *Table) delete(ctx context.Context, before time.Time) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, t.cfg.StoreTimeout)
	defer cancel()
	return t.cfg.Store.DeleteBefore(ctx, before, sweepLimit)
}
