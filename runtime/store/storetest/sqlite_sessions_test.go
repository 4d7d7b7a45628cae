package storetest_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/account"
	"github.com/authgen-go/authgen/runtime/session"
	"github.com/authgen-go/authgen/runtime/store/sqlite"
)

// The statements of sessions. Each verb is one of them.
const (
	insertSession = `INSERT INTO auth_sessions
	(id, token_hash, user_id, user_version, created_at, authenticated_at, last_seen_at, expires_at, remembered, user_agent, addr)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

	findSession = `SELECT s.id, s.user_version, s.created_at, s.authenticated_at, s.last_seen_at, s.expires_at, s.remembered, s.user_agent, s.addr,
	u.id, u.email, u.roles, u.disabled_at IS NOT NULL, u.auth_version, u.created_at
FROM auth_sessions s JOIN users u ON u.id = s.user_id
WHERE s.token_hash = ?`

	rotateSession = `UPDATE auth_sessions
SET token_hash = ?, user_version = ?, authenticated_at = ?, last_seen_at = MAX(last_seen_at, ?)
WHERE token_hash = ?`
	touchSession  = `UPDATE auth_sessions SET last_seen_at = ? WHERE token_hash = ? AND last_seen_at < ?`
	deleteSession = `DELETE FROM auth_sessions WHERE token_hash = ?`

	listSessions = `SELECT id, user_version, created_at, authenticated_at, last_seen_at, expires_at, remembered, user_agent, addr
FROM auth_sessions WHERE user_id = ? ORDER BY created_at DESC, id`
	deleteSessionByID     = `DELETE FROM auth_sessions WHERE id = ? AND user_id = ?`
	deleteSessionsByUser  = `DELETE FROM auth_sessions WHERE user_id = ? AND id <> ?`
	deleteSessionsExpired = `DELETE FROM auth_sessions WHERE id IN
	(SELECT id FROM auth_sessions WHERE expires_at <= ? OR last_seen_at <= IIF(remembered, ?, ?) LIMIT ?)`
)

// sqliteSessions is what the generator writes, by hand and over any type of id.
type sqliteSessions[ID comparable] struct{ db *sqlite.DB }

func newSQLiteSessions[ID comparable](t testing.TB, pool *sql.DB) *sqliteSessions[ID] {
	t.Helper()
	db := sqlite.New(pool)
	if err := db.Prepare(t.Context(), findSession); err != nil { // on the path of every request
		t.Fatal(err)
	}
	return &sqliteSessions[ID]{db: db}
}

func (s *sqliteSessions[ID]) Create(ctx context.Context, row session.Session[ID], hash session.Hash) error {
	_, err := s.db.Exec(ctx, insertSession, row.ID, hash[:], row.UserID, row.UserVersion,
		sqlite.At(row.CreatedAt), sqlite.At(row.AuthenticatedAt), sqlite.At(row.LastSeenAt), sqlite.At(row.ExpiresAt),
		row.Remembered, row.UserAgent, row.IP())
	if sqlite.IsForeignKey(err) {
		return session.ErrNotFound
	}
	return err
}

func (s *sqliteSessions[ID]) Find(ctx context.Context, hash session.Hash) (session.Session[ID], user[ID], error) {
	var row sessionRow[ID]
	var u user[ID]
	var names string
	var created sqlite.Time
	err := s.db.QueryRow(ctx, findSession, hash[:]).Scan(append(row.columns(), &u.ID, &u.Email, &names, &u.Disabled, &u.Version, &created)...)
	if errors.Is(err, sql.ErrNoRows) {
		return session.Session[ID]{}, u, session.ErrNotFound
	}
	if err != nil {
		return session.Session[ID]{}, u, err
	}
	u.Roles, u.CreatedAt = account.SplitRoles[role](names), created.Time
	return row.session(u.ID), u, nil
}

func (s *sqliteSessions[ID]) Rotate(ctx context.Context, old, next session.Hash, userVersion int64, at time.Time) error {
	return s.one(ctx, rotateSession, next[:], userVersion, sqlite.At(at), sqlite.At(at), old[:])
}

func (s *sqliteSessions[ID]) Touch(ctx context.Context, touches []session.Touch) error {
	args := make([][]any, len(touches))
	for i, t := range touches {
		seen := sqlite.At(t.SeenAt)
		args[i] = []any{seen, t.Hash[:], seen}
	}
	return s.db.ExecEach(ctx, touchSession, args)
}

func (s *sqliteSessions[ID]) Delete(ctx context.Context, hash session.Hash) error {
	_, err := s.db.Exec(ctx, deleteSession, hash[:])
	return err
}

func (s *sqliteSessions[ID]) List(ctx context.Context, user ID) ([]session.Session[ID], error) {
	rows, err := s.db.Query(ctx, listSessions, user)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // rows.Err reports
	list := []session.Session[ID]{}
	for rows.Next() {
		var row sessionRow[ID]
		if err := rows.Scan(row.columns()...); err != nil {
			return nil, err
		}
		list = append(list, row.session(user))
	}
	return list, rows.Err()
}

func (s *sqliteSessions[ID]) DeleteByID(ctx context.Context, user ID, id string) error {
	return s.one(ctx, deleteSessionByID, id, user)
}

func (s *sqliteSessions[ID]) DeleteByUser(ctx context.Context, user ID, exceptID string) (int, error) {
	n, err := s.db.Exec(ctx, deleteSessionsByUser, user, exceptID)
	return int(n), err
}

func (s *sqliteSessions[ID]) DeleteExpired(ctx context.Context, over session.Cutoffs, limit int) (int, error) {
	n, err := s.db.Exec(ctx, deleteSessionsExpired,
		sqlite.At(over.ExpiredAt), sqlite.At(over.RememberedIdleSince), sqlite.At(over.IdleSince), limit)
	return int(n), err
}

// one changes one session; it has to be there.
func (s *sqliteSessions[ID]) one(ctx context.Context, query string, args ...any) error {
	n, err := s.db.Exec(ctx, query, args...)
	if err == nil && n == 0 {
		err = session.ErrNotFound
	}
	return err
}

// sessionRow is a session as its columns hold it.
type sessionRow[ID comparable] struct {
	id                             string
	version                        int64
	created, authed, seen, expires sqlite.Time
	remembered                     bool
	agent, addr                    string
}

func (r *sessionRow[ID]) columns() []any {
	return []any{&r.id, &r.version, &r.created, &r.authed, &r.seen, &r.expires, &r.remembered, &r.agent, &r.addr}
}

func (r *sessionRow[ID]) session(user ID) session.Session[ID] {
	return session.Session[ID]{
		ID: r.id, UserID: user, UserVersion: r.version,
		CreatedAt: r.created.Time, AuthenticatedAt: r.authed.Time, LastSeenAt: r.seen.Time, ExpiresAt: r.expires.Time,
		Remembered: r.remembered, UserAgent: r.agent, Addr: session.ParseIP(r.addr),
	}
}
