package revocation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/authgen-go/authgen/runtime/internal/deadline"
	"github.com/authgen-go/authgen/runtime/internal/kept"
	"github.com/authgen-go/authgen/runtime/internal/sweep"
)

// A Checker finds out what has become of tokens, and ends them. It is safe for
// concurrent use and must be closed.
//
// Its storage is asked under a deadline. An error that is not [ErrRevoked] means that
// something could not be found out or done.
type Checker[UID comparable, U Account] struct {
	cfg     Config[UID, U]
	kept    *kept.Cache[question[UID], U] // nil if nothing is kept
	sweeper *sweep.Sweeper
	reads   *deadline.Deadline // see ask for the other calls
}

// A question is everything that an answer depends on (SECURITY REV-05).
type question[UID comparable] struct {
	id, family      string
	user            UID
	version, issued int64
}

// New starts a Checker. The error names what is wrong with cfg.
func New[UID comparable, U Account](cfg Config[UID, U]) (*Checker[UID, U], error) {
	if err := cfg.complete(); err != nil {
		return nil, err
	}
	c := &Checker[UID, U]{cfg: cfg, reads: deadline.New(cfg.StoreTimeout)}
	if cfg.MaxStaleness > 0 {
		c.kept = kept.New[question[UID], U](cfg.MaxStaleness)
	}
	c.sweeper = sweep.Start(cfg.SweepInterval, cfg.Logger, "revoked tokens", func(ctx context.Context) error {
		_, err := c.Sweep(ctx)
		return err
	})
	return c, nil
}

// Close ends the work in the background. Nothing waits to be written: the error is
// nil.
func (c *Checker[UID, U]) Close(context.Context) error {
	c.sweeper.Stop()
	c.reads.Stop()
	return nil
}

// Check returns the user of a token that was verified: as of now or, where
// [Config.MaxStaleness] allows it, a little earlier. It reads the storage once at most
// and writes nothing. The user is shared and must not be changed. The error is
//
//   - [ErrRevoked] if the token or its family was revoked, or its user is gone, may not
//     sign in, or is of another version
//   - any other if that could not be found out
func (c *Checker[UID, U]) Check(ctx context.Context, t Token[UID]) (U, error) {
	ctx = c.reads.Bound(ctx)
	if c.kept == nil {
		return c.check(ctx, t)
	}
	q := question[UID]{id: t.ID, family: t.Family, user: t.UserID, version: t.Version, issued: t.IssuedAt.UnixMicro()}
	now := c.cfg.Now()
	user := c.kept.Get(q, now)
	if user == nil {
		var err error
		user, err = c.kept.Find(ctx, q, now, func(fresh *U) (err error) {
			*fresh, err = c.check(ctx, t)
			return err
		})
		if err != nil {
			var nobody U
			return nobody, err
		}
	}
	return *user, nil
}

func (c *Checker[UID, U]) check(ctx context.Context, t Token[UID]) (U, error) {
	var nobody U
	if t.ID == "" {
		return nobody, errNoID
	}
	s, err := c.cfg.Store.Check(ctx, t.UserID, t.Family, t.ID)
	if errors.Is(err, ErrNotFound) {
		return nobody, ErrRevoked
	}
	if err != nil {
		return nobody, fmt.Errorf("check access token: %w", err)
	}
	if s.Revoked || s.FamilyGone || !s.User.Active() || s.User.AuthVersion() != t.Version {
		return nobody, ErrRevoked
	}
	if c.cfg.List == nil {
		return s.User, nil
	}
	switch revoked, err := c.cfg.List.Revoked(ctx, t.ID, t.IssuedAt); {
	case err != nil:
		return nobody, fmt.Errorf("check access token: %w", err)
	case revoked:
		return nobody, ErrRevoked
	}
	return s.User, nil
}

// ask calls the storage under a deadline (SECURITY F-08).
func (c *Checker[UID, U]) ask(ctx context.Context, call func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, c.cfg.StoreTimeout)
	defer cancel()
	return call(ctx)
}

// now is the time as it is stored.
func (c *Checker[UID, U]) now() time.Time { return canonical(c.cfg.Now()) }

func canonical(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }
