package revocation

import (
	"context"
	"fmt"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
)

// strategy is how the spec writes what this package belongs to.
const strategy = "jwt"

const reasonUnavailable = "store-unavailable"

// Revoke ends a token that was verified, until it would no longer be accepted anyway.
// To revoke one twice is no error. It is recorded as its user's own doing, or nobody's
// if the user is the zero value.
//
// It goes on when the client has gone away. If the storage did not confirm, the error
// says so: nobody is told that a token is dead that may be alive (SECURITY REV-02).
func (c *Checker[UID, U]) Revoke(ctx context.Context, t Token[UID]) error {
	ctx = context.WithoutCancel(ctx)
	err := c.revoke(ctx, t)
	e := audit.Event{Time: c.now(), Type: audit.TokenRevoked, Outcome: audit.Success, Target: t.ID, Strategy: strategy}
	var nobody UID
	if t.UserID != nobody {
		e.Actor = fmt.Sprint(t.UserID)
	}
	if err != nil {
		e.Outcome, e.Reason = audit.Failed, reasonUnavailable
		err = fmt.Errorf("revoke access token: %w", err)
	}
	c.cfg.Audit.Record(ctx, e)
	return err
}

func (c *Checker[UID, U]) revoke(ctx context.Context, t Token[UID]) error {
	if t.ID == "" {
		return errNoID
	}
	list := c.cfg.Store.Revoke
	if c.cfg.List != nil {
		list = c.cfg.List.Revoke
	}
	err := c.ask(ctx, func(ctx context.Context) error { return list(ctx, t.ID, c.end(t)) })
	// Even if it failed: it may have been done all the same.
	c.kept.Forget(func(q question[UID], _ *U) bool { return q.id == t.ID })
	return err
}

// end is when nobody accepts t any more, rounded up: an entry never ends early
// (SECURITY REV-04).
func (c *Checker[UID, U]) end(t Token[UID]) time.Time {
	return canonical(t.ExpiresAt.Add(c.cfg.Leeway + time.Microsecond - 1))
}

// Forget makes this process ask again about the tokens of user, whatever MaxStaleness
// says: for when the user was disabled or changed, or one of their families ended.
func (c *Checker[UID, U]) Forget(user UID) {
	c.kept.Forget(func(q question[UID], _ *U) bool { return q.user == user })
}
