package session

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"time"

	"github.com/authgen-go/authgen/runtime/audit"
	"github.com/authgen-go/authgen/runtime/authn"
)

// Start signs user in: it makes a session and sets its cookie. The caller has
// just authenticated user, whose id is id.
//
// The token is always a new one, whatever r carries. A session that r does carry
// ends, so that a login leaves one session and not two (SECURITY SES-04). On an
// error no cookie is set. A request that another site sent is refused, though the
// caller had better find that out before it checks a password (SECURITY WEB-03).
func (m *Manager[ID, U]) Start(w http.ResponseWriter, r *http.Request, user U, id ID) (Session[ID], error) {
	return m.start(w, r, user, id, origin{authenticated: m.now()})
}

// StartRemembered is [Manager.Start] for a login that asks to be remembered: the
// session and its cookie live for Config.Remember. Without that it is Start.
func (m *Manager[ID, U]) StartRemembered(w http.ResponseWriter, r *http.Request, user U, id ID) (Session[ID], error) {
	return m.start(w, r, user, id, origin{authenticated: m.now(), remembered: m.cfg.Remember > 0})
}

// StartFrom is [Manager.Start] for a user who comes with a credential of another kind
// that stands for a login at authenticated: the session is as old as that login where it
// matters how recent one is.
func (m *Manager[ID, U]) StartFrom(w http.ResponseWriter, r *http.Request, user U, id ID, authenticated time.Time) (Session[ID], error) {
	return m.start(w, r, user, id, origin{authenticated: authenticated})
}

// Retired returns [authn.ErrStrategyRetired] if no session is made any more: to be asked
// before a password is looked at.
func (m *Manager[ID, U]) Retired() error { return authn.CheckSunset(m.cfg.Sunset, m.now()) }

func (m *Manager[ID, U]) start(w http.ResponseWriter, r *http.Request, user U, id ID, origin origin) (Session[ID], error) {
	if err := m.cfg.CrossSite.Check(r); err != nil {
		return Session[ID]{}, err
	}
	if !user.Active() {
		return Session[ID]{}, ErrInactiveUser
	}
	origin.agent, origin.addr = cleanAgent(r.UserAgent()), m.cfg.Proxies.ClientAddr(r)
	s, token, hash, err := m.create(r.Context(), id, user.AuthVersion(), origin)
	if err != nil {
		return Session[ID]{}, err
	}
	if err := m.replace(r); err != nil {
		m.undo(r.Context(), s, hash)
		return Session[ID]{}, err
	}
	setCookie(w, m.Cookie(token, s))
	return s, nil
}

// undo ends a session whose token nobody has got. That is tidy, no more, and on record
// since its login is.
func (m *Manager[ID, U]) undo(ctx context.Context, s Session[ID], hash Hash) {
	ctx = context.WithoutCancel(ctx)
	e := audit.Event{Type: audit.SessionEnded, Actor: text(s.UserID), Target: s.ID, Reason: reasonUndone}
	_ = m.end(ctx, e, func(ctx context.Context) error { return m.cfg.Store.Delete(ctx, hash) })
}

// replace ends the session that r carries, if any.
func (m *Manager[ID, U]) replace(r *http.Request) error {
	hash, ok := m.credential(r)
	if !ok {
		return nil
	}
	return m.delete(r.Context(), hash)
}

// Create makes a session without a request, for tests and for what an application
// does on its own account. It is made under version, the user's current one. The
// token is the credential: it is returned this once, and [Manager.Cookie] carries
// it. A user who does not exist is [ErrInactiveUser].
func (m *Manager[ID, U]) Create(ctx context.Context, user ID, version int64) (Session[ID], string, error) {
	s, token, _, err := m.create(ctx, user, version, origin{authenticated: m.now()})
	return s, token, err
}

// origin is where a session was made, whether it is to be remembered there, and when its
// user proved who they are.
type origin struct {
	agent         string
	addr          netip.Addr
	remembered    bool
	authenticated time.Time
}

func (m *Manager[ID, U]) create(ctx context.Context, user ID, version int64, from origin) (Session[ID], string, Hash, error) {
	now := m.now()
	if err := authn.CheckSunset(m.cfg.Sunset, now); err != nil {
		return Session[ID]{}, "", Hash{}, err
	}
	authenticated := canonical(from.authenticated)
	if authenticated.After(now) {
		authenticated = now
	}
	s := Session[ID]{
		ID: newID(), UserID: user, UserVersion: version,
		CreatedAt: now, AuthenticatedAt: authenticated, LastSeenAt: now, ExpiresAt: canonical(now.Add(m.cfg.ttl(from.remembered))),
		Remembered: from.remembered, UserAgent: from.agent, Addr: from.addr,
	}
	token, hash := newToken()
	err := m.change(ctx, func(ctx context.Context) error { return m.cfg.Store.Create(ctx, s, hash) })
	if errors.Is(err, ErrNotFound) {
		return Session[ID]{}, "", Hash{}, ErrInactiveUser
	}
	if err != nil {
		return Session[ID]{}, "", Hash{}, fmt.Errorf("create session: %w", err)
	}
	return s, token, hash, nil
}

// Renew gives s, the session that r carries, a new token and cookie, and makes it
// recent: to be called after the user has confirmed who they are or has changed
// their password, with the user's version as it is then (SECURITY SES-04). The old
// token is dead; the absolute end stays. If the session has ended meanwhile, or
// another request has renewed it, the error is [ErrInvalidSession] and no cookie
// is set.
func (m *Manager[ID, U]) Renew(w http.ResponseWriter, r *http.Request, s Session[ID], version int64) error {
	if err := m.cfg.CrossSite.Check(r); err != nil {
		return err
	}
	if err := m.Retired(); err != nil {
		return err
	}
	old, ok := m.credential(r)
	if !ok {
		return ErrInvalidSession
	}
	token, hash := newToken()
	now := m.now()
	defer m.forget(old) // also if it may have been replaced
	err := m.change(r.Context(), func(ctx context.Context) error {
		return m.cfg.Store.Rotate(ctx, old, hash, version, now)
	})
	if errors.Is(err, ErrNotFound) {
		return ErrInvalidSession
	}
	if err != nil {
		return fmt.Errorf("renew session: %w", err)
	}
	m.touches.Delete(old)
	setCookie(w, m.Cookie(token, s))
	return nil
}
