package session

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/authgen-go/authgen/runtime/authn"
)

// Authenticate returns the session whose cookie r carries, and its user as of
// now or, where [Config.MaxStaleness] allows it, a little earlier: the user is then
// shared and must not be changed. It reads the storage once at most, writes nothing, and
// its error is
//
//   - [authn.ErrNoCredential] without a cookie; the storage was not asked
//   - [authn.ErrCrossSite] if r may change something and another site sent it;
//     the storage was not asked
//   - [ErrInvalidSession] if the cookie is of no use
//   - any other if that could not be found out
//
// None of them takes the cookie away: a late answer must not wipe the cookie of a
// login that happened meanwhile (SECURITY ERR-05).
func (m *Manager[ID, U]) Authenticate(r *http.Request) (Session[ID], U, error) {
	var nobody U
	token, count := m.presented(r)
	if count == 0 {
		return Session[ID]{}, nobody, authn.ErrNoCredential
	}
	if err := m.cfg.CrossSite.Check(r); err != nil {
		return Session[ID]{}, nobody, err
	}
	hash, ok := hashToken(token)
	if !ok || count > 1 {
		return Session[ID]{}, nobody, ErrInvalidSession
	}
	return m.resume(r.Context(), hash)
}

// found is a session and its user as they were read. One that is kept is immutable.
type found[ID comparable, U Account] struct {
	session Session[ID]
	user    U
}

// resume finds a session, judges it and notes that it was seen. What is kept can only
// let a request in: it may not know yet that the session was used elsewhere, or that its
// user may sign in again, so before it refuses anybody the storage is asked.
func (m *Manager[ID, U]) resume(ctx context.Context, hash Hash) (Session[ID], U, error) {
	now := m.now()
	// Before the storage is read, not after: a time that is written in between is
	// then seen twice rather than not at all.
	pending, _ := m.touches.Get(hash)
	find := m.find
	if m.kept != nil {
		if f := m.kept.Get(hash, now); f != nil {
			if s, ok := m.admit(*f, hash, pending, now); ok {
				return s, f.user, nil
			}
			find = m.read
		}
	}
	var nobody U
	f, err := find(m.reads.Bound(ctx), hash)
	if errors.Is(err, ErrNotFound) {
		return Session[ID]{}, nobody, ErrInvalidSession
	}
	if err != nil {
		return Session[ID]{}, nobody, fmt.Errorf("find session: %w", err)
	}
	s, ok := m.admit(f, hash, pending, now)
	if !ok {
		return Session[ID]{}, nobody, ErrInvalidSession
	}
	return s, f.user, nil
}

// admit judges a session that was last seen at pending, or earlier if that is zero, and
// notes that it is seen now.
func (m *Manager[ID, U]) admit(f found[ID, U], hash Hash, pending, now time.Time) (Session[ID], bool) {
	s := f.session
	s.LastSeenAt = later(s.LastSeenAt, pending)
	if !m.lives(s, now, 0) || !f.user.Active() || f.user.AuthVersion() != s.UserVersion {
		return Session[ID]{}, false
	}
	if s.LastSeenAt.Before(now) {
		s.LastSeenAt = now
		m.touches.Put(hash, now)
	}
	return s, true
}

// find reads a session and keeps it, or waits for another request that does.
func (m *Manager[ID, U]) find(ctx context.Context, hash Hash) (found[ID, U], error) {
	if m.kept == nil {
		return m.read(ctx, hash)
	}
	fresh, err := m.kept.Find(ctx, hash, m.now(), func(fresh *found[ID, U]) (err error) {
		*fresh, err = m.read(ctx, hash)
		return err
	})
	if err != nil {
		return found[ID, U]{}, err
	}
	return *fresh, nil
}

func (m *Manager[ID, U]) read(ctx context.Context, hash Hash) (f found[ID, U], err error) {
	f.session, f.user, err = m.cfg.Store.Find(ctx, hash)
	return f, err
}

// forget drops what is kept of a token.
func (m *Manager[ID, U]) forget(hash Hash) {
	m.kept.Forget(func(h Hash, _ *found[ID, U]) bool { return h == hash })
}

// Forget makes this process read the sessions of user again, whatever MaxStaleness says:
// for when the user was disabled or has other roles.
func (m *Manager[ID, U]) Forget(user ID) {
	m.kept.Forget(func(_ Hash, f *found[ID, U]) bool { return f.session.UserID == user })
}

// lives reports whether neither timeout of s has come (SECURITY SES-05). The idle
// one comes later by slack.
func (m *Manager[ID, U]) lives(s Session[ID], now time.Time, slack time.Duration) bool {
	return now.Before(s.ExpiresAt) && now.Before(s.LastSeenAt.Add(m.cfg.idleTimeout(s.Remembered)+slack))
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Challenge returns the WWW-Authenticate value that goes with err. No scheme is
// registered for cookies; the name "Cookie" makes no browser ask for a password.
func (m *Manager[ID, U]) Challenge(err error) string {
	return authn.FormatChallenge("Cookie", "auth", err)
}

// RequireRecent returns [ErrReauthenticationRequired] unless the user of s logged
// in, or confirmed, less than Config.Recent ago (SECURITY SES-10).
func (m *Manager[ID, U]) RequireRecent(s Session[ID]) error {
	return authn.RequireRecent(m.now(), s.AuthenticatedAt, m.cfg.Recent)
}
