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
	"github.com/authgen-go/authgen/runtime/apikey"
	"github.com/authgen-go/authgen/runtime/store/sqlite"
	"github.com/authgen-go/authgen/runtime/store/storetest"
)

const (
	createKeys = `CREATE TABLE auth_api_keys (
	id             TEXT    NOT NULL PRIMARY KEY,
	key_hash       BLOB    NOT NULL UNIQUE,
	owner_id       %s NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	name           TEXT    NOT NULL,
	scopes         TEXT    NOT NULL,
	last4          TEXT    NOT NULL,
	created_at     INTEGER NOT NULL,
	expires_at     INTEGER NOT NULL,
	rotated_at     INTEGER,
	last_used_at   INTEGER,
	last_used_addr TEXT
)`
	indexKeysOwner   = `CREATE INDEX auth_api_keys_owner_id ON auth_api_keys (owner_id)`
	indexKeysExpires = `CREATE INDEX auth_api_keys_expires_at ON auth_api_keys (expires_at, id)`
)

// The statements of API keys. Each verb is one of them, except for rotation, which
// is a transaction of two.
const (
	insertKey = `INSERT INTO auth_api_keys (id, key_hash, owner_id, name, scopes, last4, created_at, expires_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)`

	insertKeyWithin = `INSERT INTO auth_api_keys (id, key_hash, owner_id, name, scopes, last4, created_at, expires_at)
SELECT ?, ?, ?, ?, ?, ?, ?, ?
WHERE (SELECT COUNT(*) FROM auth_api_keys WHERE owner_id = ? AND rotated_at IS NULL AND expires_at > ?) < ?`

	keyColumns = `id, owner_id, name, scopes, last4, created_at, expires_at,
	COALESCE(rotated_at, 0), COALESCE(last_used_at, 0), COALESCE(last_used_addr, '')`

	findKey = `SELECT k.id, k.owner_id, k.name, k.scopes, k.last4, k.created_at, k.expires_at,
	COALESCE(k.rotated_at, 0), COALESCE(k.last_used_at, 0), COALESCE(k.last_used_addr, ''), k.key_hash,
	u.email, u.roles, u.disabled_at IS NOT NULL, u.auth_version, u.created_at
FROM auth_api_keys k JOIN users u ON u.id = k.owner_id
WHERE k.key_hash = ?`

	retireKey = `UPDATE auth_api_keys SET rotated_at = ?, expires_at = MIN(expires_at, ?)
WHERE owner_id = ? AND id = ? AND rotated_at IS NULL AND expires_at > ?
RETURNING name, scopes`

	touchKey = `UPDATE auth_api_keys SET last_used_at = ?, last_used_addr = ?
WHERE id = ? AND (last_used_at IS NULL OR last_used_at < ?)`

	deleteKeyByHash = `DELETE FROM auth_api_keys WHERE key_hash = ? RETURNING ` + keyColumns
	deleteKey       = `DELETE FROM auth_api_keys WHERE owner_id = ? AND id = ?`
	deleteKeys      = `DELETE FROM auth_api_keys WHERE owner_id = ?`

	listKeys = `SELECT ` + keyColumns + ` FROM auth_api_keys WHERE owner_id = ? ORDER BY created_at DESC, id`

	expiringKeys = `SELECT ` + keyColumns + ` FROM auth_api_keys
WHERE (expires_at, id) > (?, ?) AND expires_at <= ? AND rotated_at IS NULL
ORDER BY expires_at, id LIMIT ?`

	deleteKeysExpired = `DELETE FROM auth_api_keys WHERE id IN (SELECT id FROM auth_api_keys WHERE expires_at <= ? LIMIT ?)`
)

// sqliteKeys is what the generator writes, by hand and over any type of id.
type sqliteKeys[ID comparable] struct {
	db   *sql.DB
	find *sql.Stmt // on the path of every request
}

func newSQLiteKeys[ID comparable](t testing.TB, db *sql.DB, idType string) *sqliteKeys[ID] {
	t.Helper()
	for _, statement := range []string{fmt.Sprintf(createKeys, idType), indexKeysOwner, indexKeysExpires} {
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	find, err := db.Prepare(findKey)
	if err != nil {
		t.Fatal(err)
	}
	return &sqliteKeys[ID]{db: db, find: find}
}

func (s *sqliteKeys[ID]) Create(ctx context.Context, r apikey.Record[ID, scope], limit int) error {
	created := sqlite.Micros(r.CreatedAt)
	result, err := s.db.ExecContext(ctx, insertKeyWithin, r.ID, r.Hash[:], r.OwnerID, r.Name, apikey.JoinScopes(r.Scopes), r.Last4,
		created, sqlite.Micros(r.ExpiresAt), r.OwnerID, created, limit)
	if sqlite.IsForeignKey(err) {
		return apikey.ErrNotFound
	}
	if err != nil {
		return err
	}
	return sqlite.MustAffect(result, apikey.ErrTooMany)
}

func (s *sqliteKeys[ID]) Find(ctx context.Context, hash apikey.Hash) (apikey.Record[ID, scope], user[ID], error) {
	var row keyRow[ID]
	var u user[ID]
	var names string
	var stored []byte
	var created int64
	err := s.find.QueryRowContext(ctx, hash[:]).Scan(append(row.columns(), &stored, &u.Email, &names, &u.Disabled, &u.Version, &created)...)
	if err != nil {
		return apikey.Record[ID, scope]{}, user[ID]{}, absentKey(err)
	}
	r := apikey.Record[ID, scope]{Key: row.key()}
	copy(r.Hash[:], stored)
	u.ID, u.Roles, u.CreatedAt = row.owner, account.SplitRoles[role](names), sqlite.FromMicros(created)
	return r, u, nil
}

func (s *sqliteKeys[ID]) Rotate(ctx context.Context, owner ID, id string, next apikey.Record[ID, scope], oldEndsAt time.Time) (apikey.Key[ID, scope], error) {
	none := apikey.Key[ID, scope]{}
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return none, err
	}
	defer func() { _ = tx.Rollback() }() // does nothing after Commit
	row := keyRow[ID]{id: next.ID, owner: owner, last4: next.Last4, created: sqlite.Micros(next.CreatedAt), expires: sqlite.Micros(next.ExpiresAt)}
	err = tx.QueryRowContext(ctx, retireKey, row.created, sqlite.Micros(oldEndsAt), owner, id, row.created).Scan(&row.name, &row.scopes)
	if err != nil {
		return none, absentKey(err)
	}
	_, err = tx.ExecContext(ctx, insertKey, row.id, next.Hash[:], owner, row.name, row.scopes, row.last4, row.created, row.expires)
	if err != nil {
		return none, err
	}
	return row.key(), tx.Commit()
}

func (s *sqliteKeys[ID]) Touch(ctx context.Context, touches []apikey.Touch) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // does nothing after Commit
	stmt, err := tx.PrepareContext(ctx, touchKey)
	if err != nil {
		return err
	}
	defer func() { _ = stmt.Close() }() // ends with the transaction anyway
	for _, t := range touches {
		used := sqlite.Micros(t.UsedAt)
		if _, err := stmt.ExecContext(ctx, used, nullable(t.IP()), t.KeyID, used); err != nil {
			return err
		}
	}
	return tx.Commit()
}

func (s *sqliteKeys[ID]) RevokeByHash(ctx context.Context, hash apikey.Hash) (apikey.Key[ID, scope], error) {
	var row keyRow[ID]
	if err := s.db.QueryRowContext(ctx, deleteKeyByHash, hash[:]).Scan(row.columns()...); err != nil {
		return apikey.Key[ID, scope]{}, absentKey(err)
	}
	return row.key(), nil
}

func (s *sqliteKeys[ID]) List(ctx context.Context, owner ID) ([]apikey.Key[ID, scope], error) {
	return s.query(ctx, listKeys, owner)
}

func (s *sqliteKeys[ID]) Expiring(ctx context.Context, after apikey.Position, until time.Time, limit int) ([]apikey.Key[ID, scope], error) {
	return s.query(ctx, expiringKeys, sqlite.Micros(after.ExpiresAt), after.ID, sqlite.Micros(until), limit)
}

func (s *sqliteKeys[ID]) Revoke(ctx context.Context, owner ID, id string) error {
	result, err := s.db.ExecContext(ctx, deleteKey, owner, id)
	if err != nil {
		return err
	}
	return sqlite.MustAffect(result, apikey.ErrNotFound)
}

func (s *sqliteKeys[ID]) RevokeAll(ctx context.Context, owner ID) (int, error) {
	return s.count(ctx, deleteKeys, owner)
}

func (s *sqliteKeys[ID]) DeleteExpired(ctx context.Context, now time.Time, limit int) (int, error) {
	return s.count(ctx, deleteKeysExpired, sqlite.Micros(now), limit)
}

func (s *sqliteKeys[ID]) count(ctx context.Context, query string, args ...any) (int, error) {
	result, err := s.db.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	return int(n), err
}

func (s *sqliteKeys[ID]) query(ctx context.Context, query string, args ...any) ([]apikey.Key[ID, scope], error) {
	rows, err := s.db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // rows.Err reports
	list := []apikey.Key[ID, scope]{}
	for rows.Next() {
		var row keyRow[ID]
		if err := rows.Scan(row.columns()...); err != nil {
			return nil, err
		}
		list = append(list, row.key())
	}
	return list, rows.Err()
}

func absentKey(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return apikey.ErrNotFound
	}
	return err
}

// keyRow is a key as its columns hold it.
type keyRow[ID comparable] struct {
	id, name, scopes, last4, addr   string
	owner                           ID
	created, expires, rotated, used int64
}

func (r *keyRow[ID]) columns() []any {
	return []any{&r.id, &r.owner, &r.name, &r.scopes, &r.last4, &r.created, &r.expires, &r.rotated, &r.used, &r.addr}
}

func (r *keyRow[ID]) key() apikey.Key[ID, scope] {
	k := apikey.Key[ID, scope]{
		ID: r.id, OwnerID: r.owner, Name: r.name, Scopes: apikey.SplitScopes[scope](r.scopes), Last4: r.last4,
		CreatedAt: sqlite.FromMicros(r.created), ExpiresAt: sqlite.FromMicros(r.expires), LastUsedAddr: apikey.ParseIP(r.addr),
	}
	if r.rotated != 0 {
		k.RotatedAt = sqlite.FromMicros(r.rotated)
	}
	if r.used != 0 {
		k.LastUsedAt = sqlite.FromMicros(r.used)
	}
	return k
}

func sqliteKeyStores[ID comparable](t testing.TB, s storetest.Stores[ID, role], idType string) storetest.KeyStores[ID, role, scope] {
	t.Helper()
	users, ok := s.Users.(*sqliteUsers[ID])
	if !ok {
		t.Fatalf("%T are not users of SQLite", s.Users)
	}
	return storetest.KeyStores[ID, role, scope]{Stores: s, Keys: newSQLiteKeys[ID](t, users.db, idType), Scopes: scopes}
}

func TestSQLiteAPIKeys(t *testing.T) {
	t.Run("uuid in a file", func(t *testing.T) {
		storetest.APIKeys(t, func(t *testing.T) storetest.KeyStores[uuid.UUID, role, scope] {
			return sqliteKeyStores(t, textStores(t, file(t)), "TEXT   ")
		})
	})
	t.Run("int64 in memory", func(t *testing.T) {
		storetest.APIKeys(t, func(t *testing.T) storetest.KeyStores[int64, role, scope] {
			return sqliteKeyStores(t, intStores(t, memoryURL), "INTEGER")
		})
	})
}
