package refresh

import (
	"context"
	"fmt"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/internal/sweep"
)

// strategy is how the spec writes what this package belongs to.
const strategy = "jwt"

// The reasons of events. They are what an auditor reads; clients never see them.
const (
	reasonAgain        = "again"
	reasonAll          = "all"
	reasonClockSkew    = "clock-skew"
	reasonExpired      = "expired"
	reasonIdle         = "idle"
	reasonInactiveUser = "inactive-user"
	reasonMalformed    = "malformed"
	reasonNotFound     = "not-found"
	reasonOthers       = "others"
	reasonReused       = "reused"
	reasonUnavailable  = "store-unavailable"
	reasonUnknown      = "unknown"
	reasonUserVersion  = "user-version"
)

// A Service starts, refreshes and ends families. It is safe for concurrent use and
// must be closed.
//
// Its storage is asked under a deadline. An error that is not one of this package or
// of authn means that something could not be found out or done; it ends no family.
type Service[UID comparable, U Account] struct {
	cfg     Config[UID, U] // without the key
	sealer  sealer
	sweeper *sweep.Sweeper
}

// New starts a Service. The error names what is wrong with cfg.
func New[UID comparable, U Account](cfg Config[UID, U]) (*Service[UID, U], error) {
	if err := cfg.complete(); err != nil {
		return nil, err
	}
	s := &Service[UID, U]{cfg: cfg, sealer: newSealer(cfg.Key)}
	s.cfg.Key = nil
	s.sweeper = sweep.Start(cfg.SweepInterval, cfg.Logger, "refresh tokens", func(ctx context.Context) error {
		_, err := s.Sweep(ctx)
		return err
	})
	return s, nil
}

// Close ends the work in the background. Nothing waits to be written: the error is
// nil.
func (s *Service[UID, U]) Close(context.Context) error {
	s.sweeper.Stop()
	return nil
}

// Parse returns which token a token is, or [ErrInvalidGrant] if it was not made under
// this Service's key. No storage is asked and nothing is recorded. Whether it is of
// use only Rotate knows.
func (s *Service[UID, U]) Parse(token string) (Ref, error) {
	ref, ok := s.sealer.open(token)
	if !ok {
		return Ref{}, ErrInvalidGrant
	}
	return ref, nil
}

// ask calls the storage under a deadline (SECURITY F-08).
func (s *Service[UID, U]) ask(ctx context.Context, call func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.StoreTimeout)
	defer cancel()
	return call(ctx)
}

// change calls the storage for a change that e tells of (see [audit.Do]).
func (s *Service[UID, U]) change(ctx context.Context, e audit.Event, call func(context.Context) error) error {
	e.Time, e.Strategy = s.now(), strategy
	return audit.Do(ctx, s.cfg.Audit, func(ctx context.Context) error { return s.ask(ctx, call) }, e)
}

// now is the time as it is stored.
func (s *Service[UID, U]) now() time.Time { return canonical(s.cfg.Now()) }

func canonical(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

func (s *Service[UID, U]) record(ctx context.Context, e audit.Event) {
	e.Time, e.Strategy = s.now(), strategy
	s.cfg.Audit.Record(ctx, e)
}

// text is the form of an id that audit events carry.
func text[UID comparable](id UID) string { return fmt.Sprint(id) }
