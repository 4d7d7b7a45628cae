package gocode

import (
	"github.com/dave/jennifer/jen"

	"github.com/authgen-go/authgen/generator/internal/model"
)

// sessionsStoreFile emits the sessions' store on SQLite.
func sessionsStoreFile(m *model.Model) []jen.Code {
	return []jen.Code{
		sessionStoreType(),
		sessionStatements(m),
		newSessionStore(),
		closeStore("sessionStore", "find"),
		createSession(),
		findSession(),
		rotateSession(),
		touchSessions(),
		deleteSession(),
		listUserSessions(),
		deleteSessionByID(),
		deleteSessionsByUser(),
		deleteExpiredSessions(),
		sessionRow(),
	}
}

func sessionStoreType() jen.Code {
	return doc("sessionStore keeps sessions in SQLite; times are microseconds since 1970.").
		Type().Id("sessionStore").Struct(
		jen.Id("db").Add(ptr(jen.Qual("database/sql", "DB"))),
		jen.Id("find").Add(ptr(jen.Qual("database/sql", "Stmt"))),
	)
}

func sessionStatements(m *model.Model) jen.Code {
	t, users := m.Session.Table, m.Users.Table
	columns := "id, user_id, user_version, created_at, authenticated_at, last_seen_at, expires_at, remembered, user_agent, addr"
	return statements(
		statement{"insertSession", []string{
			"INSERT INTO " + t + " (id, token_hash, user_id, user_version, created_at, authenticated_at, last_seen_at, expires_at, remembered, user_agent, addr)",
			"SELECT ?, ?, id, ?, ?, ?, ?, ?, ?, ?, ?",
			"FROM " + users,
			"WHERE id = ?",
		}},
		statement{"selectSession", []string{
			"SELECT s.id, s.user_id, s.user_version, s.authenticated_at, s.last_seen_at, s.expires_at, s.remembered,",
			"\tu.email, u.roles, u.auth_version, u.disabled_at IS NOT NULL",
			"FROM " + t + " s",
			"JOIN " + users + " u ON u.id = s.user_id",
			"WHERE s.token_hash = ?",
		}},
		statement{"rotateSessionToken", []string{
			"UPDATE " + t,
			"SET token_hash = ?, user_version = ?, authenticated_at = ?, last_seen_at = MAX(last_seen_at, ?)",
			"WHERE token_hash = ?",
		}},
		statement{"touchSession", []string{
			"UPDATE " + t, "SET last_seen_at = ?", "WHERE token_hash = ? AND last_seen_at < ?",
		}},
		statement{"deleteSessionByToken", []string{"DELETE FROM " + t, "WHERE token_hash = ?"}},
		statement{"selectUserSessions", []string{
			"SELECT " + columns, "FROM " + t, "WHERE user_id = ?", "ORDER BY created_at DESC, id",
		}},
		statement{"deleteUserSession", []string{"DELETE FROM " + t, "WHERE user_id = ? AND id = ?"}},
		statement{"deleteUserSessions", []string{"DELETE FROM " + t, "WHERE user_id = ? AND id <> ?"}},
		statement{"deleteExpiredSessionRows", []string{
			"DELETE FROM " + t,
			"WHERE id IN (SELECT id FROM " + t + " WHERE expires_at <= ? OR last_seen_at <= IIF(remembered, ?, ?) LIMIT ?)",
		}},
	)
}

func newSessionStore() jen.Code {
	return prepared("newSessionStore", "newSessionStore prepares what every request runs; it fails when the tables are not there.",
		jen.Id("db").Add(ptr(jen.Qual("database/sql", "DB"))), "sessionStore", "find", call("db.PrepareContext", jen.Id("ctx"), jen.Id("selectSession")),
		field{name: "db", code: jen.Id("db")})
}

func hashParam(name string) *jen.Statement { return jen.Id(name).Add(rt("session", "Hash")) }

func noSession() *jen.Statement { return rt("session", "ErrNotFound") }

func hashBytes(name string) *jen.Statement { return jen.Id(name).Index(jen.Op(":")) }

// affected emits the answer to a statement that must meet a row.
func affected(what string) []jen.Code {
	return []jen.Code{
		errNotNil(jen.Return(failed(what))),
		jen.Return(rt("store/sqlite", "MustAffect").Call(jen.Id("result"), noSession())),
	}
}

func exec(query string, args ...jen.Code) *jen.Statement {
	return call("s.db.ExecContext", append([]jen.Code{jen.Id("ctx"), jen.Id(query)}, args...)...)
}

func result(expr jen.Code) *jen.Statement {
	return jen.List(jen.Id("result"), jen.Err()).Op(":=").Add(expr)
}

func createSession() jen.Code {
	body := []jen.Code{
		result(call("s.db.ExecContext", jen.Id("ctx"), jen.Id("insertSession"), jen.Line().
			Add(dotted("sess.ID")), hashBytes("hash"), dotted("sess.UserVersion"), jen.Line().
			Add(micros(dotted("sess.CreatedAt"))), micros(dotted("sess.AuthenticatedAt")), jen.Line().
			Add(micros(dotted("sess.LastSeenAt"))), micros(dotted("sess.ExpiresAt")), jen.Line().
			Add(dotted("sess.Remembered")), dotted("sess.UserAgent"), call("sess.IP"), dotted("sess.UserID"))),
	}
	return storeMethod("sessionStore", "Create", "Create adds a session of a user who exists.",
		[]jen.Code{jen.Id("sess").Id("Session"), hashParam("hash")}, []jen.Code{jen.Error()},
		append(body, affected("insert session")...)...)
}

func findSession() jen.Code {
	return storeMethod("sessionStore", "Find", `
Find returns a session and its user as of now, in one query, without what only
lists show.`,
		[]jen.Code{hashParam("hash")}, []jen.Code{jen.Id("Session"), jen.Id("User"), jen.Error()},
		jen.Var().Defs(
			jen.Id("row").Id("sessionRow"),
			jen.Id("user").Id("User"),
			jen.Id("roles").String(),
		),
		jen.Err().Op(":=").Add(call("s.find.QueryRowContext", jen.Id("ctx"), hashBytes("hash"))).Dot("Scan").Call(
			jen.Line().Add(amp(dotted("row.sess.ID"))), amp(dotted("row.sess.UserID")), amp(dotted("row.sess.UserVersion")),
			amp(dotted("row.authenticated")), amp(dotted("row.seen")), amp(dotted("row.expires")), amp(dotted("row.sess.Remembered")),
			jen.Line().Add(amp(dotted("user.Email"))), amp(jen.Id("roles")), amp(dotted("user.Version")), amp(dotted("user.Disabled"))),
		noRows(jen.Id("Session").Values(), jen.Id("User").Values(), noSession()),
		errNotNil(jen.Return(jen.Id("Session").Values(), jen.Id("User").Values(), failed("select session"))),
		dotted("user.ID").Op("=").Add(dotted("row.sess.UserID")),
		dotted("user.Roles").Op("=").Add(rt("account", "SplitRoles").Types(jen.Id("Role")).Call(jen.Id("roles"))),
		jen.Return(call("row.session"), jen.Id("user"), jen.Nil()),
	)
}

func rotateSession() jen.Code {
	body := []jen.Code{
		jen.Id("at").Op(":=").Add(micros(jen.Id("authenticatedAt"))),
		result(exec("rotateSessionToken", hashBytes("next"), jen.Id("userVersion"), jen.Id("at"), jen.Id("at"), hashBytes("old"))),
	}
	return storeMethod("sessionStore", "Rotate", "Rotate replaces the token in one statement: of several callers with the same old token, one wins.",
		[]jen.Code{jen.List(jen.Id("old"), jen.Id("next")).Add(rt("session", "Hash")), jen.Id("userVersion").Int64(), jen.Id("authenticatedAt").Qual("time", "Time")},
		[]jen.Code{jen.Error()},
		append(body, affected("rotate session")...)...)
}

func touchSessions() jen.Code {
	body := append(begin("touch sessions"),
		jen.List(jen.Id("touch"), jen.Err()).Op(":=").Add(call("tx.PrepareContext", jen.Id("ctx"), jen.Id("touchSession"))),
		errNotNil(jen.Return(failed("touch sessions"))),
		jen.Defer().Add(call("touch.Close")).Line(),
		jen.For(jen.List(jen.Id("_"), jen.Id("t")).Op(":=").Range().Id("touches")).Block(
			jen.Id("seen").Op(":=").Add(micros(dotted("t.SeenAt"))),
			jen.If(jen.List(jen.Id("_"), jen.Err()).Op(":=").Add(call("touch.ExecContext", jen.Id("ctx"), jen.Id("seen"), dotted("t.Hash").Index(jen.Op(":")), jen.Id("seen"))),
				jen.Err().Op("!=").Nil()).Block(jen.Return(failed("touch session"))),
		),
		commit("touch sessions"),
		jen.Return(jen.Nil()),
	)
	return storeMethod("sessionStore", "Touch", "Touch moves last-seen times forward, in one transaction.",
		[]jen.Code{jen.Id("touches").Index().Add(rt("session", "Touch"))}, []jen.Code{jen.Error()}, body...)
}

func deleteSession() jen.Code {
	return storeMethod("sessionStore", "Delete", "Delete ends a session; one that is not there has ended already.",
		[]jen.Code{hashParam("hash")}, []jen.Code{jen.Error()},
		jen.If(jen.List(jen.Id("_"), jen.Err()).Op(":=").Add(exec("deleteSessionByToken", hashBytes("hash"))), jen.Err().Op("!=").Nil()).
			Block(jen.Return(failed("delete session"))).Line(),
		jen.Return(jen.Nil()),
	)
}

func listUserSessions() jen.Code {
	return storeMethod("sessionStore", "List", "List returns a user's sessions, the newest first, expired ones included.",
		[]jen.Code{jen.Id("user").Id("UserID")}, []jen.Code{jen.Index().Id("Session"), jen.Error()},
		jen.List(jen.Id("rows"), jen.Err()).Op(":=").Add(call("s.db.QueryContext", jen.Id("ctx"), jen.Id("selectUserSessions"), jen.Id("user"))),
		errNotNil(jen.Return(jen.Nil(), failed("list sessions"))),
		jen.Defer().Add(call("rows.Close")).Line(),
		jen.Var().Id("list").Index().Id("Session"),
		jen.For(call("rows.Next")).Block(
			jen.Var().Id("row").Id("sessionRow"),
			jen.If(jen.Err().Op(":=").Add(call("rows.Scan", call("row.columns").Op("..."))), jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Nil(), failed("list sessions"))),
			jen.Id("list").Op("=").Append(jen.Id("list"), call("row.session")),
		),
		jen.If(jen.Err().Op(":=").Add(call("rows.Err")), jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Nil(), failed("list sessions"))).Line(),
		jen.Return(jen.Id("list"), jen.Nil()),
	)
}

func deleteSessionByID() jen.Code {
	body := []jen.Code{result(exec("deleteUserSession", jen.Id("user"), jen.Id("id")))}
	return storeMethod("sessionStore", "DeleteByID", "DeleteByID ends the session of user that is named id; another user's is not found.",
		[]jen.Code{jen.Id("user").Id("UserID"), jen.Id("id").String()}, []jen.Code{jen.Error()},
		append(body, affected("delete session")...)...)
}

// counted emits the answer to a statement whose rows are counted.
func counted(what string) []jen.Code {
	return []jen.Code{
		errNotNil(jen.Return(jen.Lit(0), failed(what))),
		jen.List(jen.Id("n"), jen.Err()).Op(":=").Add(call("result.RowsAffected")),
		errNotNil(jen.Return(jen.Lit(0), failed(what))),
		jen.Return(jen.Int().Call(jen.Id("n")), jen.Nil()),
	}
}

func deleteSessionsByUser() jen.Code {
	body := []jen.Code{result(exec("deleteUserSessions", jen.Id("user"), jen.Id("exceptID")))}
	return storeMethod("sessionStore", "DeleteByUser", "DeleteByUser ends the sessions of a user, except the one named exceptID.",
		[]jen.Code{jen.Id("user").Id("UserID"), jen.Id("exceptID").String()}, []jen.Code{jen.Int(), jen.Error()},
		append(body, counted("delete sessions")...)...)
}

func deleteExpiredSessions() jen.Code {
	body := []jen.Code{result(exec("deleteExpiredSessionRows",
		micros(dotted("over.ExpiredAt")), micros(dotted("over.RememberedIdleSince")), micros(dotted("over.IdleSince")), jen.Id("limit")))}
	return storeMethod("sessionStore", "DeleteExpired", "DeleteExpired removes at most limit of the sessions that are over.",
		[]jen.Code{jen.Id("over").Add(rt("session", "Cutoffs")), jen.Id("limit").Int()}, []jen.Code{jen.Int(), jen.Error()},
		append(body, counted("delete expired sessions")...)...)
}

// sessionRow emits the bridge between columns and a Session.
func sessionRow() jen.Code {
	return doc("sessionRow is a session as the database keeps it.").
		Type().Id("sessionRow").Struct(
		jen.Id("sess").Id("Session"),
		jen.List(jen.Id("created"), jen.Id("authenticated"), jen.Id("seen"), jen.Id("expires")).Int64(),
		jen.Id("addr").String(),
	).Line().Line().
		Add(doc("columns are where the columns of a session are scanned to, in the order of the queries.")).
		Func().Params(jen.Id("r").Op("*").Id("sessionRow")).Id("columns").Params().Index().Any().Block(
		jen.Return(jen.Index().Any().Add(lines("{", "}",
			jen.List(amp(dotted("r.sess.ID")), amp(dotted("r.sess.UserID")), amp(dotted("r.sess.UserVersion"))),
			jen.List(amp(dotted("r.created")), amp(dotted("r.authenticated")), amp(dotted("r.seen")), amp(dotted("r.expires")), amp(dotted("r.sess.Remembered"))),
			jen.List(amp(dotted("r.sess.UserAgent")), amp(dotted("r.addr"))),
		))),
	).Line().Line().
		Add(doc("session is the session of a scanned row.")).
		Func().Params(jen.Id("r").Op("*").Id("sessionRow")).Id("session").Params().Id("Session").Block(
		dotted("r.sess.CreatedAt").Op("=").Add(fromMicros(dotted("r.created"))),
		dotted("r.sess.AuthenticatedAt").Op("=").Add(fromMicros(dotted("r.authenticated"))),
		dotted("r.sess.LastSeenAt").Op("=").Add(fromMicros(dotted("r.seen"))),
		dotted("r.sess.ExpiresAt").Op("=").Add(fromMicros(dotted("r.expires"))),
		dotted("r.sess.Addr").Op("=").Add(rt("session", "ParseIP")).Call(dotted("r.addr")),
		jen.Return(dotted("r.sess")),
	)
}
