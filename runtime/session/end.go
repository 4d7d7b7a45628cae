package session

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/authgen-go/authgen/runtime/audit"
)

// The reasons of events.
const (
	reasonInsecureCookie = "insecure-cookie"
	reasonNotFound       = "not-found"
	reasonUnavailable    = "store-unavailable"
	reasonAll            = "all"
	reasonOthers         = "others"
	reasonUndone         = "undone"
)

// End signs out: it ends the session that r carries and clears the cookie. If
// there is no such session the cookie is cleared all the same. If the storage did
// not confirm the end, the error says so and the cookie stays: nobody is told that
// a session is over that may be alive (SECURITY SES-06).
//
// This and what else ends sessions goes on when the client has gone away.
func (m *Manager[ID, U]) End(w http.ResponseWriter, r *http.Request) error {
	if err := m.cfg.CrossSite.Check(r); err != nil {
		return err
	}
	if hash, ok := m.credential(r); ok {
		if err := m.endToken(r.Context(), hash); err != nil {
			return err
		}
	}
	m.ClearCookie(w)
	return nil
}

// endToken finds out whose session it is, for the record, and deletes it.
func (m *Manager[ID, U]) endToken(ctx context.Context, hash Hash) error {
	ctx = context.WithoutCancel(ctx)
	f, err := m.read(m.reads.Bound(ctx), hash)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	e := audit.Event{Type: audit.SessionEnded}
	if err != nil {
		return m.conclude(ctx, e, err)
	}
	e.Actor, e.Target = text(f.session.UserID), f.session.ID
	return m.deleteAs(hash, func(call func(context.Context) error) error { return m.end(ctx, e, call) })
}

// delete removes a session, of which there is no event.
func (m *Manager[ID, U]) delete(ctx context.Context, hash Hash) error {
	return m.deleteAs(hash, func(call func(context.Context) error) error { return m.ask(ctx, call) })
}

// deleteAs removes a session by do and forgets what waits to be written of it.
func (m *Manager[ID, U]) deleteAs(hash Hash, do func(call func(context.Context) error) error) error {
	defer m.forget(hash) // also if it may have been deleted
	err := do(func(ctx context.Context) error { return m.cfg.Store.Delete(ctx, hash) })
	if err != nil {
		return fmt.Errorf("delete session: %w", err)
	}
	m.touches.Delete(hash)
	return nil
}

// EndByID ends the session of user that is named id. If user has no such session
// it returns [ErrNoSuchSession], whoever else may have it (SECURITY SES-09). It is
// recorded as the user's own doing.
func (m *Manager[ID, U]) EndByID(ctx context.Context, user ID, id string) error {
	if !isID(id) {
		return ErrNoSuchSession
	}
	ctx = context.WithoutCancel(ctx)
	e := audit.Event{Type: audit.SessionEnded, Actor: text(user), Target: id}
	err := m.end(ctx, e, func(ctx context.Context) error { return m.cfg.Store.DeleteByID(ctx, user, id) })
	m.Forget(user)
	return err
}

// EndOthers ends the sessions of user except the one named keepID. It is recorded
// as the user's own doing.
func (m *Manager[ID, U]) EndOthers(ctx context.Context, user ID, keepID string) error {
	return m.endMany(ctx, user, keepID, reasonOthers)
}

// EndAll ends the sessions of user. It is recorded as the user's own doing.
//
// Where the user's version has been raised, which account.Service does whenever
// all credentials must die, the sessions are dead already and stay so even if
// EndAll fails; it then only tidies up.
func (m *Manager[ID, U]) EndAll(ctx context.Context, user ID) error {
	return m.endMany(ctx, user, "", reasonAll)
}

func (m *Manager[ID, U]) endMany(ctx context.Context, user ID, keepID, reason string) error {
	e := audit.Event{Type: audit.SessionsEnded, Actor: text(user), Target: text(user), Reason: reason}
	err := m.end(context.WithoutCancel(ctx), e, func(ctx context.Context) error {
		_, err := m.cfg.Store.DeleteByUser(ctx, user, keepID)
		return err
	})
	m.Forget(user)
	return err
}

// end has call end what e tells of, records how it went and returns the error.
func (m *Manager[ID, U]) end(ctx context.Context, e audit.Event, call func(context.Context) error) error {
	e.Time, e.Strategy, e.Outcome = m.now(), strategy, audit.Success
	err := m.change(ctx, call, e)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, audit.ErrUnrecorded):
		return fmt.Errorf("end session: %w", err)
	case errors.Is(err, ErrNotFound):
		err = ErrNoSuchSession
	}
	return m.conclude(ctx, e, err)
}

// conclude records why nothing ended and returns it.
func (m *Manager[ID, U]) conclude(ctx context.Context, e audit.Event, err error) error {
	e.Outcome, e.Reason = audit.Denied, reasonNotFound
	if !errors.Is(err, ErrNoSuchSession) {
		e.Outcome, e.Reason = audit.Failed, reasonUnavailable
		err = fmt.Errorf("end session: %w", err)
	}
	m.record(ctx, e)
	return err
}
