package apikey

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/authgen-go/authgen/runtime/internal/batch"
	"github.com/authgen-go/authgen/runtime/internal/daily"
	"github.com/authgen-go/authgen/runtime/internal/deadline"
	"github.com/authgen-go/authgen/runtime/internal/kept"
	"github.com/authgen-go/authgen/runtime/internal/sweep"
	"github.com/authgen-go/authgen/runtime/ratelimit"
)

// strategy is how the spec writes what this package does.
const strategy = "api_key"

// touchesPerWrite bounds how long one transaction of last-used times keeps other
// writers waiting.
const touchesPerWrite = 1000

// A Service makes, finds, rotates and ends API keys. It is safe for concurrent use
// and must be closed.
//
// Its storage is asked under a deadline. An error that is not one of this package,
// of authn or of ratelimit means that something could not be found out or done; it
// ends no key.
type Service[ID comparable, S ~string, U Owner] struct {
	cfg      Config[ID, S, U]
	kept     *kept.Cache[Hash, found[ID, S, U]] // nil if nothing is kept
	policy   *ratelimit.Policy                  // of RateLimit
	failures *failures
	warnings daily.First // which keys had their event today
	leaks    *ratelimit.Gate
	touches  *batch.Queue[string, Touch]
	sweeper  *sweep.Sweeper
	deadline *deadline.Deadline // of reads; see ask for the rest
}

// New starts a Service. The error names what is wrong with cfg.
func New[ID comparable, S ~string, U Owner](cfg Config[ID, S, U]) (*Service[ID, S, U], error) {
	if err := cfg.complete(); err != nil {
		return nil, err
	}
	s := &Service[ID, S, U]{
		cfg:      cfg,
		policy:   ratelimit.NewPolicy(requestLimit, cfg.RateLimit),
		failures: newFailures(cfg.Limiter, cfg.FailureLimit, cfg.Now),
		leaks:    ratelimit.NewGate(leakLimit, cfg.Limiter, cfg.LeakLimit, cfg.Proxies),
		deadline: deadline.New(cfg.StoreTimeout),
	}
	if cfg.MaxStaleness > 0 {
		s.kept = kept.New[Hash, found[ID, S, U]](cfg.MaxStaleness)
	}
	s.touches = batch.New(batch.Config[string, Touch]{
		Name:     "last-used times of API keys",
		Flush:    s.writeTouches,
		Merge:    later,
		Interval: cfg.LastUsedFlush,
		Timeout:  10 * cfg.StoreTimeout, // each write has StoreTimeout
		Logger:   cfg.Logger,
	})
	s.sweeper = sweep.Start(cfg.SweepInterval, cfg.Logger, "API keys", func(ctx context.Context) error {
		_, err := s.Sweep(ctx)
		return err
	})
	return s, nil
}

// Flush writes the last-used times that wait to be written.
func (s *Service[ID, S, U]) Flush(ctx context.Context) error { return s.touches.Flush(ctx) }

// Dropped counts the last-used times that were lost: because more keys were in use
// between two writes than are remembered, 65536, or because Close had to give up.
func (s *Service[ID, S, U]) Dropped() uint64 { return s.touches.Dropped() }

// Close ends the work in the background and writes the last-used times that wait.
// If ctx ends first they are lost, and the error says so.
func (s *Service[ID, S, U]) Close(ctx context.Context) error {
	s.sweeper.Stop()
	defer s.deadline.Stop()
	return s.touches.Close(ctx)
}

func later(a, b Touch) Touch {
	if a.UsedAt.After(b.UsedAt) {
		return a
	}
	return b
}

// writeTouches may write a part and fail: a touch that is repeated changes nothing.
func (s *Service[ID, S, U]) writeTouches(ctx context.Context, used map[string]Touch) error {
	touches := make([]Touch, 0, len(used))
	for _, t := range used {
		touches = append(touches, t)
	}
	// In one order for everybody, so that two processes do not lock rows crosswise.
	slices.SortFunc(touches, func(a, b Touch) int { return cmp.Compare(a.KeyID, b.KeyID) })
	for part := range slices.Chunk(touches, touchesPerWrite) {
		err := s.ask(ctx, func(ctx context.Context) error { return s.cfg.Store.Touch(ctx, part) })
		if err != nil {
			return fmt.Errorf("touch API keys: %w", err)
		}
	}
	return nil
}

// ask calls the storage under a deadline (SECURITY F-08).
func (s *Service[ID, S, U]) ask(ctx context.Context, call func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.StoreTimeout)
	defer cancel()
	return call(ctx)
}

// now is the time as it is stored.
func (s *Service[ID, S, U]) now() time.Time { return canonical(s.cfg.Now()) }

func canonical(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// text is the form of an id that audit events carry.
func text[ID comparable](id ID) string { return fmt.Sprint(id) }
