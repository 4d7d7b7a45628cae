package model

import "github.com/authgen-go/authgen/generator/internal/migrate"

// eventsTable refers to no user: events outlive them.
func eventsTable() migrate.Table {
	return migrate.Table{
		Name:    eventsTableName,
		Comment: "what happened that matters to security; rows are only added, and removed when they are old",
		Columns: []migrate.Column{
			{Name: "id", Type: migrate.Int64, PrimaryKey: true, AutoIncrement: true},
			{Name: "occurred_at", Type: migrate.Time},
			{Name: "event", Type: migrate.Text},
			{Name: "outcome", Type: migrate.Text},
			{Name: "reason", Type: migrate.Text},
			{Name: "actor", Type: migrate.Text},
			{Name: "target", Type: migrate.Text},
			{Name: "strategy", Type: migrate.Text},
			{Name: "client_addr", Type: migrate.Text},
			{Name: "request_id", Type: migrate.Text},
		},
		Indexes: []migrate.Index{
			{Name: eventsTableName + "_occurred_at", Columns: []string{"occurred_at"}},
		},
	}
}
