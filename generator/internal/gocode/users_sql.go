package gocode

import (
	"github.com/authgen-go/authgen/generator/internal/model"
	"github.com/authgen-go/authgen/spec"
)

// userStatements are the statements on the table of users.
func userStatements(m *model.Model) []statement {
	d := dialectOf(m)
	t := d.users(m)
	columns := "SELECT " + t.ID + ", " + t.PasswordHash + ", " + t.rights() + ", " + t.created()
	byID := "WHERE " + t.ID + " = ?"
	sameHash := byID + " AND " + t.PasswordHash + " " + d.same + " NULLIF(?, '')"
	update := func(name, set, where string) statement {
		return statement{name, []string{"UPDATE " + t.Table, "SET " + set + t.updating(), where}}
	}
	raise := t.AuthVersion + " = " + t.AuthVersion + " + 1"
	list := []statement{
		insertUser(m, d, t),
		{"selectUserByEmail", []string{columns, "FROM " + t.Table, "WHERE " + t.Email + " = ?"}},
		{"selectUserByID", []string{columns, "FROM " + t.Table, byID}},
		{"selectUserVersion", []string{"SELECT " + t.AuthVersion, "FROM " + t.Table, byID}},
		update("changePasswordHash", t.PasswordHash+" = ?, "+raise, sameHash),
		update("upgradePasswordHash", t.PasswordHash+" = ?", sameHash),
		update("setUserRoles", t.Roles+" = ?", byID),
		update("disableUser", t.DisabledAt+" = COALESCE("+t.DisabledAt+", ?), "+raise, byID),
		update("enableUser", t.DisabledAt+" = NULL", byID),
		update("signOutUser", raise, byID),
		{"deleteUser", []string{"DELETE FROM " + t.Table, byID}},
		{"changeNoUser", []string{"UPDATE " + t.Table, "SET " + t.AuthVersion + " = " + t.AuthVersion, "WHERE 1 = 0"}},
	}
	for _, loose := range m.Users.Loose {
		list = append(list, statement{forgetting(loose), []string{"DELETE FROM " + loose.Table, "WHERE " + loose.Column + " = ?"}})
	}
	if m.APIKey != nil || m.OAuth != nil {
		list = append(list, statement{"selectUserToChange", join(
			[]string{"SELECT " + t.PasswordHash + " IS NOT NULL", "FROM " + t.Table, byID}, locked(d.forChange))})
	}
	return list
}

// insertUser adds a user unless there is one of the same address.
func insertUser(m *model.Model, d dialect, t userTable) statement {
	columns := t.Email + ", " + t.PasswordHash + ", " + t.Roles
	values := "?, NULLIF(?, ''), ?"
	var returning []string
	if m.ID.ByDatabase() {
		if d.returning {
			returning = []string{"RETURNING " + t.ID}
		}
	} else {
		columns, values = t.ID+", "+columns, "?, "+values
	}
	for _, column := range []string{t.CreatedAt, t.UpdatedAt} {
		if column != "" {
			columns, values = columns+", "+column, values+", ?"
		}
	}
	return statement{"insertUser", join(
		[]string{"INSERT INTO " + t.Table + " (" + columns + ")", "VALUES (" + values + ")"},
		d.orIgnore(t.Email), returning)}
}

// forgetting is the name of the statement that deletes a user's rows of a table.
func forgetting(t model.LooseTable) string { return "forget" + spec.GoName(t.Table) }
