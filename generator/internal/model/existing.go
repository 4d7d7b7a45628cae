package model

import (
	"github.com/authgen-go/authgen/generator/internal/migrate"
	"github.com/authgen-go/authgen/spec"
)

// existingUsers is the application's table with what it lacks. What is added has a
// default or may be null, as there are rows already: users of the application hold the
// default role, and whoever has no password that can be read here has none.
func existingUsers(u spec.Users, id ID) migrate.Table {
	c := userColumns(u)
	table := migrate.Table{Name: u.Table, Existing: true, Columns: []migrate.Column{
		{Name: c.ID, Type: id.Column, PrimaryKey: true, Existing: true},
		{Name: c.Email, Type: migrate.Text, Existing: true},
	}}
	for _, column := range []struct {
		has bool
		migrate.Column
	}{
		{u.Columns.PasswordHash != "", migrate.Column{
			Name: c.PasswordHash, Type: migrate.Text, Null: true, Comment: "null for a user without a password"}},
		{u.Columns.Roles != "", migrate.Column{
			Name: c.Roles, Type: migrate.Text, Default: "'" + u.DefaultRole + "'", Comment: "roles with spaces between them; users who are there have the default role"}},
		{false, migrate.Column{
			Name: c.AuthVersion, Type: migrate.Int64, Default: "1", Comment: "counts what ends every credential of a user"}},
		{false, migrate.Column{
			Name: c.DisabledAt, Type: migrate.Time, Null: true, Comment: "since when a user is locked out"}},
	} {
		if column.has {
			column.Column = migrate.Column{Name: column.Name, Type: column.Type, Existing: true}
		}
		table.Columns = append(table.Columns, column.Column)
	}
	return table
}

// looseTables are the tables of s that lead to users without a foreign key.
func looseTables(s migrate.Schema) []LooseTable {
	var loose []LooseTable
	for _, t := range s.Tables {
		for _, c := range t.Columns {
			if c.References != nil && c.References.Loose {
				loose = append(loose, LooseTable{Table: t.Name, Column: c.Name})
			}
		}
	}
	return loose
}

// standIn is the statement that makes a table with the columns of an existing one that s
// knows of, and nothing that the table of an application has besides.
func standIn(s migrate.Schema) string {
	for _, t := range s.Tables {
		if !t.Existing {
			continue
		}
		d, err := migrate.DialectOf(s.Dialect)
		if err != nil {
			panic(err) // the spec's checks let no other pass
		}
		made := migrate.Table{Name: t.Name}
		for i, c := range t.Columns {
			if c.Existing {
				c.Existing = false
				c.AutoIncrement = c.PrimaryKey && c.Type == migrate.Int64
				c.Unique = i == 1 // the address
				c.Null = !c.PrimaryKey && !c.Unique
				made.Columns = append(made.Columns, c)
			}
		}
		statements, err := d.Statements(migrate.Change{Kind: migrate.AddTable, Table: t.Name, After: migrate.Definition{Table: made}})
		if err != nil {
			panic(err) // a table of a key and of texts is within any database's means
		}
		return statements[0]
	}
	return ""
}
