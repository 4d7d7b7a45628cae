package spec

import (
	"slices"
	"strings"
)

// checkUsersTable holds that the table can be made, or, if it exists, that it is not
// authgen's or a tool's.
func (w *walker) checkUsersTable() {
	const table, existing = "users.table", "users.existing"
	if !w.sound(table, existing) {
		return
	}
	check := newTable
	if w.spec.Users.Existing {
		check = existingTable
	}
	if wrong := check(w.spec.Users.Table); wrong != nil {
		w.refuseAt(table, *wrong)
	}
}

// checkColumns holds that columns are about an existing table, and that every column
// of it has one meaning. It fills in the names that id and email have anyway.
func (w *walker) checkColumns() {
	const columns, existing = "users.columns", "users.existing"
	users := &w.spec.Users
	if !users.Existing {
		if w.sound(columns, existing) && users.Columns != (UserColumns{}) {
			w.refuseAt(columns, fault{
				message: "columns are those of an existing table, and authgen makes this one",
				hint:    "write existing: true under users, or remove columns",
			})
		}
		return
	}
	for _, name := range []string{"id", "email"} {
		if column := users.Columns.column(name); *column == "" {
			*column = name
		}
	}
	if w.sound(columns) {
		w.refuseSameColumn(columns)
	}
}

func (w *walker) refuseSameColumn(path string) {
	taken := map[string]string{} // column in lower case → what it is
	for _, name := range w.spec.Users.addedColumns() {
		taken[name] = "which authgen adds"
	}
	for _, name := range mappable() {
		column := *w.spec.Users.Columns.column(name)
		if column == "" {
			continue
		}
		at, folded := join(path, name), strings.ToLower(column)
		switch owner := taken[folded]; {
		case slices.Contains(systemColumns(w.spec.Database), folded):
			w.refuseAt(at, fault{
				message: "expected a column of the application's, found " + quote(column) + ", which the database has in every table",
				hint:    "name the column that the application made",
			})
		case owner != "":
			w.refuseAt(at, fault{
				message: "expected a column of its own for " + name + ", found " + quote(column) + ", " + owner,
				hint:    "for example columns: {" + name + ": app_" + folded + "}",
			})
		}
		taken[folded] = "which is that of " + name
	}
}

// addedColumns are the columns that migrations add to an existing table.
func (u Users) addedColumns() []string {
	added := []string{"auth_version", "disabled_at"}
	if u.Columns.PasswordHash == "" {
		added = append(added, "password_hash")
	}
	if u.Columns.Roles == "" {
		added = append(added, "roles")
	}

	return added
}

// systemColumns are those that a database has in every table, in lower case. None can
// be what a foreign key leads to.
func systemColumns(d Database) []string {
	switch d {
	case SQLite:
		return []string{"rowid", "_rowid_", "oid"}
	case Postgres:
		return []string{"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"}
	default:
		return nil
	}
}
