package model

import "github.com/authgen-go/authgen/generator/internal/migrate"

func clientsTable() migrate.Table {
	return migrate.Table{
		Name:    clientsTableName,
		Comment: "machines that get tokens for themselves",
		Columns: []migrate.Column{
			{Name: "id", Type: migrate.Text, PrimaryKey: true},
			{Name: "name", Type: migrate.Text},
			{Name: "scopes", Type: migrate.Text},
			{Name: "method", Type: migrate.Text},
			{Name: "secret_hash", Type: migrate.Bytes, Null: true},
			{Name: "previous_hash", Type: migrate.Bytes, Null: true},
			{Name: "previous_until", Type: migrate.Time, Null: true},
			{Name: "jwks", Type: migrate.Text},
			{Name: "disabled_at", Type: migrate.Time, Null: true},
			{Name: "created_at", Type: migrate.Time},
		},
	}
}

// identitiesTable has one row for an account at a provider, and one of a provider for a
// user.
func identitiesTable(user userColumn) migrate.Table {
	return migrate.Table{
		Name:    identitiesTableName,
		Comment: "which account at which provider is whose",
		Columns: []migrate.Column{
			{Name: "provider", Type: migrate.Text, PrimaryKey: true},
			{Name: "subject", Type: migrate.Text, PrimaryKey: true},
			user.named("user_id"),
			{Name: "email", Type: migrate.Text},
			{Name: "created_at", Type: migrate.Time},
			{Name: "tokens", Type: migrate.Bytes, Null: true},
		},
		Indexes: []migrate.Index{
			{Name: identitiesTableName + "_user_id", Columns: []string{"user_id", "provider"}, Unique: true},
		},
	}
}

func usedTable() migrate.Table {
	return migrate.Table{
		Name:    usedTableName,
		Comment: "what may be used once and was, by its hash",
		Columns: []migrate.Column{
			{Name: "hash", Type: migrate.Bytes, PrimaryKey: true},
			{Name: "expires_at", Type: migrate.Time},
		},
		Indexes: []migrate.Index{
			{Name: usedTableName + "_expires_at", Columns: []string{"expires_at"}},
		},
	}
}
