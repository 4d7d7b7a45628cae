package gocode

import (
	"github.com/dave/jennifer/jen"

	"github.com/authgen-go/authgen/generator/internal/migrate"
	"github.com/authgen-go/authgen/generator/internal/model"
	"github.com/authgen-go/authgen/spec"
)

// A dialect is what stores of one database say differently from those of others.
type dialect struct {
	migrate.Dialect
	database spec.Database
	title    string // as its makers write it

	numbered        bool   // parameters are $1, $2 and so on, not ?
	greatest, least string // the functions
	same            string // the comparison to which NULL is a value
	ignore          bool   // INSERT says that a row of the same key may be there; else the driver's error does
	returning       bool   // INSERT gives the new id back; else the driver does

	// Clauses with which a SELECT locks the rows it finds. Others wait to lock the
	// same ones for a change, or, where they are only kept, to change them.
	forChange, toKeep string

	// Whether a text is the same to it as one with spaces at its end, or as whatever else
	// the collation of an application's column takes for the same.
	collates bool
}

func dialectOf(m *model.Model) dialect {
	named, err := migrate.DialectOf(string(m.Database))
	if err != nil {
		panic(err) // the spec's checks let no other pass
	}
	d := dialects()[m.Database]
	d.Dialect, d.database = named, m.Database
	return d
}

// dialects is the table of databases.
func dialects() map[spec.Database]dialect {
	return map[spec.Database]dialect{
		spec.SQLite: { // whose transactions lock everything from their beginning
			title: "SQLite", greatest: "MAX", least: "MIN", same: "IS",
			ignore: true, returning: true,
		},
		spec.Postgres: {
			title: "PostgreSQL", numbered: true, greatest: "GREATEST", least: "LEAST", same: "IS NOT DISTINCT FROM",
			ignore: true, returning: true,
			forChange: "FOR UPDATE", toKeep: "FOR KEY SHARE",
		},
		spec.MySQL: {
			title: "MySQL", greatest: "GREATEST", least: "LEAST", same: "<=>",
			forChange: "FOR UPDATE", toKeep: "LOCK IN SHARE MODE", collates: true,
		},
	}
}

// runtime names a symbol of the database's runtime package.
func (d dialect) runtime(name string) *jen.Statement { return rt("store/"+string(d.database), name) }

// db is the type of a store's database.
func (d dialect) db() *jen.Statement { return ptr(d.runtime("DB")) }

// at is a time as the database takes it.
func (d dialect) at(t jen.Code) *jen.Statement { return d.runtime("At").Call(t) }

// time is the type of a time as the database gives it.
func (d dialect) time() *jen.Statement { return d.runtime("Time") }

// key is a text that somebody else gave, to find a row by.
func (d dialect) key(text jen.Code) *jen.Statement {
	if d.collates {
		return d.runtime("Key").Call(text)
	}
	return jen.Add(text)
}

// orIgnore ends an INSERT that may meet a row of the same key, on any of them if none
// is named.
func (d dialect) orIgnore(column string) []string {
	switch {
	case !d.ignore:
		return nil
	case column == "":
		return []string{"ON CONFLICT DO NOTHING"}
	default:
		return []string{"ON CONFLICT (" + column + ") DO NOTHING"}
	}
}

// locked ends a SELECT with a clause that locks what it finds, where there is one.
func locked(clause string) []string {
	if clause == "" {
		return nil
	}
	return []string{clause}
}

// deleteSome deletes at most so many rows as the last parameter says.
func (d dialect) deleteSome(table, key, condition string) []string {
	switch d.database {
	case spec.MySQL:
		return []string{"DELETE FROM " + table, "WHERE " + condition, "LIMIT ?"}
	case spec.Postgres:
		// The array is made once; a list after IN might be made again for every row.
		// Rows that another process is at are left to it.
		return []string{"DELETE FROM " + table, "WHERE " + key + " = ANY (ARRAY(",
			"\tSELECT " + key, "\tFROM " + table, "\tWHERE " + condition, "\tLIMIT ?", "\tFOR UPDATE SKIP LOCKED", "))"}
	default:
		return []string{"DELETE FROM " + table, "WHERE " + key + " IN (",
			"\tSELECT " + key, "\tFROM " + table, "\tWHERE " + condition, "\tLIMIT ?", ")"}
	}
}

// A userTable is the table of users with its names as SQL takes them.
type userTable struct {
	model.UserColumns
	Table    string
	existing bool
}

func (d dialect) users(m *model.Model) userTable {
	t := userTable{UserColumns: m.Users.Columns, Table: d.Quote(m.Users.Table), existing: m.Users.Existing}
	for _, name := range []*string{&t.ID, &t.Email, &t.PasswordHash, &t.Roles, &t.AuthVersion, &t.DisabledAt, &t.CreatedAt, &t.UpdatedAt} {
		if *name != "" {
			*name = d.Quote(*name)
		}
	}
	return t
}

// as returns the table with columns that can be told from another table's: those of
// the alias u.
func (t userTable) as(alias string) userTable {
	for _, name := range []*string{&t.ID, &t.Email, &t.PasswordHash, &t.Roles, &t.AuthVersion, &t.DisabledAt, &t.CreatedAt, &t.UpdatedAt} {
		if *name != "" {
			*name = alias + "." + *name
		}
	}
	t.Table += " " + alias
	return t
}

// created is the column of the time at which a user came, NULL if there is none.
func (t userTable) created() string {
	if t.CreatedAt == "" {
		return "NULL"
	}
	return t.CreatedAt
}

// updating sets the time of the last change, if there is a column for it.
func (t userTable) updating() string {
	if t.UpdatedAt == "" {
		return ""
	}
	return ", " + t.UpdatedAt + " = ?"
}

// text is a column to be read. An application may have left it null.
func (t userTable) text(column string) string {
	if t.existing {
		return "COALESCE(" + column + ", '')"
	}
	return column
}

// rights are the columns that say what a user may do.
func (t userTable) rights() string {
	return t.text(t.Email) + ", " + t.text(t.Roles) + ", " + t.AuthVersion + ", " + t.DisabledAt + " IS NOT NULL"
}
