package storetest_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"testing"

	"github.com/google/uuid"

	"github.com/authgen-go/authgen/runtime/account"
	"github.com/authgen-go/authgen/runtime/identity"
	"github.com/authgen-go/authgen/runtime/store/sqlite"
	"github.com/authgen-go/authgen/runtime/store/storetest"
)

// The statements of identities. Each verb is one of them.
const (
	insertIdentity = `INSERT INTO auth_identities (provider, subject, user_id, email, created_at)
SELECT ?, ?, id, ?, ? FROM users WHERE id = ?`

	insertVerified = `INSERT INTO auth_identities (provider, subject, user_id, email, created_at)
SELECT ?, ?, u.id, u.email, ? FROM users u
WHERE u.email = ? AND EXISTS (SELECT 1 FROM auth_identities i WHERE i.user_id = u.id AND i.email = u.email)
RETURNING user_id`

	selectIdentityUser = `SELECT u.id, u.email, u.roles, u.disabled_at IS NOT NULL, u.auth_version, u.created_at
FROM auth_identities i JOIN users u ON u.id = i.user_id
WHERE i.provider = ? AND i.subject = ?`

	selectIdentities = `SELECT provider, subject, email, created_at
FROM auth_identities WHERE user_id = ? ORDER BY created_at, provider`

	deleteIdentity = `DELETE FROM auth_identities
WHERE user_id = ?1 AND provider = ?2 AND (
	EXISTS (SELECT 1 FROM users WHERE id = ?1 AND password_hash IS NOT NULL) OR
	EXISTS (SELECT 1 FROM auth_identities WHERE user_id = ?1 AND provider <> ?2))`

	hasIdentity      = `SELECT EXISTS (SELECT 1 FROM auth_identities WHERE user_id = ? AND provider = ?)`
	updateTokens     = `UPDATE auth_identities SET tokens = ? WHERE provider = ? AND subject = ?`
	selectTokens     = `SELECT subject, tokens FROM auth_identities WHERE user_id = ? AND provider = ?`
	createIdentities = `CREATE TABLE auth_identities (
	provider   TEXT    NOT NULL,
	subject    TEXT    NOT NULL,
	user_id    %s NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	email      TEXT    NOT NULL,
	created_at INTEGER NOT NULL,
	tokens     BLOB,
	PRIMARY KEY (provider, subject)
)`
	indexIdentitiesUser = `CREATE UNIQUE INDEX auth_identities_user_id ON auth_identities (user_id, provider)`
)

// sqliteIdentities is what the generator writes, by hand and over any type of id.
type sqliteIdentities[ID comparable] struct{ *sqliteUsers[ID] }

func (s sqliteIdentities[ID]) Find(ctx context.Context, provider, subject string) (user[ID], error) {
	var u user[ID]
	var names string
	var created int64
	err := s.db.QueryRowContext(ctx, selectIdentityUser, provider, subject).Scan(&u.ID, &u.Email, &names, &u.Disabled, &u.Version, &created)
	if errors.Is(err, sql.ErrNoRows) {
		return user[ID]{}, identity.ErrNotFound
	}
	u.Roles, u.CreatedAt = account.SplitRoles[role](names), sqlite.FromMicros(created)
	return u, err
}

func (s sqliteIdentities[ID]) Create(ctx context.Context, r account.Record[ID, role], i identity.Identity[ID]) (user[ID], error) {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return user[ID]{}, err
	}
	defer func() { _ = tx.Rollback() }() // does nothing after Commit
	var none ID
	var id any
	if r.ID != none {
		id = r.ID
	}
	created := sqlite.Micros(r.CreatedAt)
	u := user[ID]{Email: r.Email, Roles: account.SplitRoles[role](account.JoinRoles(r.Roles)), Version: 1, CreatedAt: sqlite.FromMicros(created)}
	err = tx.QueryRowContext(ctx, insertUser, id, r.Email, nullable(r.PasswordHash), account.JoinRoles(r.Roles), created, created).Scan(&u.ID)
	if sqlite.IsUnique(err) {
		return user[ID]{}, account.ErrEmailTaken
	}
	if err != nil {
		return user[ID]{}, err
	}
	i.UserID = u.ID
	if err := linkIdentity(ctx, tx, i); err != nil {
		return user[ID]{}, err
	}
	return u, tx.Commit()
}

// A querier is a database or a transaction.
type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

func linkIdentity[ID comparable](ctx context.Context, db querier, i identity.Identity[ID]) error {
	result, err := db.ExecContext(ctx, insertIdentity, i.Provider, i.Subject, i.Email, sqlite.Micros(i.CreatedAt), i.UserID)
	if sqlite.IsUnique(err) {
		return identity.ErrTaken
	}
	if err != nil {
		return err
	}
	return sqlite.MustAffect(result, identity.ErrNotFound)
}

func (s sqliteIdentities[ID]) Link(ctx context.Context, i identity.Identity[ID]) error {
	return linkIdentity(ctx, s.db, i)
}

func (s sqliteIdentities[ID]) LinkVerified(ctx context.Context, i identity.Identity[ID]) (user[ID], error) {
	var id ID
	err := s.db.QueryRowContext(ctx, insertVerified, i.Provider, i.Subject, sqlite.Micros(i.CreatedAt), i.Email).Scan(&id)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return user[ID]{}, identity.ErrNotFound
	case sqlite.IsUnique(err):
		return user[ID]{}, identity.ErrTaken
	case err != nil:
		return user[ID]{}, err
	}
	return s.Find(ctx, i.Provider, i.Subject)
}

func (s sqliteIdentities[ID]) List(ctx context.Context, user ID) ([]identity.Identity[ID], error) {
	rows, err := s.db.QueryContext(ctx, selectIdentities, user)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // rows.Err reports
	list := []identity.Identity[ID]{}
	for rows.Next() {
		i := identity.Identity[ID]{UserID: user}
		var created int64
		if err := rows.Scan(&i.Provider, &i.Subject, &i.Email, &created); err != nil {
			return nil, err
		}
		i.CreatedAt = sqlite.FromMicros(created)
		list = append(list, i)
	}
	return list, rows.Err()
}

func (s sqliteIdentities[ID]) Unlink(ctx context.Context, user ID, provider string) error {
	result, err := s.db.ExecContext(ctx, deleteIdentity, user, provider)
	if err != nil {
		return err
	}
	if err := sqlite.MustAffect(result, identity.ErrNotFound); err == nil {
		return nil
	}
	// Why not is for the answer alone.
	var there bool
	if err := s.db.QueryRowContext(ctx, hasIdentity, user, provider).Scan(&there); err != nil {
		return err
	}
	if there {
		return identity.ErrLastWayIn
	}
	return identity.ErrNotFound
}

func (s sqliteIdentities[ID]) SetTokens(ctx context.Context, provider, subject string, sealed []byte) error {
	result, err := s.db.ExecContext(ctx, updateTokens, sealed, provider, subject)
	if err != nil {
		return err
	}
	return sqlite.MustAffect(result, identity.ErrNotFound)
}

func (s sqliteIdentities[ID]) Tokens(ctx context.Context, user ID, provider string) (subject string, sealed []byte, err error) {
	err = s.db.QueryRowContext(ctx, selectTokens, user, provider).Scan(&subject, &sealed)
	if errors.Is(err, sql.ErrNoRows) {
		err = identity.ErrNotFound
	}
	return subject, sealed, err
}

func TestSQLiteIdentities(t *testing.T) {
	t.Run("text", func(t *testing.T) {
		storetest.Identities(t, func(t *testing.T) storetest.Stores[uuid.UUID, role] {
			return withIdentities(t, textStores(t, file(t)), "TEXT   ")
		})
	})
	t.Run("int64", func(t *testing.T) {
		storetest.Identities(t, func(t *testing.T) storetest.Stores[int64, role] {
			return withIdentities(t, intStores(t, file(t)), "INTEGER")
		})
	})
}

// withIdentities adds the table of identities to the database of s.
func withIdentities[ID comparable](t *testing.T, s storetest.Stores[ID, role], idType string) storetest.Stores[ID, role] {
	t.Helper()
	users := s.Users.(*sqliteUsers[ID])
	for _, statement := range []string{fmt.Sprintf(createIdentities, idType), indexIdentitiesUser} {
		if _, err := users.db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	s.Identities = sqliteIdentities[ID]{users}
	return s
}
