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
// To revoke one twice is no error. It is recorded as its user's own doing.
//
// It goes on when the client has gone away. If the storage did not confirm, the error
// says so: nobody is told that a token is dead that may be alive (SECURITY REV-02).
func (c *Checker[UID, U]) Revoke(ctx context.Context, t Token[UID]) error {
	list := c.cfg.Store.Revoke
	if c.cfg.List != nil {
		list = c.cfg.List.Revoke
	}
	return c.record(ctx, fmt.Sprint(t.UserID), t.ID, c.revoke(ctx, list, t.ID, t.ExpiresAt))
}

// RevokeID is Revoke for whoever looks after the service, who knows of a token only its
// id and that it does not live beyond expiresAt. It is recorded as nobody's doing.
//
// They are seldom in the process that is asked about the token, and a List may be of one
// process only: the token is listed in the Store, which is asked in any case.
func (c *Checker[UID, U]) RevokeID(ctx context.Context, id string, expiresAt time.Time) error {
	return c.record(ctx, "", id, c.revoke(ctx, c.cfg.Store.Revoke, id, expiresAt))
}

func (c *Checker[UID, U]) revoke(ctx context.Context, list func(context.Context, string, time.Time) error, id string, expiresAt time.Time) error {
	if id == "" {
		return errNoID
	}
	err := c.ask(context.WithoutCancel(ctx), func(ctx context.Context) error { return list(ctx, id, c.end(expiresAt)) })
	// Even if it failed: it may have been done all the same.
	c.kept.Forget(func(q question[UID], _ *U) bool { return q.id == id })
	return err
}

// record tells the audit trail what came of revoking a token and returns the error for
// the caller.
func (c *Checker[UID, U]) record(ctx context.Context, actor, id string, err error) error {
	e := audit.Event{
		Time: c.now(), Type: audit.TokenRevoked, Outcome: audit.Success, Actor: actor, Target: id, Strategy: strategy,
	}
	if err != nil {
		e.Outcome, e.Reason = audit.Failed, reasonUnavailable
		err = fmt.Errorf("revoke access token: %w", err)
	}
	c.cfg.Audit.Record(context.WithoutCancel(ctx), e)
	return err
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
