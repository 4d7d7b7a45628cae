package storetest_test

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/authgen-go/authgen/runtime/account"
	"github.com/authgen-go/authgen/runtime/store/sqlite"
)

// The statements of accounts. Each verb is one of them.
const (
	insertUser = `INSERT INTO users (id, email, password_hash, roles, created_at, updated_at)
VALUES (?, ?, ?, ?, ?, ?) RETURNING id`

	selectUser = `SELECT id, email, COALESCE(password_hash, ''), roles, disabled_at IS NOT NULL, auth_version, created_at
FROM users WHERE `
	selectUserByEmail = selectUser + `email = ?`
	selectUserByID    = selectUser + `id = ?`

	updatePassword = `UPDATE users SET password_hash = ?, auth_version = auth_version + 1, updated_at = ?
WHERE id = ? AND COALESCE(password_hash, '') = ? RETURNING auth_version`
	updateHash        = `UPDATE users SET password_hash = ?, updated_at = ? WHERE id = ? AND password_hash = ?`
	updateRoles       = `UPDATE users SET roles = ?, updated_at = ? WHERE id = ?`
	disableUser       = `UPDATE users SET disabled_at = COALESCE(disabled_at, ?), auth_version = auth_version + 1, updated_at = ? WHERE id = ?`
	enableUser        = `UPDATE users SET disabled_at = NULL, updated_at = ? WHERE id = ?`
	updateUserVersion = `UPDATE users SET auth_version = auth_version + 1, updated_at = ? WHERE id = ?`
	deleteUser        = `DELETE FROM users WHERE id = ?`
)

// sqliteUsers is what the generator writes, by hand and over any type of id.
type sqliteUsers[ID comparable] struct {
	db  *sql.DB
	now func() time.Time
}

func (s *sqliteUsers[ID]) Create(ctx context.Context, r account.Record[ID, role]) (user[ID], error) {
	var none ID
	var id any // NULL makes SQLite assign one
	if r.ID != none {
		id = r.ID
	}
	created := sqlite.Micros(r.CreatedAt)
	row := s.db.QueryRowContext(ctx, insertUser, id, r.Email, nullable(r.PasswordHash), account.JoinRoles(r.Roles), created, created)
	u := user[ID]{Email: r.Email, Roles: account.SplitRoles[role](account.JoinRoles(r.Roles)), Version: 1, CreatedAt: sqlite.FromMicros(created)}
	err := row.Scan(&u.ID)
	if sqlite.IsUnique(err) {
		return user[ID]{}, account.ErrEmailTaken
	}
	return u, err
}

func nullable(text string) sql.NullString { return sql.NullString{String: text, Valid: text != ""} }

func (s *sqliteUsers[ID]) ByEmail(ctx context.Context, email string) (account.Record[ID, role], error) {
	return s.one(s.db.QueryRowContext(ctx, selectUserByEmail, email))
}

func (s *sqliteUsers[ID]) ByID(ctx context.Context, id ID) (account.Record[ID, role], error) {
	return s.one(s.db.QueryRowContext(ctx, selectUserByID, id))
}

func (s *sqliteUsers[ID]) one(row *sql.Row) (account.Record[ID, role], error) {
	var r account.Record[ID, role]
	var names string
	var created int64
	err := row.Scan(&r.ID, &r.Email, &r.PasswordHash, &names, &r.Disabled, &r.Version, &created)
	if errors.Is(err, sql.ErrNoRows) {
		return account.Record[ID, role]{}, account.ErrNotFound
	}
	if err != nil {
		return account.Record[ID, role]{}, err
	}
	r.Roles, r.CreatedAt = account.SplitRoles[role](names), sqlite.FromMicros(created)
	return r, nil
}

func (s *sqliteUsers[ID]) ChangePassword(ctx context.Context, id ID, oldHash, newHash string) (int64, error) {
	var version int64
	err := s.db.QueryRowContext(ctx, updatePassword, newHash, s.micros(), id, oldHash).Scan(&version)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, account.ErrNotFound
	}
	return version, err
}

func (s *sqliteUsers[ID]) UpgradeHash(ctx context.Context, id ID, oldHash, newHash string) error {
	_, err := s.db.ExecContext(ctx, updateHash, newHash, s.micros(), id, oldHash)
	return err
}

func (s *sqliteUsers[ID]) SetRoles(ctx context.Context, id ID, roles []role) error {
	return s.exec(ctx, updateRoles, account.JoinRoles(roles), s.micros(), id)
}

func (s *sqliteUsers[ID]) SetDisabled(ctx context.Context, id ID, disabled bool) error {
	if disabled {
		return s.exec(ctx, disableUser, s.micros(), s.micros(), id)
	}
	return s.exec(ctx, enableUser, s.micros(), id)
}

func (s *sqliteUsers[ID]) SignOutEverywhere(ctx context.Context, id ID) error {
	return s.exec(ctx, updateUserVersion, s.micros(), id)
}

func (s *sqliteUsers[ID]) Delete(ctx context.Context, id ID) error {
	return s.exec(ctx, deleteUser, id)
}

// exec changes one account; it has to be there.
func (s *sqliteUsers[ID]) exec(ctx context.Context, query string, args ...any) error {
	result, err := s.db.ExecContext(ctx, query, args...)
	if err != nil {
		return err
	}
	return sqlite.MustAffect(result, account.ErrNotFound)
}

func (s *sqliteUsers[ID]) micros() int64 { return sqlite.Micros(s.now()) }
