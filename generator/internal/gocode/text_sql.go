package gocode

import (
	"strings"

	"github.com/authgen-go/authgen/generator/internal/model"
	"github.com/authgen-go/authgen/spec"
)

// identityStatements are the statements on the table of identities.
func identityStatements(m *model.Model) []statement {
	d := dialectOf(m)
	t, users, u := m.OAuth.Table, d.users(m), d.users(m).as("u")
	return []statement{
		{"insertIdentity", join([]string{
			"INSERT INTO " + t + " (provider, subject, user_id, email, created_at)",
			"SELECT ?, ?, " + users.ID + ", ?, ?",
			"FROM " + users.Table,
			"WHERE " + users.ID + " = ?",
		}, locked(d.toKeep), d.orIgnore(""))},
		{"selectUserExists", []string{"SELECT EXISTS (SELECT 1 FROM " + users.Table + " WHERE " + users.ID + " = ?)"}},
		{"selectVerifiedUser", join([]string{
			"SELECT " + u.ID + ", " + u.Email,
			"FROM " + u.Table,
			"WHERE " + u.Email + " = ? AND EXISTS (SELECT 1 FROM " + t + " i WHERE i.user_id = " + u.ID + " AND i.email = " + u.Email + ")",
		}, locked(d.forChange))},
		{"selectIdentityUser", []string{
			"SELECT " + u.ID + ", " + u.rights() + ", " + u.created(),
			"FROM " + t + " i",
			"JOIN " + u.Table + " ON " + u.ID + " = i.user_id",
			"WHERE i.provider = ? AND i.subject = ?",
		}},
		{"selectIdentities", []string{
			"SELECT provider, subject, email, created_at", "FROM " + t, "WHERE user_id = ?", "ORDER BY created_at, provider",
		}},
		{"deleteIdentity", []string{"DELETE FROM " + t, "WHERE user_id = ? AND provider = ?"}},
		{"selectAnyIdentity", []string{"SELECT EXISTS (SELECT 1 FROM " + t + " WHERE user_id = ?)"}},
		{"updateIdentityTokens", []string{"UPDATE " + t, "SET tokens = ?", "WHERE provider = ? AND subject = ?"}},
		{"selectIdentityTokens", []string{"SELECT subject, tokens", "FROM " + t, "WHERE user_id = ? AND provider = ?"}},
	}
}

// usedStatements are the statements on the table of what was used.
func usedStatements(m *model.Model) []statement {
	d := dialectOf(m)
	return []statement{
		{"insertUsedValue", join([]string{
			"INSERT INTO " + m.UsedTable + " (hash, expires_at)", "VALUES (?, ?)"}, d.orIgnore("hash"))},
		{"deleteUsedValues", d.deleteSome(m.UsedTable, "hash", "expires_at <= ?")},
	}
}

// eventStatements are the statements on the table of audit events.
func eventStatements(m *model.Model) []statement {
	d, t := dialectOf(m), m.Audit.Table
	return []statement{
		{"insertEvent", []string{
			"INSERT INTO " + t + " (occurred_at, event, outcome, reason, actor, target, strategy, client_addr, request_id)",
			"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		}},
		{"deleteOldEvents", d.deleteSome(t, "id", "occurred_at < ?")},
		{"changeNoEvent", []string{"UPDATE " + t, "SET reason = ''", "WHERE id = 0"}},
	}
}

// limitStatements are the statements on the table of limits.
func limitStatements(m *model.Model) []statement {
	d, t := dialectOf(m), m.Limits.Table
	take := []string{
		"INSERT INTO " + t + " (key_hash, full_at, expires_at)", "VALUES (?, ?, ?)",
		"ON CONFLICT (key_hash) DO UPDATE",
		"SET full_at = " + d.greatest + "(" + t + ".full_at, ?) + ?, expires_at = excluded.expires_at",
		"WHERE " + t + ".full_at <= ?",
		"RETURNING full_at",
	}
	if d.database == spec.MySQL {
		// It sets one column after the other, and returns nothing but the number that
		// LAST_INSERT_ID was last given: none where the try is refused.
		take = []string{
			"INSERT INTO " + t + " (key_hash, full_at, expires_at)", "VALUES (?, LAST_INSERT_ID(?), ?)",
			"ON DUPLICATE KEY UPDATE",
			"\texpires_at = IF(full_at <= ?, VALUES(expires_at), expires_at),",
			"\tfull_at = IF(full_at <= ?, LAST_INSERT_ID(" + d.greatest + "(full_at, ?) + ?), full_at + LAST_INSERT_ID(0))",
		}
	}
	return []statement{
		{"takeLimit", take},
		{"selectLimit", []string{"SELECT full_at", "FROM " + t, "WHERE key_hash = ?"}},
		{"advanceLimit", []string{"UPDATE " + t, "SET full_at = full_at - ?", "WHERE key_hash = ?"}},
		{"deleteFullLimits", d.deleteSome(t, "key_hash", "expires_at <= ?")},
	}
}

// clientStatements are the statements on the table of OAuth clients.
func clientStatements(m *model.Model) []statement {
	t := m.Server.ClientsTable
	columns := []string{"id", "name", "scopes", "method", "disabled_at IS NOT NULL", "created_at"}
	update := func(name, set, where string) statement {
		return statement{name, []string{"UPDATE " + t, "SET " + set, where}}
	}
	const byID = "WHERE id = ?"
	return []statement{
		{"insertClient", []string{
			"INSERT INTO " + t + " (id, name, scopes, method, secret_hash, jwks, created_at)", "VALUES (?, ?, ?, ?, ?, ?, ?)",
		}},
		{"selectClient", []string{
			"SELECT " + strings.Join(columns, ", ") + ", secret_hash, previous_hash, previous_until, jwks", "FROM " + t, byID,
		}},
		{"selectClients", []string{"SELECT " + strings.Join(columns, ", "), "FROM " + t, "ORDER BY created_at DESC, id"}},
		{"selectClientOfToken", []string{
			"SELECT c." + strings.Join(columns, ", c.") + ",",
			"\tEXISTS (SELECT 1 FROM " + m.JWT.RevokedTable + " WHERE id = ?)",
			"FROM " + t + " c",
			"WHERE c.id = ?",
		}},
		// MySQL sets one column after the other: the old hash has to be kept first.
		update("rotateClientSecret", "previous_hash = secret_hash, previous_until = ?, secret_hash = ?", byID+" AND secret_hash IS NOT NULL"),
		update("replaceClientSecret", "previous_hash = NULL, previous_until = NULL, secret_hash = ?", byID+" AND secret_hash IS NOT NULL"),
		update("disableClient", "disabled_at = COALESCE(disabled_at, ?)", byID),
		update("enableClient", "disabled_at = NULL", byID),
		update("updateClientScopes", "scopes = ?", byID),
		update("updateClientKeys", "jwks = ?", byID+" AND jwks <> ''"),
	}
}

// The database as templates name it: what its makers call it, and its package of the
// runtime.
func (d textData) DatabaseTitle() string { return dialectOf(d.Model).title }
func (d textData) DB() string            { return string(d.Database) }

// The statements of the stores that templates write, as Go source.
func (d textData) IdentitySQL() string { return dialectOf(d.Model).source(identityStatements(d.Model)) }
func (d textData) EventSQL() string    { return dialectOf(d.Model).source(eventStatements(d.Model)) }
func (d textData) LimitSQL() string    { return dialectOf(d.Model).source(limitStatements(d.Model)) }
func (d textData) UsedSQL() string     { return dialectOf(d.Model).source(usedStatements(d.Model)) }
func (d textData) ClientSQL() string   { return dialectOf(d.Model).source(clientStatements(d.Model)) }

// Key is a text that somebody else gave, to find a row by, as Go source.
func (d textData) Key(text string) string {
	if !dialectOf(d.Model).collates {
		return text
	}
	return d.DB() + ".Key(" + text + ")"
}

// LimitsByNumber reports whether a try that is taken answers with a number that is 0 for
// none, and not with a row.
func (d textData) LimitsByNumber() bool { return d.Database == spec.MySQL }

// CollatedUsers reports whether the database may find an address by another that it takes
// for the same.
func (d textData) CollatedUsers() bool { return dialectOf(d.Model).collates && d.Users.Existing }
