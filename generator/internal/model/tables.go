package model

import (
	"slices"

	"github.com/authgen-go/authgen/generator/internal/migrate"
	"github.com/authgen-go/authgen/spec"
)

// The names of authgen's own tables are fixed and begin with auth_: applications
// often have a table of sessions or keys already.
const (
	clientsTableName    = "auth_clients"
	eventsTableName     = "auth_events"
	identitiesTableName = "auth_identities"
	limitsTableName     = "auth_limits"
	keysTableName       = "auth_api_keys"
	familiesTableName   = "auth_refresh_families"
	revokedTableName    = "auth_revoked_tokens"
	sessionsTableName   = "auth_sessions"
	usedTableName       = "auth_used_values"
)

// buildSchema lists the tables that the spec asks for.
func buildSchema(s *spec.Spec, id ID) migrate.Schema {
	schema := migrate.Schema{Dialect: string(s.Database)}
	jwt := s.Strategies.JWT
	if jwt != nil && jwt.Verify != nil {
		return schema
	}
	users := usersTable(s.Users.Table, id)
	if s.Users.Existing {
		users = existingUsers(s.Users, id)
	}
	schema.Tables = append(schema.Tables, users)
	user := userColumn{id: id, reference: migrate.Reference{
		Table: s.Users.Table, Column: userColumns(s.Users).ID, OnDelete: migrate.Cascade,
		// The column of an existing table may differ in what MySQL wants to be equal:
		// sign, length, character set, collation.
		Loose: s.Users.Existing && s.Database == spec.MySQL,
	}}
	if s.Strategies.APIKey != nil {
		schema.Tables = append(schema.Tables, keysTable(user))
	}
	if jwt != nil {
		schema.Tables = append(schema.Tables, revokedTable())
	}
	if jwt != nil && jwt.Refresh != nil {
		schema.Tables = append(schema.Tables, familiesTable(user))
	}
	if session := s.Strategies.Session; session != nil && session.Storage == spec.SessionDatabase {
		schema.Tables = append(schema.Tables, sessionsTable(user))
	}
	if slices.Contains(s.Audit.Sinks, spec.SinkDatabase) {
		schema.Tables = append(schema.Tables, eventsTable())
	}
	if s.RateLimit.Storage == spec.LimitDatabase {
		schema.Tables = append(schema.Tables, limitsTable())
	}
	if o := s.Strategies.OAuth; o != nil {
		schema.Tables = append(schema.Tables, usedTable())
		if len(o.Providers) > 0 {
			schema.Tables = append(schema.Tables, identitiesTable(user))
		}
		if o.Server != nil {
			schema.Tables = append(schema.Tables, clientsTable())
		}
	}
	return schema
}

// A userColumn is the column of a table that says whose a row is.
type userColumn struct {
	id        ID
	reference migrate.Reference
}

func (u userColumn) named(name string) migrate.Column {
	return migrate.Column{Name: name, Type: u.id.Column, References: &u.reference}
}

// usersTable lets password_hash be null: a user may come to sign in by other
// means than a password.
func usersTable(name string, id ID) migrate.Table {
	return migrate.Table{
		Name:    name,
		Comment: "accounts of people",
		Columns: []migrate.Column{
			{Name: "id", Type: id.Column, PrimaryKey: true, AutoIncrement: id.ByDatabase()},
			{Name: "email", Type: migrate.Text, Unique: true},
			{Name: "password_hash", Type: migrate.Text, Null: true},
			{Name: "roles", Type: migrate.Text},
			{Name: "auth_version", Type: migrate.Int64, Default: "1"},
			{Name: "disabled_at", Type: migrate.Time, Null: true},
			{Name: "created_at", Type: migrate.Time},
			{Name: "updated_at", Type: migrate.Time},
		},
	}
}

func sessionsTable(user userColumn) migrate.Table {
	return migrate.Table{
		Name:    sessionsTableName,
		Comment: "live sessions, found by the hash of their cookie",
		Columns: []migrate.Column{
			{Name: "id", Type: migrate.Text, PrimaryKey: true},
			{Name: "token_hash", Type: migrate.Bytes, Unique: true},
			user.named("user_id"),
			{Name: "user_version", Type: migrate.Int64},
			{Name: "created_at", Type: migrate.Time},
			{Name: "authenticated_at", Type: migrate.Time},
			{Name: "last_seen_at", Type: migrate.Time},
			{Name: "expires_at", Type: migrate.Time},
			{Name: "remembered", Type: migrate.Bool, Default: "false"},
			{Name: "user_agent", Type: migrate.Text},
			{Name: "addr", Type: migrate.Text},
		},
		Indexes: []migrate.Index{
			{Name: sessionsTableName + "_user_id", Columns: []string{"user_id"}},
			{Name: sessionsTableName + "_expires_at", Columns: []string{"expires_at"}},
		},
	}
}

func keysTable(user userColumn) migrate.Table {
	return migrate.Table{
		Name:    keysTableName,
		Comment: "API keys, found by their hash",
		Columns: []migrate.Column{
			{Name: "id", Type: migrate.Text, PrimaryKey: true},
			{Name: "key_hash", Type: migrate.Bytes, Unique: true},
			user.named("owner_id"),
			{Name: "name", Type: migrate.Text},
			{Name: "scopes", Type: migrate.Text},
			{Name: "last4", Type: migrate.Text},
			{Name: "created_at", Type: migrate.Time},
			{Name: "expires_at", Type: migrate.Time},
			{Name: "rotated_at", Type: migrate.Time, Null: true},
			{Name: "last_used_at", Type: migrate.Time, Null: true},
			{Name: "last_used_addr", Type: migrate.Text, Null: true},
		},
		Indexes: []migrate.Index{
			{Name: keysTableName + "_owner_id", Columns: []string{"owner_id"}},
			{Name: keysTableName + "_expires_at", Columns: []string{"expires_at"}},
		},
	}
}

func familiesTable(user userColumn) migrate.Table {
	return migrate.Table{
		Name:    familiesTableName,
		Comment: "logins that can be refreshed; nothing in a row is a credential",
		Columns: []migrate.Column{
			{Name: "id", Type: migrate.Text, PrimaryKey: true},
			user.named("user_id"),
			{Name: "user_version", Type: migrate.Int64},
			{Name: "counter", Type: migrate.Int64},
			{Name: "created_at", Type: migrate.Time},
			{Name: "authenticated_at", Type: migrate.Time},
			{Name: "rotated_at", Type: migrate.Time},
			{Name: "last_used_at", Type: migrate.Time},
			{Name: "expires_at", Type: migrate.Time},
		},
		Indexes: []migrate.Index{
			{Name: familiesTableName + "_user_id", Columns: []string{"user_id"}},
			{Name: familiesTableName + "_expires_at", Columns: []string{"expires_at"}},
		},
	}
}

// revokedTable is there wherever tokens are issued, even if the list of them is kept
// elsewhere: the list can then be moved without a migration.
func revokedTable() migrate.Table {
	return migrate.Table{
		Name:    revokedTableName,
		Comment: "access tokens that ended before their time, by their id",
		Columns: []migrate.Column{
			{Name: "id", Type: migrate.Text, PrimaryKey: true},
			{Name: "expires_at", Type: migrate.Time},
		},
		Indexes: []migrate.Index{
			{Name: revokedTableName + "_expires_at", Columns: []string{"expires_at"}},
		},
	}
}
