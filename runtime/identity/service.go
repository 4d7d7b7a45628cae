package identity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/authgen-go/authgen/runtime/account"
	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/authn"
)

// strategy is how the spec writes what this package does.
const strategy = "oauth"

// A Service finds, makes and links the accounts of who logs in through providers. It is
// safe for concurrent use and needs no closing.
type Service[ID comparable, R ~string] struct {
	cfg Config[ID, R]
}

// New returns a Service. The error names what is wrong with cfg.
func New[ID comparable, R ~string](cfg Config[ID, R]) (*Service[ID, R], error) {
	if err := cfg.complete(); err != nil {
		return nil, err
	}
	return &Service[ID, R]{cfg: cfg}, nil
}

// ask calls the storage under a deadline (SECURITY F-08) and says, in an error that is
// no verdict, what it was asked for.
func (s *Service[ID, R]) ask(ctx context.Context, what string, call func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.StoreTimeout)
	defer cancel()
	err := call(ctx)
	if err == nil || isVerdict(err) {
		return err
	}
	return fmt.Errorf("%s: %w", what, err)
}

func isVerdict(err error) bool {
	return errors.Is(err, ErrNotFound) || errors.Is(err, ErrTaken) || errors.Is(err, ErrLastWayIn) || errors.Is(err, account.ErrEmailTaken)
}

// now is the time as it is stored.
func (s *Service[ID, R]) now() time.Time { return s.cfg.Now().UTC().Truncate(time.Microsecond) }

func (s *Service[ID, R]) retired() error { return authn.CheckSunset(s.cfg.Sunset, s.cfg.Now()) }

// conclude records how an act went and returns its error.
func (s *Service[ID, R]) conclude(ctx context.Context, e audit.Event, err error) error {
	e.Time, e.Strategy, e.Outcome = s.now(), strategy, audit.Success
	if err != nil {
		e.Outcome, e.Reason = audit.Failed, "store-unavailable"
		if p, ok := errors.AsType[*authn.Problem](err); ok {
			e.Outcome, e.Reason = audit.Denied, string(p.Code)
		}
	}
	s.cfg.Audit.Record(ctx, e)
	return err
}

// change calls the storage for a change that e tells of (see [audit.Do]).
func (s *Service[ID, R]) change(ctx context.Context, what string, e audit.Event, call func(context.Context) error) error {
	e.Time, e.Strategy, e.Outcome = s.now(), strategy, audit.Success
	return audit.Do(ctx, s.cfg.Audit, func(ctx context.Context) error { return s.ask(ctx, what, call) }, e)
}

// concludeFailure is conclude for a change, which is on record if it was made.
func (s *Service[ID, R]) concludeFailure(ctx context.Context, e audit.Event, err error) error {
	if err == nil || errors.Is(err, audit.ErrUnrecorded) {
		return err
	}
	return s.conclude(ctx, e, err)
}

// text is the form of an id that audit events carry.
func text[ID comparable](id ID) string { return fmt.Sprint(id) }
