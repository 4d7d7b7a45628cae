package revocation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
)

// strategy is how the spec writes what this package belongs to.
const strategy = "jwt"

const reasonUnavailable = "store-unavailable"

// Revoke ends a token that was verified, until it would no longer be accepted anyway.
// To revoke one twice is no error. It is recorded as its user's own doing.
//
// It goes on when the client has gone away. If the storage did not confirm, the error
// says so: nobody is told that a token is dead that may be alive (SECURITY REV-02).
func (c *Checker[UID, U]) Revoke(ctx context.Context, t Token[UID]) error {
	list := c.cfg.Store.Revoke
	if c.cfg.List != nil {
		list = c.cfg.List.Revoke
	}
	return c.revoke(ctx, list, fmt.Sprint(t.UserID), t.ID, t.ExpiresAt)
}

// RevokeID is Revoke for whoever looks after the service, who knows of a token only its
// id and that it does not live beyond expiresAt. It is recorded as nobody's doing.
//
// They are seldom in the process that is asked about the token, and a List may be of one
// process only: the token is listed in the Store, which is asked in any case.
func (c *Checker[UID, U]) RevokeID(ctx context.Context, id string, expiresAt time.Time) error {
	return c.revoke(ctx, c.cfg.Store.Revoke, "", id, expiresAt)
}

// revoke lists a token and has that on record, as the doing of actor.
func (c *Checker[UID, U]) revoke(ctx context.Context, list func(context.Context, string, time.Time) error, actor, id string, expiresAt time.Time) error {
	ctx = context.WithoutCancel(ctx)
	e := audit.Event{
		Time: c.now(), Type: audit.TokenRevoked, Outcome: audit.Success, Actor: actor, Target: id, Strategy: strategy,
	}
	err := errNoID
	if id != "" {
		err = audit.Do(ctx, c.cfg.Audit, func(ctx context.Context) error {
			return c.ask(ctx, func(ctx context.Context) error { return list(ctx, id, c.end(expiresAt)) })
		}, e)
		// Even if it failed: it may have been done all the same.
		c.kept.Forget(func(q question[UID], _ *U) bool { return q.id == id })
	}
	if err == nil {
		return nil
	}
	if !errors.Is(err, audit.ErrUnrecorded) {
		e.Outcome, e.Reason = audit.Failed, reasonUnavailable
		c.cfg.Audit.Record(ctx, e)
	}
	return fmt.Errorf("revoke access token: %w", err)
}

// end is when nobody accepts a token any more, rounded up: an entry never ends early
// (SECURITY REV-04).
func (c *Checker[UID, U]) end(expiresAt time.Time) time.Time {
	return canonical(expiresAt.Add(c.cfg.Leeway + time.Microsecond - 1))
}

// Forget makes this process ask again about the tokens of user, whatever MaxStaleness
// says: for when the user was disabled or changed, or one of their families ended.
func (c *Checker[UID, U]) Forget(user UID) {
	c.kept.Forget(func(q question[UID], _ *U) bool { return q.user == user })
}
