package gocode

import (
	"github.com/dave/jennifer/jen"

	"github.com/authgen-go/authgen/generator/internal/model"
)

// keysStoreFile emits the API keys' store on SQLite.
func keysStoreFile(m *model.Model) []jen.Code {
	return []jen.Code{
		keyStoreType(),
		keyStatements(m),
		newKeyStore(),
		closeStore("keyStore", "find"),
		createKeyRow(),
		findKey(),
		rotateKeyRow(),
		touchKeys(),
		revokeKeyByHash(),
		listUserKeys(),
		expiringKeys(),
		revokeKeyRow(),
		revokeAllKeys(),
		deleteExpiredKeys(),
		keyRows(),
		keyRow(),
	}
}

func keyStoreType() jen.Code {
	return doc("keyStore keeps API keys in SQLite; times are microseconds since 1970.").
		Type().Id("keyStore").Struct(
		jen.Id("db").Add(ptr(jen.Qual("database/sql", "DB"))),
		jen.Id("find").Add(ptr(jen.Qual("database/sql", "Stmt"))),
	)
}

func keyStatements(m *model.Model) jen.Code {
	t, users := m.APIKey.Table, m.Users.Table
	const columns = "id, owner_id, name, scopes, last4, created_at, expires_at, rotated_at, last_used_at, last_used_addr"
	return statements(
		statement{"insertKey", []string{
			"INSERT INTO " + t + " (id, key_hash, owner_id, name, scopes, last4, created_at, expires_at)",
			"SELECT ?, ?, u.id, ?, ?, ?, ?, ?",
			"FROM " + users + " u",
			"WHERE u.id = ? AND (",
			"\tSELECT COUNT(*) FROM " + t + " k WHERE k.owner_id = u.id AND k.rotated_at IS NULL AND k.expires_at > ?",
			") < ?",
		}},
		statement{"selectKeyOwner", []string{"SELECT 1", "FROM " + users, "WHERE id = ?"}},
		statement{"selectKey", []string{
			"SELECT k.id, k.owner_id, k.name, k.scopes, k.last4, k.created_at, k.expires_at, k.rotated_at, k.last_used_at, k.last_used_addr,",
			"\tk.key_hash, u.email, u.roles, u.auth_version, u.disabled_at IS NOT NULL, u.created_at",
			"FROM " + t + " k",
			"JOIN " + users + " u ON u.id = k.owner_id",
			"WHERE k.key_hash = ?",
		}},
		statement{"retireKey", []string{
			"UPDATE " + t,
			"SET rotated_at = ?, expires_at = MIN(expires_at, ?)",
			"WHERE owner_id = ? AND id = ? AND rotated_at IS NULL AND expires_at > ?",
			"RETURNING name, scopes",
		}},
		statement{"insertNextKey", []string{
			"INSERT INTO " + t + " (id, key_hash, owner_id, name, scopes, last4, created_at, expires_at)",
			"VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		}},
		statement{"touchKey", []string{
			"UPDATE " + t, "SET last_used_at = ?, last_used_addr = ?", "WHERE id = ? AND (last_used_at IS NULL OR last_used_at < ?)",
		}},
		statement{"deleteKeyByHash", []string{"DELETE FROM " + t, "WHERE key_hash = ?", "RETURNING " + columns}},
		statement{"selectUserKeys", []string{"SELECT " + columns, "FROM " + t, "WHERE owner_id = ?", "ORDER BY created_at DESC, id"}},
		statement{"selectExpiringKeys", []string{
			"SELECT " + columns,
			"FROM " + t,
			"WHERE (expires_at, id) > (?, ?) AND expires_at <= ? AND rotated_at IS NULL",
			"ORDER BY expires_at, id",
			"LIMIT ?",
		}},
		statement{"deleteUserKey", []string{"DELETE FROM " + t, "WHERE owner_id = ? AND id = ?"}},
		statement{"deleteUserKeys", []string{"DELETE FROM " + t, "WHERE owner_id = ?"}},
		statement{"deleteExpiredKeyRows", []string{
			"DELETE FROM " + t,
			"WHERE id IN (SELECT id FROM " + t + " WHERE expires_at <= ? LIMIT ?)",
		}},
	)
}

func newKeyStore() jen.Code {
	return prepared("newKeyStore", "newKeyStore prepares what every request runs; it fails when the tables are not there.",
		jen.Id("db").Add(ptr(jen.Qual("database/sql", "DB"))), "keyStore", "find", call("db.PrepareContext", jen.Id("ctx"), jen.Id("selectKey")),
		field{name: "db", code: jen.Id("db")})
}

func keyRecord() *jen.Statement {
	return rt("apikey", "Record").Types(jen.Id("UserID"), jen.Id("Scope"))
}

func noKey() *jen.Statement { return rt("apikey", "ErrNotFound") }

func joinScopes(scopes jen.Code) *jen.Statement { return rt("apikey", "JoinScopes").Call(scopes) }

func createKeyRow() jen.Code {
	return storeMethod("keyStore", "Create", `
Create adds a key unless its owner has limit active ones, in one statement. It
answers apikey.ErrTooMany at the limit and apikey.ErrNotFound without an owner.`,
		[]jen.Code{jen.Id("r").Add(keyRecord()), jen.Id("limit").Int()}, []jen.Code{jen.Error()},
		jen.Id("created").Op(":=").Add(micros(dotted("r.CreatedAt"))),
		result(call("s.db.ExecContext", jen.Id("ctx"), jen.Id("insertKey"), jen.Line().
			Add(dotted("r.ID")), dotted("r.Hash").Index(jen.Op(":")), dotted("r.Name"), joinScopes(dotted("r.Scopes")), dotted("r.Last4"), jen.Line().
			Add(jen.Id("created")), micros(dotted("r.ExpiresAt")), jen.Line().
			Add(dotted("r.OwnerID")), jen.Id("created"), jen.Id("limit"))),
		errNotNil(jen.Return(failed("insert api key"))),
		jen.If(jen.Err().Op(":=").Add(rt("store/sqlite", "MustAffect").Call(jen.Id("result"), rt("apikey", "ErrTooMany"))),
			jen.Op("!").Qual("errors", "Is").Call(jen.Err(), rt("apikey", "ErrTooMany"))).Block(jen.Return(jen.Err())).Line(),
		jen.Var().Id("one").Int(),
		jen.Err().Op("=").Add(call("s.db.QueryRowContext", jen.Id("ctx"), jen.Id("selectKeyOwner"), dotted("r.OwnerID"))).Dot("Scan").Call(amp(jen.Id("one"))),
		noRows(noKey()),
		errNotNil(jen.Return(failed("select owner of api key"))),
		jen.Return(rt("apikey", "ErrTooMany")),
	)
}

func findKey() jen.Code {
	return storeMethod("keyStore", "Find", "Find returns a key and its owner as of now, in one query.",
		[]jen.Code{jen.Id("hash").Add(rt("apikey", "Hash"))}, []jen.Code{keyRecord(), jen.Id("User"), jen.Error()},
		jen.Var().Defs(
			jen.Id("row").Id("keyRow"),
			jen.Id("owner").Id("User"),
			jen.Id("stored").Index().Byte(),
			jen.Id("roles").String(),
			jen.Id("created").Int64(),
		),
		jen.Err().Op(":=").Add(call("s.find.QueryRowContext", jen.Id("ctx"), hashBytes("hash"))).Dot("Scan").Call(
			jen.Append(call("row.columns"), amp(jen.Id("stored")), amp(dotted("owner.Email")), amp(jen.Id("roles")), amp(dotted("owner.Version")),
				amp(dotted("owner.Disabled")), amp(jen.Id("created"))).Op("..."),
		),
		noRows(keyRecord().Values(), jen.Id("User").Values(), noKey()),
		errNotNil(jen.Return(keyRecord().Values(), jen.Id("User").Values(), failed("select api key"))),
		jen.Id("key").Op(":=").Add(keyRecord()).Values(jen.Id("Key").Op(":").Add(call("row.key"))),
		jen.Copy(dotted("key.Hash").Index(jen.Op(":")), jen.Id("stored")),
		dotted("owner.ID").Op("=").Add(dotted("key.OwnerID")),
		dotted("owner.Roles").Op("=").Add(rt("account", "SplitRoles").Types(jen.Id("Role")).Call(jen.Id("roles"))),
		dotted("owner.CreatedAt").Op("=").Add(fromMicros(jen.Id("created"))),
		jen.Return(jen.Id("key"), jen.Id("owner"), jen.Nil()),
	)
}

// begin opens a transaction that ends with the method.
func begin(what string, zero ...jen.Code) []jen.Code {
	return []jen.Code{
		jen.List(jen.Id("tx"), jen.Err()).Op(":=").Add(call("s.db.BeginTx", jen.Id("ctx"), jen.Nil())),
		errNotNil(jen.Return(append(zero, failed(what))...)),
		jen.Defer().Func().Params().Block(
			jen.Id("_").Op("=").Add(call("tx.Rollback")).Comment("does nothing after the commit"),
		).Call().Line(),
	}
}

// commit ends a transaction.
func commit(what string, zero ...jen.Code) jen.Code {
	return jen.If(jen.Err().Op(":=").Add(call("tx.Commit")), jen.Err().Op("!=").Nil()).Block(jen.Return(append(zero, failed(what))...)).Line()
}

func rotateKeyRow() jen.Code {
	zero := func() jen.Code { return jen.Id("APIKey").Values() }
	body := append(begin("rotate api key", zero()),
		jen.Var().Id("scopes").String(),
		jen.Id("created").Op(":=").Add(micros(dotted("next.CreatedAt"))),
		jen.Err().Op("=").Add(call("tx.QueryRowContext", jen.Id("ctx"), jen.Id("retireKey"), jen.Id("created"), micros(jen.Id("oldEndsAt")), jen.Id("owner"), jen.Id("id"), jen.Id("created"))).
			Dot("Scan").Call(amp(dotted("next.Name")), amp(jen.Id("scopes"))),
		noRows(zero(), noKey()),
		errNotNil(jen.Return(zero(), failed("retire api key"))),
		dotted("next.Scopes").Op("=").Add(rt("apikey", "SplitScopes").Types(jen.Id("Scope")).Call(jen.Id("scopes"))),
		jen.List(jen.Id("_"), jen.Err()).Op("=").Add(call("tx.ExecContext", jen.Id("ctx"), jen.Id("insertNextKey"), jen.Line().
			Add(dotted("next.ID")), dotted("next.Hash").Index(jen.Op(":")), jen.Id("owner"), dotted("next.Name"), jen.Id("scopes"), dotted("next.Last4"), jen.Line().
			Add(jen.Id("created")), micros(dotted("next.ExpiresAt")))),
		errNotNil(jen.Return(zero(), failed("insert api key"))),
		commit("rotate api key", zero()),
		jen.List(dotted("next.OwnerID"), dotted("next.CreatedAt")).Op("=").List(jen.Id("owner"), fromMicros(jen.Id("created"))),
		dotted("next.ExpiresAt").Op("=").Add(fromMicros(micros(dotted("next.ExpiresAt")))),
		jen.Return(dotted("next.Key"), jen.Nil()),
	)
	return storeMethod("keyStore", "Rotate", `
Rotate replaces a key by next, in one transaction: of several callers with the
same key, one wins and the others find nothing.`,
		[]jen.Code{jen.Id("owner").Id("UserID"), jen.Id("id").String(), jen.Id("next").Add(keyRecord()), jen.Id("oldEndsAt").Qual("time", "Time")},
		[]jen.Code{jen.Id("APIKey"), jen.Error()}, body...)
}

func touchKeys() jen.Code {
	body := append(begin("touch api keys"),
		jen.List(jen.Id("touch"), jen.Err()).Op(":=").Add(call("tx.PrepareContext", jen.Id("ctx"), jen.Id("touchKey"))),
		errNotNil(jen.Return(failed("touch api keys"))),
		jen.Defer().Add(call("touch.Close")).Line(),
		jen.For(jen.List(jen.Id("_"), jen.Id("t")).Op(":=").Range().Id("touches")).Block(
			jen.Id("used").Op(":=").Add(micros(dotted("t.UsedAt"))),
			jen.If(jen.List(jen.Id("_"), jen.Err()).Op(":=").Add(call("touch.ExecContext", jen.Id("ctx"), jen.Id("used"), call("t.IP"), dotted("t.KeyID"), jen.Id("used"))),
				jen.Err().Op("!=").Nil()).Block(jen.Return(failed("touch api key"))),
		),
		commit("touch api keys"),
		jen.Return(jen.Nil()),
	)
	return storeMethod("keyStore", "Touch", "Touch moves last-used times forward, in one transaction.",
		[]jen.Code{jen.Id("touches").Index().Add(rt("apikey", "Touch"))}, []jen.Code{jen.Error()}, body...)
}

func revokeKeyByHash() jen.Code {
	return storeMethod("keyStore", "RevokeByHash", "RevokeByHash ends a key for who holds it, and returns what it was.",
		[]jen.Code{jen.Id("hash").Add(rt("apikey", "Hash"))}, []jen.Code{jen.Id("APIKey"), jen.Error()},
		jen.Var().Id("row").Id("keyRow"),
		jen.Err().Op(":=").Add(call("s.db.QueryRowContext", jen.Id("ctx"), jen.Id("deleteKeyByHash"), hashBytes("hash"))).Dot("Scan").Call(call("row.columns").Op("...")),
		noRows(jen.Id("APIKey").Values(), noKey()),
		errNotNil(jen.Return(jen.Id("APIKey").Values(), failed("delete api key"))),
		jen.Return(call("row.key"), jen.Nil()),
	)
}

func listUserKeys() jen.Code {
	return storeMethod("keyStore", "List", "List returns a user's keys, the newest first, expired ones included.",
		[]jen.Code{jen.Id("owner").Id("UserID")}, []jen.Code{jen.Index().Id("APIKey"), jen.Error()},
		jen.Return(call("s.keys", jen.Id("ctx"), jen.Id("selectUserKeys"), jen.Id("owner"))),
	)
}

func expiringKeys() jen.Code {
	return storeMethod("keyStore", "Expiring", "Expiring returns at most limit keys after a position that expire at or before until.",
		[]jen.Code{jen.Id("after").Add(rt("apikey", "Position")), jen.Id("until").Qual("time", "Time"), jen.Id("limit").Int()},
		[]jen.Code{jen.Index().Id("APIKey"), jen.Error()},
		jen.Return(call("s.keys", jen.Id("ctx"), jen.Id("selectExpiringKeys"),
			micros(dotted("after.ExpiresAt")), dotted("after.ID"), micros(jen.Id("until")), jen.Id("limit"))),
	)
}

func revokeKeyRow() jen.Code {
	body := []jen.Code{result(exec("deleteUserKey", jen.Id("owner"), jen.Id("id"))),
		errNotNil(jen.Return(failed("delete api key"))),
		jen.Return(rt("store/sqlite", "MustAffect").Call(jen.Id("result"), noKey()))}
	return storeMethod("keyStore", "Revoke", "Revoke ends the key of owner that is named id; another user's is not found.",
		[]jen.Code{jen.Id("owner").Id("UserID"), jen.Id("id").String()}, []jen.Code{jen.Error()}, body...)
}

func revokeAllKeys() jen.Code {
	body := []jen.Code{result(exec("deleteUserKeys", jen.Id("owner")))}
	return storeMethod("keyStore", "RevokeAll", "RevokeAll ends the keys of a user.",
		[]jen.Code{jen.Id("owner").Id("UserID")}, []jen.Code{jen.Int(), jen.Error()},
		append(body, counted("delete api keys")...)...)
}

func deleteExpiredKeys() jen.Code {
	body := []jen.Code{result(exec("deleteExpiredKeyRows", micros(jen.Id("now")), jen.Id("limit")))}
	return storeMethod("keyStore", "DeleteExpired", "DeleteExpired removes at most limit keys that have expired.",
		[]jen.Code{jen.Id("now").Qual("time", "Time"), jen.Id("limit").Int()}, []jen.Code{jen.Int(), jen.Error()},
		append(body, counted("delete expired api keys")...)...)
}

// keyRows emits the reading of several keys. Its arguments are any because
// database/sql's are.
func keyRows() jen.Code {
	return storeMethod("keyStore", "keys", "keys reads the keys that a query finds.",
		[]jen.Code{jen.Id("query").String(), jen.Id("args").Op("...").Any()}, []jen.Code{jen.Index().Id("APIKey"), jen.Error()},
		jen.List(jen.Id("rows"), jen.Err()).Op(":=").Add(call("s.db.QueryContext", jen.Id("ctx"), jen.Id("query"), jen.Id("args").Op("..."))),
		errNotNil(jen.Return(jen.Nil(), failed("select api keys"))),
		jen.Defer().Add(call("rows.Close")).Line(),
		jen.Var().Id("list").Index().Id("APIKey"),
		jen.For(call("rows.Next")).Block(
			jen.Var().Id("row").Id("keyRow"),
			jen.If(jen.Err().Op(":=").Add(call("rows.Scan", call("row.columns").Op("..."))), jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Nil(), failed("select api keys"))),
			jen.Id("list").Op("=").Append(jen.Id("list"), call("row.key")),
		),
		jen.If(jen.Err().Op(":=").Add(call("rows.Err")), jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Nil(), failed("select api keys"))).Line(),
		jen.Return(jen.Id("list"), jen.Nil()),
	)
}

// keyRow emits the bridge between columns and an APIKey.
func keyRow() jen.Code {
	return doc("keyRow is an API key as the database keeps it.").
		Type().Id("keyRow").Struct(
		jen.Id("value").Id("APIKey"),
		jen.List(jen.Id("scopes")).String(),
		jen.List(jen.Id("created"), jen.Id("expires")).Int64(),
		jen.List(jen.Id("rotated"), jen.Id("used")).Qual("database/sql", "NullInt64"),
		jen.Id("addr").Qual("database/sql", "NullString"),
	).Line().Line().
		Add(doc("columns are where the columns of a key are scanned to, in the order of the queries.")).
		Func().Params(jen.Id("r").Op("*").Id("keyRow")).Id("columns").Params().Index().Any().Block(
		jen.Return(jen.Index().Any().Add(lines("{", "}",
			jen.List(amp(dotted("r.value.ID")), amp(dotted("r.value.OwnerID")), amp(dotted("r.value.Name")), amp(dotted("r.scopes")), amp(dotted("r.value.Last4"))),
			jen.List(amp(dotted("r.created")), amp(dotted("r.expires")), amp(dotted("r.rotated")), amp(dotted("r.used")), amp(dotted("r.addr"))),
		))),
	).Line().Line().
		Add(doc("key is the key of a scanned row.")).
		Func().Params(jen.Id("r").Op("*").Id("keyRow")).Id("key").Params().Id("APIKey").Block(
		dotted("r.value.Scopes").Op("=").Add(rt("apikey", "SplitScopes").Types(jen.Id("Scope")).Call(dotted("r.scopes"))),
		dotted("r.value.CreatedAt").Op("=").Add(fromMicros(dotted("r.created"))),
		dotted("r.value.ExpiresAt").Op("=").Add(fromMicros(dotted("r.expires"))),
		jen.If(dotted("r.rotated.Valid")).Block(dotted("r.value.RotatedAt").Op("=").Add(fromMicros(dotted("r.rotated.Int64")))),
		jen.If(dotted("r.used.Valid")).Block(dotted("r.value.LastUsedAt").Op("=").Add(fromMicros(dotted("r.used.Int64")))),
		dotted("r.value.LastUsedAddr").Op("=").Add(rt("apikey", "ParseIP")).Call(dotted("r.addr.String")),
		jen.Return(dotted("r.value")),
	)
}
