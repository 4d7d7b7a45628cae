package storetest_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"
	"time"

	"github.com/authgen-go/authgen/runtime/oauthserver"
	"github.com/authgen-go/authgen/runtime/store/sqlite"
	"github.com/authgen-go/authgen/runtime/store/storetest"
)

const createClients = `CREATE TABLE auth_clients (
	id             TEXT    NOT NULL PRIMARY KEY,
	name           TEXT    NOT NULL,
	scopes         TEXT    NOT NULL,
	method         TEXT    NOT NULL,
	secret_hash    BLOB,
	previous_hash  BLOB,
	previous_until INTEGER,
	jwks           TEXT    NOT NULL,
	disabled_at    INTEGER,
	created_at     INTEGER NOT NULL
)`

// The statements of clients. Each verb is one of them.
const (
	insertClient = `INSERT INTO auth_clients (id, name, scopes, method, secret_hash, jwks, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)`

	selectClient = `SELECT id, name, scopes, method, disabled_at IS NOT NULL, created_at,
	secret_hash, previous_hash, COALESCE(previous_until, 0), jwks
FROM auth_clients WHERE id = ?`

	checkClient = `SELECT id, name, scopes, method, disabled_at IS NOT NULL, created_at,
	EXISTS (SELECT 1 FROM auth_revoked_tokens WHERE id = ?)
FROM auth_clients WHERE id = ?`

	listClients = `SELECT id, name, scopes, method, disabled_at IS NOT NULL, created_at
FROM auth_clients ORDER BY created_at DESC, id`

	// The order matters where assignments see those before them, as in MySQL.
	rotateClient = `UPDATE auth_clients
SET previous_hash = secret_hash, previous_until = ?, secret_hash = ?
WHERE id = ? AND method = 'client_secret'`

	disableClient      = `UPDATE auth_clients SET disabled_at = COALESCE(disabled_at, ?) WHERE id = ?`
	enableClient       = `UPDATE auth_clients SET disabled_at = NULL WHERE id = ?`
	updateClientScopes = `UPDATE auth_clients SET scopes = ? WHERE id = ?`
	updateClientKeys   = `UPDATE auth_clients SET jwks = ? WHERE id = ? AND method = 'private_key_jwt'`
)

// sqliteClients is what the generator writes, by hand.
type sqliteClients struct {
	db    *sql.DB
	check *sql.Stmt // on the path of every request
}

func newSQLiteClients(t testing.TB, db *sql.DB) *sqliteClients {
	t.Helper()
	check, err := db.Prepare(checkClient)
	if err != nil {
		t.Fatal(err)
	}
	return &sqliteClients{db: db, check: check}
}

func (s *sqliteClients) Create(ctx context.Context, r oauthserver.Record) error {
	_, err := s.db.ExecContext(ctx, insertClient, r.ID, r.Name, oauthserver.JoinScopes(r.Scopes), string(r.Method),
		r.SecretHash.Bytes(), r.JWKS, sqlite.Micros(r.CreatedAt))
	return err
}

func (s *sqliteClients) ByID(ctx context.Context, id string) (oauthserver.Record, error) {
	var row clientRow
	var secret, previous []byte
	var until int64
	var r oauthserver.Record
	err := s.db.QueryRowContext(ctx, selectClient, id).Scan(append(row.columns(), &secret, &previous, &until, &r.JWKS)...)
	if err != nil {
		return oauthserver.Record{}, absentClient(err)
	}
	r.Client, r.PreviousUntil = row.client(), sqlite.FromMicros(until)
	r.SecretHash, r.PreviousHash = oauthserver.HashOf(secret), oauthserver.HashOf(previous)
	return r, nil
}

func (s *sqliteClients) Check(ctx context.Context, id, tokenID string) (oauthserver.Client, bool, error) {
	var row clientRow
	var revoked bool
	if err := s.check.QueryRowContext(ctx, tokenID, id).Scan(append(row.columns(), &revoked)...); err != nil {
		return oauthserver.Client{}, false, absentClient(err)
	}
	return row.client(), revoked, nil
}

func (s *sqliteClients) List(ctx context.Context) ([]oauthserver.Client, error) {
	rows, err := s.db.QueryContext(ctx, listClients)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // rows.Err reports
	list := []oauthserver.Client{}
	for rows.Next() {
		var row clientRow
		if err := rows.Scan(row.columns()...); err != nil {
			return nil, err
		}
		list = append(list, row.client())
	}
	return list, rows.Err()
}

func (s *sqliteClients) Rotate(ctx context.Context, id string, next oauthserver.Hash, previousUntil time.Time) error {
	until := sql.NullInt64{Int64: sqlite.Micros(previousUntil), Valid: !previousUntil.IsZero()}
	return s.exec(ctx, rotateClient, until, next[:], id)
}

func (s *sqliteClients) SetDisabled(ctx context.Context, id string, disabled bool) error {
	if disabled {
		return s.exec(ctx, disableClient, sqlite.Micros(time.Now()), id)
	}
	return s.exec(ctx, enableClient, id)
}

func (s *sqliteClients) SetScopes(ctx context.Context, id string, scopes []string) error {
	return s.exec(ctx, updateClientScopes, oauthserver.JoinScopes(scopes), id)
}

func (s *sqliteClients) SetKeys(ctx context.Context, id, jwks string) error {
	return s.exec(ctx, updateClientKeys, jwks, id)
}

// exec changes one client; it has to be there.
func (s *sqliteClients) exec(ctx context.Context, query string, args ...any) error {
	result, err := s.db.ExecContext(ctx, query, args...)
	if err != nil {
		return err
	}
	return sqlite.MustAffect(result, oauthserver.ErrNotFound)
}

func absentClient(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return oauthserver.ErrNotFound
	}
	return err
}

// clientRow is a client as its columns hold it.
type clientRow struct {
	id, name, scopes, method string
	disabled                 bool
	created                  int64
}

func (r *clientRow) columns() []any {
	return []any{&r.id, &r.name, &r.scopes, &r.method, &r.disabled, &r.created}
}

func (r *clientRow) client() oauthserver.Client {
	return oauthserver.Client{
		ID: r.id, Name: r.name, Scopes: oauthserver.SplitScopes(r.scopes), Method: oauthserver.AuthMethod(r.method),
		Disabled: r.disabled, CreatedAt: sqlite.FromMicros(r.created),
	}
}

func sqliteClientStores(t testing.TB, url string) storetest.ClientStores {
	t.Helper()
	db := database(t, url, createUsersInt, sessionsTable("INTEGER"), createClients)
	tokens := newSQLiteTokens[int64](t, db, "INTEGER")
	return storetest.ClientStores{Clients: newSQLiteClients(t, db), Revocations: tokens}
}

func TestSQLiteClients(t *testing.T) {
	t.Run("in a file", func(t *testing.T) {
		storetest.Clients(t, func(t *testing.T) storetest.ClientStores { return sqliteClientStores(t, file(t)) })
	})
	t.Run("in memory", func(t *testing.T) {
		storetest.Clients(t, func(t *testing.T) storetest.ClientStores { return sqliteClientStores(t, memoryURL) })
	})
}
