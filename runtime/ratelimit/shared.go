package ratelimit

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/authgen-go/authgen/runtime/internal/steady"
	"github.com/authgen-go/authgen/runtime/internal/sweep"
)

// The defaults of a [SharedConfig].
const (
	DefaultStoreTimeout  = 2 * time.Second
	DefaultSweepInterval = 10 * time.Minute
)

// sweepLimit is how many rows one statement removes, so that none keeps other writers
// waiting for long.
const sweepLimit = 1000

// A Key is the hash of what is limited: what clients send decides neither how large a row
// is nor what a database is told.
type Key [sha256.Size]byte

// A Moment is nanoseconds since 1970: a database that keeps microseconds would give away a
// little of each limit.
type Moment int64

// A Reservation is a take as a [Store] makes it. Moments are of the caller's clock.
type Reservation struct {
	Key Key
	// A bucket that is full by Latest has a take left. The take moves the moment at which
	// it is full, Now if that is later, by Interval.
	Latest, Now Moment
	Interval    time.Duration
	// Until is when the bucket is full at the latest, after which its row says nothing.
	Until time.Time
}

// A Store keeps when buckets are full. It is safe for concurrent use, also by other
// processes. A key that it does not know is a bucket that is full.
type Store interface {
	// Reserve makes a take, in one statement: of callers at the same time only as many
	// get one as there are. It returns when the bucket will be full, and true if there was
	// a take left; otherwise nothing has changed.
	Reserve(ctx context.Context, r Reservation) (full Moment, ok bool, err error)
	// Advance lets a bucket be full sooner by d. There may be none.
	Advance(ctx context.Context, key Key, d time.Duration) error
	// Full returns when a bucket will be full: zero for a key that it does not know.
	Full(ctx context.Context, key Key) (Moment, error)
	// DeleteFull removes at most limit buckets whose Until is not after now and returns how
	// many it removed.
	DeleteFull(ctx context.Context, now time.Time, limit int) (int, error)
}

// SharedConfig describes a [Shared]. What is zero has the default that is named.
type SharedConfig struct {
	// Store keeps the buckets; required.
	Store Store
	// StoreTimeout bounds each call of the store; default 2 seconds (SECURITY F-08).
	StoreTimeout time.Duration
	// SweepInterval is how often buckets that are full are removed; default 10 minutes,
	// give or take a tenth. A negative one turns it off: no rule depends on it.
	SweepInterval time.Duration
	// Logger takes failures in the background; default slog.Default().
	Logger *slog.Logger
	// Now is the clock; default time.Now. Clocks of processes that share the store are to
	// agree: what differs is what one of them allows too early.
	Now func() time.Time
}

// Shared is a [Limiter] whose buckets are in a store that processes share: together they
// allow the rate once. It decides like a [Memory] that has room. It is safe for concurrent
// use and must be closed.
type Shared struct {
	cfg     SharedConfig
	clock   *steady.Clock
	sweeper *sweep.Sweeper
	refused refusals
}

var _ Limiter = (*Shared)(nil)

// NewShared starts a Shared.
func NewShared(cfg SharedConfig) (*Shared, error) {
	if cfg.Store == nil {
		return nil, errors.New("configure rate limits: a Store is required")
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
	s := &Shared{cfg: cfg, clock: steady.New(cfg.Now)}
	s.sweeper = sweep.Start(cfg.SweepInterval, cfg.Logger, "rate limits", func(ctx context.Context) error {
		_, err := s.Sweep(ctx)
		return err
	})
	return s, nil
}

// Close ends the work in the background.
func (s *Shared) Close() { s.sweeper.Stop() }

// Take implements [Limiter]. It is one statement, one more to learn how long to wait, and
// then none for as long as that is, up to 5 seconds.
func (s *Shared) Take(ctx context.Context, key string, rate Rate) (Decision, error) {
	if err := rate.Validate(); err != nil {
		return Decision{}, err
	}
	hash := Key(sha256.Sum256([]byte(key)))
	wait, given := s.refused.wait(hash, s.moment())
	if wait > 0 {
		return Decision{RetryAfter: wait}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, s.cfg.StoreTimeout)
	defer cancel()
	interval := rate.interval()
	capacity := interval * time.Duration(rate.Count)
	now := s.clock.Now()
	at := Moment(now.UnixNano())
	full, ok, err := s.cfg.Store.Reserve(ctx, Reservation{
		Key: hash, Latest: at + Moment(capacity-interval), Now: at, Interval: interval,
		Until: now.Add(capacity).UTC(),
	})
	if err != nil {
		return Decision{}, fmt.Errorf("take: %w", err)
	}
	used := time.Duration(full - at)
	if ok {
		return Decision{Allowed: true, Remaining: int((capacity - used) / interval)}, nil
	}
	// A bucket cannot be emptier than empty: a clock was set back, or another is ahead. Nor
	// does a refusal become a permission when others give back meanwhile.
	wait = max(min(used, capacity)+interval-capacity, 1)
	s.refused.put(hash, at, wait, given)
	return Decision{RetryAfter: wait}, nil
}

// moment is now.
func (s *Shared) moment() Moment { return Moment(s.clock.Now().UnixNano()) }

// refusing returns for how long a take of key is known to be refused, without a call.
func (s *Shared) refusing(key string) time.Duration {
	wait, _ := s.refused.wait(sha256.Sum256([]byte(key)), s.moment())
	return wait
}

// GiveBack implements [Limiter]. It is one statement.
func (s *Shared) GiveBack(ctx context.Context, key string, rate Rate, n int) error {
	back, err := rate.worth(n)
	if err != nil || back == 0 {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, s.cfg.StoreTimeout)
	defer cancel()
	hash := Key(sha256.Sum256([]byte(key)))
	err = s.cfg.Store.Advance(ctx, hash, back)
	s.refused.forget(hash) // even if it failed: it may have been done all the same
	if err != nil {
		return fmt.Errorf("give back: %w", err)
	}
	return nil
}

// Remember implements [Limiter]. A key that is remembered is one whose bucket, of one take
// in d, is empty. It is one statement, or two where that is so already.
func (s *Shared) Remember(ctx context.Context, key string, d time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.StoreTimeout)
	defer cancel()
	d = min(max(d, 0), MaxPer)
	now := s.clock.Now()
	at := Moment(now.UnixNano())
	_, _, err := s.cfg.Store.Reserve(ctx, Reservation{Key: sha256.Sum256([]byte(key)), Latest: at, Now: at, Interval: d, Until: now.Add(d).UTC()})
	if err != nil {
		return fmt.Errorf("remember: %w", err)
	}
	return nil
}

// Remembers implements [Limiter]. It is one statement.
func (s *Shared) Remembers(ctx context.Context, key string) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.StoreTimeout)
	defer cancel()
	full, err := s.cfg.Store.Full(ctx, sha256.Sum256([]byte(key)))
	if err != nil {
		return false, fmt.Errorf("recall: %w", err)
	}
	return full > s.moment(), nil
}

// Sweep removes the buckets that are full and returns how many it removed. It runs by
// itself every SweepInterval.
func (s *Shared) Sweep(ctx context.Context) (int, error) {
	now, total := s.clock.Now().UTC(), 0
	for {
		n, err := s.delete(ctx, now)
		total += n
		if err != nil {
			return total, fmt.Errorf("sweep rate limits: %w", err)
		}
		if n < sweepLimit {
			return total, nil
		}
	}
}

func (s *Shared) delete(ctx context.Context, now time.Time) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.StoreTimeout)
	defer cancel()
	return s.cfg.Store.DeleteFull(ctx, now, sweepLimit)
}
