package model

import "github.com/authgen-go/authgen/generator/internal/migrate"

// limitsTable has nanoseconds in full_at, which is a number: a time of a database is less
// exact, and would give away a little of each limit.
func limitsTable() migrate.Table {
	return migrate.Table{
		Name:    limitsTableName,
		Comment: "when what is limited has all its tries again, by its hash",
		Columns: []migrate.Column{
			{Name: "key_hash", Type: migrate.Bytes, PrimaryKey: true},
			{Name: "full_at", Type: migrate.Int64},
			{Name: "expires_at", Type: migrate.Time},
		},
		Indexes: []migrate.Index{
			{Name: limitsTableName + "_expires_at", Columns: []string{"expires_at"}},
		},
	}
}
