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
// now. It reads the storage once and writes nothing. Its error is
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

// resume finds a session, judges it and notes that it was seen.
func (m *Manager[ID, U]) resume(ctx context.Context, hash Hash) (Session[ID], U, error) {
	var nobody U
	// Before the storage is read, not after: a time that is written in between is
	// then seen twice rather than not at all.
	pending, _ := m.touches.Get(hash)
	s, user, err := m.find(ctx, hash)
	if errors.Is(err, ErrNotFound) {
		return Session[ID]{}, nobody, ErrInvalidSession
	}
	if err != nil {
		return Session[ID]{}, nobody, fmt.Errorf("find session: %w", err)
	}
	now := m.now()
	s.LastSeenAt = later(s.LastSeenAt, pending)
	if !m.lives(s, now, 0) || !user.Active() || user.AuthVersion() != s.UserVersion {
		return Session[ID]{}, nobody, ErrInvalidSession
	}
	if s.LastSeenAt.Before(now) {
		s.LastSeenAt = now
		m.touches.Put(hash, now)
	}
	return s, user, nil
}

func (m *Manager[ID, U]) find(ctx context.Context, hash Hash) (Session[ID], U, error) {
	return m.cfg.Store.Find(m.reads.Bound(ctx), hash)
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
