package gocode

import (
	"github.com/dave/jennifer/jen"

	"github.com/authgen-go/authgen/generator/internal/model"
)

// sessionsStoreFile emits the sessions' store.
func sessionsStoreFile(m *model.Model) []jen.Code {
	d := dialectOf(m)
	return []jen.Code{
		d.storeType("sessionStore", "sessionStore keeps sessions in "+d.title+"."),
		d.statements(sessionStatements(m)...),
		d.newStore("newSessionStore", "sessionStore", "selectSession"),
		createSession(d),
		findSession(),
		rotateSession(d),
		touchSessions(d),
		deleteSession(),
		listUserSessions(),
		deleteSessionByID(d),
		deleteSessionsByUser(),
		deleteExpiredSessions(d),
		sessionRow(d),
	}
}

// sessionStatements are the statements on the table of sessions.
func sessionStatements(m *model.Model) []statement {
	d := dialectOf(m)
	t, users, u := m.Session.Table, d.users(m), d.users(m).as("u")
	columns := "id, user_id, user_version, created_at, authenticated_at, last_seen_at, expires_at, remembered, user_agent, addr"
	return []statement{
		{"insertSession", join([]string{
			"INSERT INTO " + t + " (id, token_hash, user_id, user_version, created_at, authenticated_at, last_seen_at, expires_at, remembered, user_agent, addr)",
			"SELECT ?, ?, " + users.ID + ", ?, ?, ?, ?, ?, ?, ?, ?",
			"FROM " + users.Table,
			"WHERE " + users.ID + " = ?",
		}, locked(d.toKeep))},
		{"selectSession", []string{
			"SELECT s.id, s.user_id, s.user_version, s.authenticated_at, s.last_seen_at, s.expires_at, s.remembered,",
			"\t" + u.rights(),
			"FROM " + t + " s",
			"JOIN " + u.Table + " ON " + u.ID + " = s.user_id",
			"WHERE s.token_hash = ?",
		}},
		{"rotateSessionToken", []string{
			"UPDATE " + t,
			"SET token_hash = ?, user_version = ?, authenticated_at = ?, last_seen_at = " + d.greatest + "(last_seen_at, ?)",
			"WHERE token_hash = ?",
		}},
		{"touchSession", []string{
			"UPDATE " + t, "SET last_seen_at = ?", "WHERE token_hash = ? AND last_seen_at < ?",
		}},
		{"deleteSessionByToken", []string{"DELETE FROM " + t, "WHERE token_hash = ?"}},
		{"selectUserSessions", []string{
			"SELECT " + columns, "FROM " + t, "WHERE user_id = ?", "ORDER BY created_at DESC, id",
		}},
		{"deleteUserSession", []string{"DELETE FROM " + t, "WHERE user_id = ? AND id = ?"}},
		{"deleteUserSessions", []string{"DELETE FROM " + t, "WHERE user_id = ? AND id <> ?"}},
		{"deleteExpiredSessionRows", d.deleteSome(t, "id",
			"expires_at <= ? OR remembered AND last_seen_at <= ? OR NOT remembered AND last_seen_at <= ?")},
	}
}

func hashParam(name string) *jen.Statement { return jen.Id(name).Add(rt("session", "Hash")) }

func noSession() *jen.Statement { return rt("session", "ErrNotFound") }

func hashBytes(name string) *jen.Statement { return jen.Id(name).Index(jen.Op(":")) }

func createSession(d dialect) jen.Code {
	body := met(call("s.db.Exec", jen.Id("ctx"), jen.Id("insertSession"), jen.Line().
		Add(dotted("sess.ID")), hashBytes("hash"), dotted("sess.UserVersion"), jen.Line().
		Add(d.at(dotted("sess.CreatedAt"))), d.at(dotted("sess.AuthenticatedAt")), jen.Line().
		Add(d.at(dotted("sess.LastSeenAt"))), d.at(dotted("sess.ExpiresAt")), jen.Line().
		Add(dotted("sess.Remembered")), dotted("sess.UserAgent"), call("sess.IP"), dotted("sess.UserID")),
		"insert session", noSession())
	return storeMethod("sessionStore", "Create", "Create adds a session of a user who exists.",
		[]jen.Code{jen.Id("sess").Id("Session"), hashParam("hash")}, []jen.Code{jen.Error()},
		append(body, jen.Return(jen.Nil()))...)
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
		jen.Err().Op(":=").Add(run("s.db.QueryRow", "selectSession", hashBytes("hash"))).Dot("Scan").Call(
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

func rotateSession(d dialect) jen.Code {
	body := append([]jen.Code{jen.Id("at").Op(":=").Add(d.at(jen.Id("authenticatedAt")))},
		met(run("s.db.Exec", "rotateSessionToken", hashBytes("next"), jen.Id("userVersion"), jen.Id("at"), jen.Id("at"), hashBytes("old")),
			"rotate session", noSession())...)
	return storeMethod("sessionStore", "Rotate", "Rotate replaces the token in one statement: of several callers with the same old token, one wins.",
		[]jen.Code{jen.List(jen.Id("old"), jen.Id("next")).Add(rt("session", "Hash")), jen.Id("userVersion").Int64(), jen.Id("authenticatedAt").Qual("time", "Time")},
		[]jen.Code{jen.Error()},
		append(body, jen.Return(jen.Nil()))...)
}

func touchSessions(d dialect) jen.Code {
	return storeMethod("sessionStore", "Touch", "Touch moves last-seen times forward, in one transaction.",
		[]jen.Code{jen.Id("touches").Index().Add(rt("session", "Touch"))}, []jen.Code{jen.Error()},
		touch("touchSession", "touch sessions", d.at(dotted("t.SeenAt")), jen.Id("seen"), dotted("t.Hash").Index(jen.Op(":")))...)
}

func deleteSession() jen.Code {
	return storeMethod("sessionStore", "Delete", "Delete ends a session; one that is not there has ended already.",
		[]jen.Code{hashParam("hash")}, []jen.Code{jen.Error()},
		done(run("s.db.Exec", "deleteSessionByToken", hashBytes("hash")), "delete session")...)
}

func listUserSessions() jen.Code {
	return storeMethod("sessionStore", "List", "List returns a user's sessions, the newest first, expired ones included.",
		[]jen.Code{jen.Id("user").Id("UserID")}, []jen.Code{jen.Index().Id("Session"), jen.Error()},
		jen.List(jen.Id("rows"), jen.Err()).Op(":=").Add(run("s.db.Query", "selectUserSessions", jen.Id("user"))),
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

func deleteSessionByID(d dialect) jen.Code {
	body := met(run("s.db.Exec", "deleteUserSession", jen.Id("user"), d.key(jen.Id("id"))), "delete session", noSession())
	return storeMethod("sessionStore", "DeleteByID", "DeleteByID ends the session of user that is named id; another user's is not found.",
		[]jen.Code{jen.Id("user").Id("UserID"), jen.Id("id").String()}, []jen.Code{jen.Error()},
		append(body, jen.Return(jen.Nil()))...)
}

func deleteSessionsByUser() jen.Code {
	return storeMethod("sessionStore", "DeleteByUser", "DeleteByUser ends the sessions of a user, except the one named exceptID.",
		[]jen.Code{jen.Id("user").Id("UserID"), jen.Id("exceptID").String()}, []jen.Code{jen.Int(), jen.Error()},
		counted(run("s.db.Exec", "deleteUserSessions", jen.Id("user"), jen.Id("exceptID")), "delete sessions")...)
}

func deleteExpiredSessions(d dialect) jen.Code {
	return storeMethod("sessionStore", "DeleteExpired", "DeleteExpired removes at most limit of the sessions that are over.",
		[]jen.Code{jen.Id("over").Add(rt("session", "Cutoffs")), jen.Id("limit").Int()}, []jen.Code{jen.Int(), jen.Error()},
		counted(run("s.db.Exec", "deleteExpiredSessionRows",
			d.at(dotted("over.ExpiredAt")), d.at(dotted("over.RememberedIdleSince")), d.at(dotted("over.IdleSince")), jen.Id("limit")),
			"delete expired sessions")...)
}

// sessionRow emits the bridge between columns and a Session.
func sessionRow(d dialect) jen.Code {
	return doc("sessionRow is a session as the database keeps it.").
		Type().Id("sessionRow").Struct(
		jen.Id("sess").Id("Session"),
		jen.List(jen.Id("created"), jen.Id("authenticated"), jen.Id("seen"), jen.Id("expires")).Add(d.time()),
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
		dotted("r.sess.CreatedAt").Op("=").Add(dotted("r.created.Time")),
		dotted("r.sess.AuthenticatedAt").Op("=").Add(dotted("r.authenticated.Time")),
		dotted("r.sess.LastSeenAt").Op("=").Add(dotted("r.seen.Time")),
		dotted("r.sess.ExpiresAt").Op("=").Add(dotted("r.expires.Time")),
		dotted("r.sess.Addr").Op("=").Add(rt("session", "ParseIP")).Call(dotted("r.addr")),
		jen.Return(dotted("r.sess")),
	)
}
