package gocode

import (
	"github.com/dave/jennifer/jen"

	"github.com/authgen-go/authgen/generator/internal/model"
	"github.com/authgen-go/authgen/spec"
)

// tokensStoreFile emits the store of refresh families and revoked tokens.
func tokensStoreFile(m *model.Model) []jen.Code {
	d := dialectOf(m)
	text := "tokenStore keeps the list of revoked tokens in " + d.title + "."
	if m.JWT.Refresh != nil {
		text = "tokenStore keeps logins that can be refreshed, and the list of revoked tokens, in " + d.title + "."
	}
	decls := []jen.Code{
		d.storeType("tokenStore", text),
		d.statements(tokenStatements(m)...),
		d.newStore("newTokenStore", "tokenStore", "selectTokenState"),
		checkToken(m, d),
		revokeRow(d),
		deleteRevoked(d),
	}
	if m.JWT.Refresh == nil {
		return decls
	}
	return append(decls,
		createFamily(d),
		findFamily(),
		advanceFamily(d),
		adoptFamily(),
		endFamily(),
		endFamilyByID(),
		endFamiliesByUser(),
		deleteExpiredFamilies(d),
		familyRow(d),
	)
}

// tokenStatements are the statements on the tables of refresh families and of revoked
// tokens.
func tokenStatements(m *model.Model) []statement {
	d := dialectOf(m)
	u, revoked := d.users(m).as("u"), m.JWT.RevokedTable
	state := []string{
		"SELECT " + u.rights() + ",",
		"\tEXISTS (SELECT 1 FROM " + revoked + " WHERE id = ?)",
	}
	if m.JWT.Refresh != nil {
		state[1] += ","
		state = append(state, "\tEXISTS (SELECT 1 FROM "+m.JWT.Refresh.Table+" WHERE id = ? AND user_id = "+u.ID+")")
	}
	list := []statement{
		{"selectTokenState", append(state, "FROM "+u.Table, "WHERE "+u.ID+" = ?")},
		{"insertRevokedToken", join(
			[]string{"INSERT INTO " + revoked + " (id, expires_at)", "VALUES (?, ?)"}, d.orLater(revoked))},
		{"deleteRevokedTokens", d.deleteSome(revoked, "id", "expires_at <= ?")},
	}
	if m.JWT.Refresh != nil {
		list = append(list, familyStatements(m, d)...)
	}
	return list
}

// orLater ends an INSERT of what may be listed already: the later end counts.
func (d dialect) orLater(table string) []string {
	if !d.ignore {
		return []string{"ON DUPLICATE KEY UPDATE expires_at = GREATEST(expires_at, VALUES(expires_at))"}
	}
	return []string{"ON CONFLICT (id) DO UPDATE SET expires_at = " + d.greatest + "(" + table + ".expires_at, excluded.expires_at)"}
}

func familyStatements(m *model.Model, d dialect) []statement {
	t, users, u := m.JWT.Refresh.Table, d.users(m), d.users(m).as("u")
	return []statement{
		{"insertFamily", join([]string{
			"INSERT INTO " + t + " (id, user_id, user_version, counter, created_at, authenticated_at, rotated_at, last_used_at, expires_at)",
			"SELECT ?, " + users.ID + ", ?, ?, ?, ?, ?, ?, ?",
			"FROM " + users.Table,
			"WHERE " + users.ID + " = ?",
		}, locked(d.toKeep))},
		{"selectFamily", []string{
			"SELECT f.user_id, f.user_version, f.counter, f.created_at, f.authenticated_at, f.rotated_at, f.last_used_at, f.expires_at,",
			"\t" + u.rights(),
			"FROM " + t + " f",
			"JOIN " + u.Table + " ON " + u.ID + " = f.user_id",
			"WHERE f.id = ?",
		}},
		{"advanceFamilyCounter", []string{
			"UPDATE " + t, "SET counter = counter + 1, rotated_at = ?, last_used_at = ?", "WHERE id = ? AND counter = ?",
		}},
		{"adoptFamilyVersion", []string{"UPDATE " + t, "SET user_version = ?", "WHERE id = ? AND user_id = ?"}},
		{"deleteFamily", []string{"DELETE FROM " + t, "WHERE id = ?"}},
		{"deleteUserFamily", []string{"DELETE FROM " + t, "WHERE id = ? AND user_id = ?"}},
		{"deleteUserFamilies", []string{"DELETE FROM " + t, "WHERE user_id = ? AND id <> ?"}},
		{"deleteExpiredFamilyRows", d.deleteSome(t, "id", "expires_at <= ? OR last_used_at <= ?")},
	}
}

func tokenState() *jen.Statement { return rt("revocation", "State").Types(jen.Id("User")) }

// checkToken emits the one question of a request with an access token.
func checkToken(m *model.Model, d dialect) jen.Code {
	vars := []jen.Code{jen.Id("state").Add(tokenState()), jen.Id("roles").String()}
	args := []jen.Code{d.key(jen.Id("id"))}
	into := []jen.Code{
		amp(dotted("state.User.Email")), amp(jen.Id("roles")), amp(dotted("state.User.Version")),
		amp(dotted("state.User.Disabled")), amp(dotted("state.Revoked")),
	}
	text, familyName := "Check returns a token's user as of now and whether the token was revoked, in one query.", "_"
	if m.JWT.Refresh != nil {
		text = "Check returns a token's user as of now and whether the token was revoked or its login has ended, in one query."
		familyName = "family"
		vars = append(vars, jen.Id("alive").Bool())
		args = append(args, d.key(jen.Id("family")))
		into = append(into, amp(jen.Id("alive")))
	}
	user := jen.Id("user")
	if m.ID.Kind == spec.IDString {
		user = d.key(user)
	}
	body := []jen.Code{
		jen.Var().Defs(vars...),
		jen.Err().Op(":=").Add(run("s.db.QueryRow", "selectTokenState", append(args, user)...)).Dot("Scan").Call(into...),
		noRows(tokenState().Values(), rt("revocation", "ErrNotFound")),
		errNotNil(jen.Return(tokenState().Values(), failed("select state of token"))),
		dotted("state.User.ID").Op("=").Id("user"),
		dotted("state.User.Roles").Op("=").Add(rt("account", "SplitRoles").Types(jen.Id("Role")).Call(jen.Id("roles"))),
	}
	if m.JWT.Refresh != nil {
		body = append(body, dotted("state.FamilyGone").Op("=").Id("family").Op("!=").Lit("").Op("&&").Op("!").Id("alive"))
	}
	return storeMethod("tokenStore", "Check", text,
		[]jen.Code{jen.Id("user").Id("UserID"), jen.List(jen.Id(familyName), jen.Id("id")).String()}, []jen.Code{tokenState(), jen.Error()},
		append(body, jen.Return(jen.Id("state"), jen.Nil()))...)
}

func revokeRow(d dialect) jen.Code {
	return storeMethod("tokenStore", "Revoke", "Revoke lists a token until it would have ended; of two ends the later counts.",
		[]jen.Code{jen.Id("id").String(), jen.Id("until").Qual("time", "Time")}, []jen.Code{jen.Error()},
		done(run("s.db.Exec", "insertRevokedToken", jen.Id("id"), d.at(jen.Id("until"))), "revoke token")...)
}

func deleteRevoked(d dialect) jen.Code {
	return storeMethod("tokenStore", "DeleteRevoked", "DeleteRevoked removes at most limit tokens that would have ended by now.",
		[]jen.Code{jen.Id("now").Qual("time", "Time"), jen.Id("limit").Int()}, []jen.Code{jen.Int(), jen.Error()},
		counted(run("s.db.Exec", "deleteRevokedTokens", d.at(jen.Id("now")), jen.Id("limit")), "delete revoked tokens")...)
}

func family() *jen.Statement { return rt("refresh", "Family").Types(jen.Id("UserID")) }

func familyID(name string) *jen.Statement { return jen.Id(name).Add(rt("refresh", "ID")) }

func noFamily() *jen.Statement { return rt("refresh", "ErrNotFound") }

// familyMet is the execution of a statement that must meet a login.
func familyMet(expr jen.Code, what string) []jen.Code {
	return append(met(expr, what, noFamily()), jen.Return(jen.Nil()))
}

func createFamily(d dialect) jen.Code {
	return storeMethod("tokenStore", "Create", "Create adds a login of a user who exists.",
		[]jen.Code{jen.Id("f").Add(family())}, []jen.Code{jen.Error()},
		familyMet(call("s.db.Exec", jen.Id("ctx"), jen.Id("insertFamily"), jen.Line().
			Add(call("f.ID.String")), dotted("f.UserVersion"), dotted("f.Counter"), jen.Line().
			Add(d.at(dotted("f.CreatedAt"))), d.at(dotted("f.AuthenticatedAt")), d.at(dotted("f.RotatedAt")), jen.Line().
			Add(d.at(dotted("f.LastUsedAt"))), d.at(dotted("f.ExpiresAt")), dotted("f.UserID")), "insert login")...)
}

func findFamily() jen.Code {
	return storeMethod("tokenStore", "Find", "Find returns a login and its user as of now, in one query.",
		[]jen.Code{familyID("id")}, []jen.Code{family(), jen.Id("User"), jen.Error()},
		jen.Var().Defs(
			jen.Id("row").Id("familyRow"),
			jen.Id("user").Id("User"),
			jen.Id("roles").String(),
		),
		jen.Err().Op(":=").Add(run("s.db.QueryRow", "selectFamily", call("id.String"))).Dot("Scan").Call(
			jen.Line().Add(amp(dotted("row.family.UserID"))), amp(dotted("row.family.UserVersion")), amp(dotted("row.family.Counter")),
			jen.Line().Add(amp(dotted("row.created"))), amp(dotted("row.authenticated")), amp(dotted("row.rotated")), amp(dotted("row.used")), amp(dotted("row.expires")),
			jen.Line().Add(amp(dotted("user.Email"))), amp(jen.Id("roles")), amp(dotted("user.Version")), amp(dotted("user.Disabled"))),
		noRows(family().Values(), jen.Id("User").Values(), noFamily()),
		errNotNil(jen.Return(family().Values(), jen.Id("User").Values(), failed("select login"))),
		dotted("user.ID").Op("=").Add(dotted("row.family.UserID")),
		dotted("user.Roles").Op("=").Add(rt("account", "SplitRoles").Types(jen.Id("Role")).Call(jen.Id("roles"))),
		jen.Return(call("row.login", jen.Id("id")), jen.Id("user"), jen.Nil()),
	)
}

func advanceFamily(d dialect) jen.Code {
	return storeMethod("tokenStore", "Advance", "Advance counts on in one statement: of several callers with the same token, one wins.",
		[]jen.Code{familyID("id"), jen.Id("from").Int64(), jen.Id("at").Qual("time", "Time")}, []jen.Code{jen.Error()},
		append([]jen.Code{jen.Id("now").Op(":=").Add(d.at(jen.Id("at")))},
			familyMet(run("s.db.Exec", "advanceFamilyCounter", jen.Id("now"), jen.Id("now"), call("id.String"), jen.Id("from")), "advance login")...)...)
}

func adoptFamily() jen.Code {
	return storeMethod("tokenStore", "Adopt", "Adopt takes a login of user along to another version of theirs.",
		[]jen.Code{jen.Id("user").Id("UserID"), familyID("id"), jen.Id("version").Int64()}, []jen.Code{jen.Error()},
		familyMet(run("s.db.Exec", "adoptFamilyVersion", jen.Id("version"), call("id.String"), jen.Id("user")), "adopt login")...)
}

func endFamily() jen.Code {
	return storeMethod("tokenStore", "End", "End ends a login and with it its access tokens; one that is not there has ended already.",
		[]jen.Code{familyID("id")}, []jen.Code{jen.Error()},
		done(run("s.db.Exec", "deleteFamily", call("id.String")), "end login")...)
}

func endFamilyByID() jen.Code {
	return storeMethod("tokenStore", "EndByID", "EndByID ends a login of user; another user's is not found.",
		[]jen.Code{jen.Id("user").Id("UserID"), familyID("id")}, []jen.Code{jen.Error()},
		familyMet(run("s.db.Exec", "deleteUserFamily", call("id.String"), jen.Id("user")), "end login")...)
}

func endFamiliesByUser() jen.Code {
	return storeMethod("tokenStore", "EndByUser", "EndByUser ends the logins of a user, except one.",
		[]jen.Code{jen.Id("user").Id("UserID"), familyID("except")}, []jen.Code{jen.Int(), jen.Error()},
		counted(run("s.db.Exec", "deleteUserFamilies", jen.Id("user"), call("except.String")), "end logins")...)
}

func deleteExpiredFamilies(d dialect) jen.Code {
	return storeMethod("tokenStore", "DeleteExpired", "DeleteExpired removes at most limit logins that have expired or were idle for too long.",
		[]jen.Code{jen.List(jen.Id("expired"), jen.Id("idleSince")).Qual("time", "Time"), jen.Id("limit").Int()}, []jen.Code{jen.Int(), jen.Error()},
		counted(run("s.db.Exec", "deleteExpiredFamilyRows", d.at(jen.Id("expired")), d.at(jen.Id("idleSince")), jen.Id("limit")), "delete expired logins")...)
}

// familyRow emits the bridge between columns and a Family.
func familyRow(d dialect) jen.Code {
	return doc("familyRow is a login as the database keeps it.").
		Type().Id("familyRow").Struct(
		jen.Id("family").Add(family()),
		jen.List(jen.Id("created"), jen.Id("authenticated"), jen.Id("rotated"), jen.Id("used"), jen.Id("expires")).Add(d.time()),
	).Line().Line().
		Add(doc("login is the login of a scanned row.")).
		Func().Params(jen.Id("r").Op("*").Id("familyRow")).Id("login").Params(familyID("id")).Add(family()).Block(
		dotted("r.family.ID").Op("=").Id("id"),
		dotted("r.family.CreatedAt").Op("=").Add(dotted("r.created.Time")),
		dotted("r.family.AuthenticatedAt").Op("=").Add(dotted("r.authenticated.Time")),
		dotted("r.family.RotatedAt").Op("=").Add(dotted("r.rotated.Time")),
		dotted("r.family.LastUsedAt").Op("=").Add(dotted("r.used.Time")),
		dotted("r.family.ExpiresAt").Op("=").Add(dotted("r.expires.Time")),
		jen.Return(dotted("r.family")),
	)
}
