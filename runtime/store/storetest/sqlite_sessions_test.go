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
type sqliteSessions[ID comparable] struct {
	db   *sql.DB
	find *sql.Stmt // on the path of every request
}

func newSQLiteSessions[ID comparable](t testing.TB, db *sql.DB) *sqliteSessions[ID] {
	t.Helper()
	find, err := db.Prepare(findSession)
	if err != nil {
		t.Fatal(err)
	}
	return &sqliteSessions[ID]{db: db, find: find}
}

func (s *sqliteSessions[ID]) Create(ctx context.Context, row session.Session[ID], hash session.Hash) error {
	_, err := s.db.ExecContext(ctx, insertSession, row.ID, hash[:], row.UserID, row.UserVersion,
		sqlite.Micros(row.CreatedAt), sqlite.Micros(row.AuthenticatedAt), sqlite.Micros(row.LastSeenAt), sqlite.Micros(row.ExpiresAt),
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
	var created int64
	err := s.find.QueryRowContext(ctx, hash[:]).Scan(append(row.columns(), &u.ID, &u.Email, &names, &u.Disabled, &u.Version, &created)...)
	if errors.Is(err, sql.ErrNoRows) {
		return session.Session[ID]{}, u, session.ErrNotFound
	}
	if err != nil {
		return session.Session[ID]{}, u, err
	}
	u.Roles, u.CreatedAt = account.SplitRoles[role](names), sqlite.FromMicros(created)
	return row.session(u.ID), u, nil
}

func (s *sqliteSessions[ID]) Rotate(ctx context.Context, old, next session.Hash, userVersion int64, at time.Time) error {
	micros := sqlite.Micros(at)
	return s.exec(ctx, rotateSession, next[:], userVersion, micros, micros, old[:])
}

func (s *sqliteSessions[ID]) Touch(ctx context.Context, touches []session.Touch) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // does nothing after Commit
	stmt, err := tx.PrepareContext(ctx, touchSession)
	if err != nil {
		return err
	}
	defer func() { _ = stmt.Close() }() // ends with the transaction anyway
	for _, t := range touches {
		seen := sqlite.Micros(t.SeenAt)
		if _, err := stmt.ExecContext(ctx, seen, t.Hash[:], seen); err != nil {
			return err
		}
	}
	return tx.Commit()
}

func (s *sqliteSessions[ID]) Delete(ctx context.Context, hash session.Hash) error {
	_, err := s.db.ExecContext(ctx, deleteSession, hash[:])
	return err
}

func (s *sqliteSessions[ID]) List(ctx context.Context, user ID) ([]session.Session[ID], error) {
	rows, err := s.db.QueryContext(ctx, listSessions, user)
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
	return s.exec(ctx, deleteSessionByID, id, user)
}

func (s *sqliteSessions[ID]) DeleteByUser(ctx context.Context, user ID, exceptID string) (int, error) {
	return s.count(ctx, deleteSessionsByUser, user, exceptID)
}

func (s *sqliteSessions[ID]) DeleteExpired(ctx context.Context, over session.Cutoffs, limit int) (int, error) {
	return s.count(ctx, deleteSessionsExpired,
		sqlite.Micros(over.ExpiredAt), sqlite.Micros(over.RememberedIdleSince), sqlite.Micros(over.IdleSince), limit)
}

// exec changes one session; it has to be there.
func (s *sqliteSessions[ID]) exec(ctx context.Context, query string, args ...any) error {
	result, err := s.db.ExecContext(ctx, query, args...)
	if err != nil {
		return err
	}
	return sqlite.MustAffect(result, session.ErrNotFound)
}

func (s *sqliteSessions[ID]) count(ctx context.Context, query string, args ...any) (int, error) {
	result, err := s.db.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	return int(n), err
}

// sessionRow is a session as its columns hold it.
type sessionRow[ID comparable] struct {
	id                             string
	version                        int64
	created, authed, seen, expires int64
	remembered                     bool
	agent, addr                    string
}

func (r *sessionRow[ID]) columns() []any {
	return []any{&r.id, &r.version, &r.created, &r.authed, &r.seen, &r.expires, &r.remembered, &r.agent, &r.addr}
}

func (r *sessionRow[ID]) session(user ID) session.Session[ID] {
	return session.Session[ID]{
		ID: r.id, UserID: user, UserVersion: r.version,
		CreatedAt: sqlite.FromMicros(r.created), AuthenticatedAt: sqlite.FromMicros(r.authed),
		LastSeenAt: sqlite.FromMicros(r.seen), ExpiresAt: sqlite.FromMicros(r.expires),
		Remembered: r.remembered, UserAgent: r.agent, Addr: session.ParseIP(r.addr),
	}
}
