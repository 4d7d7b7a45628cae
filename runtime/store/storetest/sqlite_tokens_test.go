package storetest_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/authgen-go/authgen/runtime/account"
	"github.com/authgen-go/authgen/runtime/refresh"
	"github.com/authgen-go/authgen/runtime/revocation"
	"github.com/authgen-go/authgen/runtime/store/sqlite"
	"github.com/authgen-go/authgen/runtime/store/storetest"
)

const (
	createFamilies = `CREATE TABLE auth_refresh_families (
	id               TEXT    NOT NULL PRIMARY KEY,
	user_id          %s NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	user_version     INTEGER NOT NULL,
	counter          INTEGER NOT NULL,
	created_at       INTEGER NOT NULL,
	authenticated_at INTEGER NOT NULL,
	rotated_at       INTEGER NOT NULL,
	last_used_at     INTEGER NOT NULL,
	expires_at       INTEGER NOT NULL
)`
	createRevoked = `CREATE TABLE auth_revoked_tokens (
	id         TEXT    NOT NULL PRIMARY KEY,
	expires_at INTEGER NOT NULL
)`
	indexFamiliesUser    = `CREATE INDEX auth_refresh_families_user_id ON auth_refresh_families (user_id)`
	indexFamiliesExpires = `CREATE INDEX auth_refresh_families_expires_at ON auth_refresh_families (expires_at)`
	indexRevokedExpires  = `CREATE INDEX auth_revoked_tokens_expires_at ON auth_revoked_tokens (expires_at)`
)

// The statements of tokens. Each verb is one of them.
const (
	insertFamily = `INSERT INTO auth_refresh_families
	(id, user_id, user_version, counter, created_at, authenticated_at, rotated_at, last_used_at, expires_at)
SELECT ?, id, ?, ?, ?, ?, ?, ?, ? FROM users WHERE id = ?`

	findFamily = `SELECT f.user_id, f.user_version, f.counter, f.created_at, f.authenticated_at, f.rotated_at, f.last_used_at, f.expires_at,
	u.email, u.roles, u.disabled_at IS NOT NULL, u.auth_version, u.created_at
FROM auth_refresh_families f JOIN users u ON u.id = f.user_id
WHERE f.id = ?`

	advanceFamily = `UPDATE auth_refresh_families SET counter = counter + 1, rotated_at = ?, last_used_at = ? WHERE id = ? AND counter = ?`
	adoptFamily   = `UPDATE auth_refresh_families SET user_version = ? WHERE id = ? AND user_id = ?`

	deleteFamily          = `DELETE FROM auth_refresh_families WHERE id = ?`
	deleteFamilyByID      = `DELETE FROM auth_refresh_families WHERE id = ? AND user_id = ?`
	deleteFamiliesByUser  = `DELETE FROM auth_refresh_families WHERE user_id = ? AND id <> ?`
	deleteFamiliesExpired = `DELETE FROM auth_refresh_families
WHERE id IN (SELECT id FROM auth_refresh_families WHERE expires_at <= ? OR last_used_at <= ? LIMIT ?)`

	checkToken = `SELECT u.email, u.roles, u.disabled_at IS NOT NULL, u.auth_version, u.created_at,
	EXISTS (SELECT 1 FROM auth_revoked_tokens WHERE id = ?),
	EXISTS (SELECT 1 FROM auth_refresh_families WHERE id = ? AND user_id = u.id)
FROM users u WHERE u.id = ?`

	insertRevoked = `INSERT INTO auth_revoked_tokens (id, expires_at) VALUES (?, ?)
ON CONFLICT (id) DO UPDATE SET expires_at = MAX(expires_at, excluded.expires_at)`

	deleteRevoked = `DELETE FROM auth_revoked_tokens
WHERE id IN (SELECT id FROM auth_revoked_tokens WHERE expires_at <= ? LIMIT ?)`
)

// sqliteTokens is what the generator writes, by hand and over any type of id.
type sqliteTokens[ID comparable] struct {
	db    *sql.DB
	check *sql.Stmt // on the path of every request
}

func newSQLiteTokens[ID comparable](t testing.TB, db *sql.DB, idType string) *sqliteTokens[ID] {
	t.Helper()
	for _, statement := range []string{
		fmt.Sprintf(createFamilies, idType), createRevoked, indexFamiliesUser, indexFamiliesExpires, indexRevokedExpires,
	} {
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	check, err := db.Prepare(checkToken)
	if err != nil {
		t.Fatal(err)
	}
	return &sqliteTokens[ID]{db: db, check: check}
}

func (s *sqliteTokens[ID]) Create(ctx context.Context, f refresh.Family[ID]) error {
	return s.exec(ctx, insertFamily, f.ID.String(), f.UserVersion, f.Counter, sqlite.Micros(f.CreatedAt), sqlite.Micros(f.AuthenticatedAt),
		sqlite.Micros(f.RotatedAt), sqlite.Micros(f.LastUsedAt), sqlite.Micros(f.ExpiresAt), f.UserID)
}

func (s *sqliteTokens[ID]) Find(ctx context.Context, id refresh.ID) (refresh.Family[ID], user[ID], error) {
	var u user[ID]
	var names string
	var version, counter int64
	var created, authed, rotated, used, expires, since int64
	err := s.db.QueryRowContext(ctx, findFamily, id.String()).Scan(&u.ID, &version, &counter, &created, &authed, &rotated, &used, &expires,
		&u.Email, &names, &u.Disabled, &u.Version, &since)
	if errors.Is(err, sql.ErrNoRows) {
		return refresh.Family[ID]{}, user[ID]{}, refresh.ErrNotFound
	}
	if err != nil {
		return refresh.Family[ID]{}, user[ID]{}, err
	}
	u.Roles, u.CreatedAt = account.SplitRoles[role](names), sqlite.FromMicros(since)
	return refresh.Family[ID]{
		ID: id, UserID: u.ID, UserVersion: version, Counter: counter,
		CreatedAt: sqlite.FromMicros(created), AuthenticatedAt: sqlite.FromMicros(authed), RotatedAt: sqlite.FromMicros(rotated),
		LastUsedAt: sqlite.FromMicros(used), ExpiresAt: sqlite.FromMicros(expires),
	}, u, nil
}

func (s *sqliteTokens[ID]) Advance(ctx context.Context, id refresh.ID, from int64, at time.Time) error {
	return s.exec(ctx, advanceFamily, sqlite.Micros(at), sqlite.Micros(at), id.String(), from)
}

func (s *sqliteTokens[ID]) Adopt(ctx context.Context, user ID, id refresh.ID, version int64) error {
	return s.exec(ctx, adoptFamily, version, id.String(), user)
}

func (s *sqliteTokens[ID]) End(ctx context.Context, id refresh.ID) error {
	_, err := s.db.ExecContext(ctx, deleteFamily, id.String())
	return err
}

func (s *sqliteTokens[ID]) EndByID(ctx context.Context, user ID, id refresh.ID) error {
	return s.exec(ctx, deleteFamilyByID, id.String(), user)
}

func (s *sqliteTokens[ID]) EndByUser(ctx context.Context, user ID, except refresh.ID) (int, error) {
	return s.count(ctx, deleteFamiliesByUser, user, except.String())
}

func (s *sqliteTokens[ID]) DeleteExpired(ctx context.Context, expired, idleSince time.Time, limit int) (int, error) {
	return s.count(ctx, deleteFamiliesExpired, sqlite.Micros(expired), sqlite.Micros(idleSince), limit)
}

func (s *sqliteTokens[ID]) Check(ctx context.Context, id ID, family, token string) (revocation.State[user[ID]], error) {
	state := revocation.State[user[ID]]{User: user[ID]{ID: id}}
	var names string
	var since int64
	var there bool
	err := s.check.QueryRowContext(ctx, token, family, id).
		Scan(&state.User.Email, &names, &state.User.Disabled, &state.User.Version, &since, &state.Revoked, &there)
	if errors.Is(err, sql.ErrNoRows) {
		return revocation.State[user[ID]]{}, revocation.ErrNotFound
	}
	if err != nil {
		return revocation.State[user[ID]]{}, err
	}
	state.User.Roles, state.User.CreatedAt = account.SplitRoles[role](names), sqlite.FromMicros(since)
	state.FamilyGone = family != "" && !there
	return state, nil
}

func (s *sqliteTokens[ID]) Revoke(ctx context.Context, id string, until time.Time) error {
	_, err := s.db.ExecContext(ctx, insertRevoked, id, sqlite.Micros(until))
	return err
}

func (s *sqliteTokens[ID]) DeleteRevoked(ctx context.Context, now time.Time, limit int) (int, error) {
	return s.count(ctx, deleteRevoked, sqlite.Micros(now), limit)
}

// exec changes one family; it has to be there.
func (s *sqliteTokens[ID]) exec(ctx context.Context, query string, args ...any) error {
	result, err := s.db.ExecContext(ctx, query, args...)
	if err != nil {
		return err
	}
	return sqlite.MustAffect(result, refresh.ErrNotFound)
}

func (s *sqliteTokens[ID]) count(ctx context.Context, query string, args ...any) (int, error) {
	result, err := s.db.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	return int(n), err
}

func sqliteTokenStores[ID comparable](t testing.TB, s storetest.Stores[ID, role], idType string) storetest.TokenStores[ID, role] {
	t.Helper()
	users, ok := s.Users.(*sqliteUsers[ID])
	if !ok {
		t.Fatalf("%T are not users of SQLite", s.Users)
	}
	tokens := newSQLiteTokens[ID](t, users.db, idType)
	return storetest.TokenStores[ID, role]{Stores: s, Families: tokens, Revocations: tokens}
}

func TestSQLiteTokens(t *testing.T) {
	t.Run("uuid in a file", func(t *testing.T) {
		storetest.Tokens(t, func(t *testing.T) storetest.TokenStores[uuid.UUID, role] {
			return sqliteTokenStores(t, textStores(t, file(t)), "TEXT   ")
		})
	})
	t.Run("int64 in memory", func(t *testing.T) {
		storetest.Tokens(t, func(t *testing.T) storetest.TokenStores[int64, role] {
			return sqliteTokenStores(t, intStores(t, memoryURL), "INTEGER")
		})
	})
}
