package gocode

import (
	"github.com/dave/jennifer/jen"

	"github.com/authgen-go/authgen/generator/internal/model"
)

// tokensStoreFile emits the store of refresh families and revoked tokens on SQLite.
func tokensStoreFile(m *model.Model) []jen.Code {
	decls := []jen.Code{
		tokenStoreType(m),
		tokenStatements(m),
		newTokenStore(),
		closeStore("tokenStore", "check"),
		checkToken(m),
		revokeRow(),
		deleteRevoked(),
	}
	if m.JWT.Refresh == nil {
		return decls
	}
	return append(decls,
		createFamily(),
		findFamily(),
		advanceFamily(),
		adoptFamily(),
		endFamily(),
		endFamilyByID(),
		endFamiliesByUser(),
		deleteExpiredFamilies(),
		familyRow(),
	)
}

func tokenStoreType(m *model.Model) jen.Code {
	text := "tokenStore keeps the list of revoked tokens in SQLite; times are microseconds since 1970."
	if m.JWT.Refresh != nil {
		text = "tokenStore keeps logins that can be refreshed, and the list of revoked tokens, in SQLite; times are microseconds since 1970."
	}
	return doc(text).Type().Id("tokenStore").Struct(
		jen.Id("db").Add(ptr(jen.Qual("database/sql", "DB"))),
		jen.Id("check").Add(ptr(jen.Qual("database/sql", "Stmt"))),
	)
}

func tokenStatements(m *model.Model) jen.Code {
	users, revoked := m.Users.Table, m.JWT.RevokedTable
	state := []string{
		"SELECT u.email, u.roles, u.auth_version, u.disabled_at IS NOT NULL,",
		"\tEXISTS (SELECT 1 FROM " + revoked + " WHERE id = ?)",
	}
	if m.JWT.Refresh != nil {
		state[1] += ","
		state = append(state, "\tEXISTS (SELECT 1 FROM "+m.JWT.Refresh.Table+" WHERE id = ? AND user_id = u.id)")
	}
	list := []statement{
		{"selectTokenState", append(state, "FROM "+users+" u", "WHERE u.id = ?")},
		{"insertRevokedToken", []string{
			"INSERT INTO " + revoked + " (id, expires_at)",
			"VALUES (?, ?)",
			"ON CONFLICT (id) DO UPDATE SET expires_at = MAX(expires_at, excluded.expires_at)",
		}},
		{"deleteRevokedTokens", []string{
			"DELETE FROM " + revoked,
			"WHERE id IN (SELECT id FROM " + revoked + " WHERE expires_at <= ? LIMIT ?)",
		}},
	}
	if m.JWT.Refresh != nil {
		list = append(list, familyStatements(m.JWT.Refresh.Table, users)...)
	}
	return statements(list...)
}

func familyStatements(t, users string) []statement {
	return []statement{
		{"insertFamily", []string{
			"INSERT INTO " + t + " (id, user_id, user_version, counter, created_at, authenticated_at, rotated_at, last_used_at, expires_at)",
			"SELECT ?, id, ?, ?, ?, ?, ?, ?, ?",
			"FROM " + users,
			"WHERE id = ?",
		}},
		{"selectFamily", []string{
			"SELECT f.user_id, f.user_version, f.counter, f.created_at, f.authenticated_at, f.rotated_at, f.last_used_at, f.expires_at,",
			"\tu.email, u.roles, u.auth_version, u.disabled_at IS NOT NULL",
			"FROM " + t + " f",
			"JOIN " + users + " u ON u.id = f.user_id",
			"WHERE f.id = ?",
		}},
		{"advanceFamilyCounter", []string{
			"UPDATE " + t, "SET counter = counter + 1, rotated_at = ?, last_used_at = ?", "WHERE id = ? AND counter = ?",
		}},
		{"adoptFamilyVersion", []string{"UPDATE " + t, "SET user_version = ?", "WHERE id = ? AND user_id = ?"}},
		{"deleteFamily", []string{"DELETE FROM " + t, "WHERE id = ?"}},
		{"deleteUserFamily", []string{"DELETE FROM " + t, "WHERE id = ? AND user_id = ?"}},
		{"deleteUserFamilies", []string{"DELETE FROM " + t, "WHERE user_id = ? AND id <> ?"}},
		{"deleteExpiredFamilyRows", []string{
			"DELETE FROM " + t,
			"WHERE id IN (SELECT id FROM " + t + " WHERE expires_at <= ? OR last_used_at <= ? LIMIT ?)",
		}},
	}
}

func newTokenStore() jen.Code {
	return prepared("newTokenStore", "newTokenStore prepares what every request runs; it fails when the tables are not there.",
		jen.Id("db").Add(ptr(jen.Qual("database/sql", "DB"))), "tokenStore", "check", call("db.PrepareContext", jen.Id("ctx"), jen.Id("selectTokenState")),
		field{name: "db", code: jen.Id("db")})
}

func tokenState() *jen.Statement { return rt("revocation", "State").Types(jen.Id("User")) }

// checkToken emits the one question of a request with an access token.
func checkToken(m *model.Model) jen.Code {
	vars := []jen.Code{jen.Id("state").Add(tokenState()), jen.Id("roles").String()}
	args := []jen.Code{jen.Id("ctx"), jen.Id("id")}
	into := []jen.Code{
		amp(dotted("state.User.Email")), amp(jen.Id("roles")), amp(dotted("state.User.Version")),
		amp(dotted("state.User.Disabled")), amp(dotted("state.Revoked")),
	}
	text, familyName := "Check returns a token's user as of now and whether the token was revoked, in one query.", "_"
	if m.JWT.Refresh != nil {
		text = "Check returns a token's user as of now and whether the token was revoked or its login has ended, in one query."
		familyName = "family"
		vars = append(vars, jen.Id("alive").Bool())
		args = append(args, jen.Id("family"))
		into = append(into, amp(jen.Id("alive")))
	}
	body := []jen.Code{
		jen.Var().Defs(vars...),
		jen.Err().Op(":=").Add(call("s.check.QueryRowContext", append(args, jen.Id("user"))...)).Dot("Scan").Call(into...),
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

func revokeRow() jen.Code {
	return storeMethod("tokenStore", "Revoke", "Revoke lists a token until it would have ended; of two ends the later counts.",
		[]jen.Code{jen.Id("id").String(), jen.Id("until").Qual("time", "Time")}, []jen.Code{jen.Error()},
		jen.If(jen.List(jen.Id("_"), jen.Err()).Op(":=").Add(exec("insertRevokedToken", jen.Id("id"), micros(jen.Id("until")))), jen.Err().Op("!=").Nil()).
			Block(jen.Return(failed("revoke token"))).Line(),
		jen.Return(jen.Nil()),
	)
}

func deleteRevoked() jen.Code {
	body := []jen.Code{result(exec("deleteRevokedTokens", micros(jen.Id("now")), jen.Id("limit")))}
	return storeMethod("tokenStore", "DeleteRevoked", "DeleteRevoked removes at most limit tokens that would have ended by now.",
		[]jen.Code{jen.Id("now").Qual("time", "Time"), jen.Id("limit").Int()}, []jen.Code{jen.Int(), jen.Error()},
		append(body, counted("delete revoked tokens")...)...)
}

func family() *jen.Statement { return rt("refresh", "Family").Types(jen.Id("UserID")) }

func familyID(name string) *jen.Statement { return jen.Id(name).Add(rt("refresh", "ID")) }

func noFamily() *jen.Statement { return rt("refresh", "ErrNotFound") }

// familyAffected emits the answer to a statement that must meet a family.
func familyAffected(what string) []jen.Code {
	return []jen.Code{
		errNotNil(jen.Return(failed(what))),
		jen.Return(rt("store/sqlite", "MustAffect").Call(jen.Id("result"), noFamily())),
	}
}

func createFamily() jen.Code {
	body := []jen.Code{
		result(call("s.db.ExecContext", jen.Id("ctx"), jen.Id("insertFamily"), jen.Line().
			Add(call("f.ID.String")), dotted("f.UserVersion"), dotted("f.Counter"), jen.Line().
			Add(micros(dotted("f.CreatedAt"))), micros(dotted("f.AuthenticatedAt")), micros(dotted("f.RotatedAt")), jen.Line().
			Add(micros(dotted("f.LastUsedAt"))), micros(dotted("f.ExpiresAt")), dotted("f.UserID"))),
	}
	return storeMethod("tokenStore", "Create", "Create adds a login of a user who exists.",
		[]jen.Code{jen.Id("f").Add(family())}, []jen.Code{jen.Error()},
		append(body, familyAffected("insert login")...)...)
}

func findFamily() jen.Code {
	return storeMethod("tokenStore", "Find", "Find returns a login and its user as of now, in one query.",
		[]jen.Code{familyID("id")}, []jen.Code{family(), jen.Id("User"), jen.Error()},
		jen.Var().Defs(
			jen.Id("row").Id("familyRow"),
			jen.Id("user").Id("User"),
			jen.Id("roles").String(),
		),
		jen.Err().Op(":=").Add(call("s.db.QueryRowContext", jen.Id("ctx"), jen.Id("selectFamily"), call("id.String"))).Dot("Scan").Call(
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

func advanceFamily() jen.Code {
	body := []jen.Code{
		jen.Id("now").Op(":=").Add(micros(jen.Id("at"))),
		result(exec("advanceFamilyCounter", jen.Id("now"), jen.Id("now"), call("id.String"), jen.Id("from"))),
	}
	return storeMethod("tokenStore", "Advance", "Advance counts on in one statement: of several callers with the same token, one wins.",
		[]jen.Code{familyID("id"), jen.Id("from").Int64(), jen.Id("at").Qual("time", "Time")}, []jen.Code{jen.Error()},
		append(body, familyAffected("advance login")...)...)
}

func adoptFamily() jen.Code {
	body := []jen.Code{result(exec("adoptFamilyVersion", jen.Id("version"), call("id.String"), jen.Id("user")))}
	return storeMethod("tokenStore", "Adopt", "Adopt takes a login of user along to another version of theirs.",
		[]jen.Code{jen.Id("user").Id("UserID"), familyID("id"), jen.Id("version").Int64()}, []jen.Code{jen.Error()},
		append(body, familyAffected("adopt login")...)...)
}

func endFamily() jen.Code {
	return storeMethod("tokenStore", "End", "End ends a login and with it its access tokens; one that is not there has ended already.",
		[]jen.Code{familyID("id")}, []jen.Code{jen.Error()},
		jen.If(jen.List(jen.Id("_"), jen.Err()).Op(":=").Add(exec("deleteFamily", call("id.String"))), jen.Err().Op("!=").Nil()).
			Block(jen.Return(failed("end login"))).Line(),
		jen.Return(jen.Nil()),
	)
}

func endFamilyByID() jen.Code {
	body := []jen.Code{result(exec("deleteUserFamily", call("id.String"), jen.Id("user")))}
	return storeMethod("tokenStore", "EndByID", "EndByID ends a login of user; another user's is not found.",
		[]jen.Code{jen.Id("user").Id("UserID"), familyID("id")}, []jen.Code{jen.Error()},
		append(body, familyAffected("end login")...)...)
}

func endFamiliesByUser() jen.Code {
	body := []jen.Code{result(exec("deleteUserFamilies", jen.Id("user"), call("except.String")))}
	return storeMethod("tokenStore", "EndByUser", "EndByUser ends the logins of a user, except one.",
		[]jen.Code{jen.Id("user").Id("UserID"), familyID("except")}, []jen.Code{jen.Int(), jen.Error()},
		append(body, counted("end logins")...)...)
}

func deleteExpiredFamilies() jen.Code {
	body := []jen.Code{result(exec("deleteExpiredFamilyRows", micros(jen.Id("expired")), micros(jen.Id("idleSince")), jen.Id("limit")))}
	return storeMethod("tokenStore", "DeleteExpired", "DeleteExpired removes at most limit logins that have expired or were idle for too long.",
		[]jen.Code{jen.List(jen.Id("expired"), jen.Id("idleSince")).Qual("time", "Time"), jen.Id("limit").Int()}, []jen.Code{jen.Int(), jen.Error()},
		append(body, counted("delete expired logins")...)...)
}

// familyRow emits the bridge between columns and a Family.
func familyRow() jen.Code {
	return doc("familyRow is a login as the database keeps it.").
		Type().Id("familyRow").Struct(
		jen.Id("family").Add(family()),
		jen.List(jen.Id("created"), jen.Id("authenticated"), jen.Id("rotated"), jen.Id("used"), jen.Id("expires")).Int64(),
	).Line().Line().
		Add(doc("login is the login of a scanned row.")).
		Func().Params(jen.Id("r").Op("*").Id("familyRow")).Id("login").Params(familyID("id")).Add(family()).Block(
		dotted("r.family.ID").Op("=").Id("id"),
		dotted("r.family.CreatedAt").Op("=").Add(fromMicros(dotted("r.created"))),
		dotted("r.family.AuthenticatedAt").Op("=").Add(fromMicros(dotted("r.authenticated"))),
		dotted("r.family.RotatedAt").Op("=").Add(fromMicros(dotted("r.rotated"))),
		dotted("r.family.LastUsedAt").Op("=").Add(fromMicros(dotted("r.used"))),
		dotted("r.family.ExpiresAt").Op("=").Add(fromMicros(dotted("r.expires"))),
		jen.Return(dotted("r.family")),
	)
}
