package gocode

import (
	"github.com/dave/jennifer/jen"

	"github.com/authgen-go/authgen/generator/internal/model"
)

// keysStoreFile emits the API keys' store.
func keysStoreFile(m *model.Model) []jen.Code {
	d := dialectOf(m)
	return []jen.Code{
		d.storeType("keyStore", "keyStore keeps API keys in "+d.title+"."),
		d.statements(keyStatements(m)...),
		d.newStore("newKeyStore", "keyStore", "selectKey"),
		createKeyRow(d),
		findKey(d),
		rotateKeyRow(d),
		touchKeys(d),
		revokeKeyByHash(m, d),
		listUserKeys(),
		expiringKeys(d),
		revokeKeyRow(d),
		revokeAllKeys(),
		deleteExpiredKeys(d),
		insertKeyRow(d),
		keyRows(),
		keyRow(d),
	}
}

// keyStatements are the statements on the table of API keys.
func keyStatements(m *model.Model) []statement {
	d := dialectOf(m)
	t, u := m.APIKey.Table, d.users(m).as("u")
	const columns = "id, owner_id, name, scopes, last4, created_at, expires_at, rotated_at, last_used_at, last_used_addr"
	return []statement{
		{"insertKey", []string{
			"INSERT INTO " + t + " (id, key_hash, owner_id, name, scopes, last4, created_at, expires_at)",
			"VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		}},
		{"countActiveKeys", []string{
			"SELECT COUNT(*)", "FROM " + t, "WHERE owner_id = ? AND rotated_at IS NULL AND expires_at > ?",
		}},
		{"selectKey", []string{
			"SELECT k.id, k.owner_id, k.name, k.scopes, k.last4, k.created_at, k.expires_at, k.rotated_at, k.last_used_at, k.last_used_addr,",
			"\tk.key_hash, " + u.rights() + ", " + u.created(),
			"FROM " + t + " k",
			"JOIN " + u.Table + " ON " + u.ID + " = k.owner_id",
			"WHERE k.key_hash = ?",
		}},
		{"retireKey", []string{
			"UPDATE " + t,
			"SET rotated_at = ?, expires_at = " + d.least + "(expires_at, ?)",
			"WHERE owner_id = ? AND id = ? AND rotated_at IS NULL AND expires_at > ?",
		}},
		{"selectRetiredKey", []string{"SELECT name, scopes", "FROM " + t, "WHERE owner_id = ? AND id = ?"}},
		{"touchKey", []string{
			"UPDATE " + t, "SET last_used_at = ?, last_used_addr = ?", "WHERE id = ? AND (last_used_at IS NULL OR last_used_at < ?)",
		}},
		{"selectKeyToDelete", join([]string{"SELECT " + columns, "FROM " + t, "WHERE key_hash = ?"}, locked(d.forChange))},
		{"deleteKeyByHash", []string{"DELETE FROM " + t, "WHERE key_hash = ?"}},
		{"selectUserKeys", []string{"SELECT " + columns, "FROM " + t, "WHERE owner_id = ?", "ORDER BY created_at DESC, id"}},
		{"selectExpiringKeys", []string{
			"SELECT " + columns,
			"FROM " + t,
			"WHERE (expires_at, id) > (?, ?) AND expires_at <= ? AND rotated_at IS NULL",
			"ORDER BY expires_at, id",
			"LIMIT ?",
		}},
		{"deleteUserKey", []string{"DELETE FROM " + t, "WHERE owner_id = ? AND id = ?"}},
		{"deleteUserKeys", []string{"DELETE FROM " + t, "WHERE owner_id = ?"}},
		{"deleteExpiredKeyRows", d.deleteSome(t, "id", "expires_at <= ?")},
	}
}

func keyRecord() *jen.Statement {
	return rt("apikey", "Record").Types(jen.Id("UserID"), jen.Id("Scope"))
}

func noKey() *jen.Statement { return rt("apikey", "ErrNotFound") }

func joinScopes(scopes jen.Code) *jen.Statement { return rt("apikey", "JoinScopes").Call(scopes) }

// lockOwner emits the lock that puts what happens to the keys of a user in order.
func lockOwner(owner jen.Code) []jen.Code {
	return []jen.Code{
		jen.List(jen.Id("_"), jen.Err()).Op(":=").Id("lockUser").Call(jen.Id("ctx"), jen.Id("tx"), owner),
		noRows(noKey()),
		errNotNil(jen.Return(jen.Err())),
	}
}

func createKeyRow(d dialect) jen.Code {
	body := append(lockOwner(dotted("r.OwnerID")),
		jen.Var().Id("active").Int(),
		must(run("tx.QueryRow", "countActiveKeys", dotted("r.OwnerID"), d.at(dotted("r.CreatedAt"))).Dot("Scan").Call(amp(jen.Id("active")))),
		jen.If(jen.Id("active").Op(">=").Id("limit")).Block(jen.Return(rt("apikey", "ErrTooMany"))).Line(),
		jen.Return(jen.Id("insertKeyRow").Call(jen.Id("ctx"), jen.Id("tx"), jen.Id("r"))),
	)
	return storeMethod("keyStore", "Create", `
Create adds a key unless its owner has limit active ones, in one transaction that
others of the owner wait for. It answers apikey.ErrTooMany at the limit and
apikey.ErrNotFound without an owner.`,
		[]jen.Code{jen.Id("r").Add(keyRecord()), jen.Id("limit").Int()}, []jen.Code{jen.Error()},
		jen.Err().Op(":=").Add(d.inTx(body...)),
		errNotNil(jen.Return(failed("create api key"))),
		jen.Return(jen.Nil()),
	)
}

// insertKeyRow emits the insertion of a key whose owner was locked.
func insertKeyRow(d dialect) jen.Code {
	return function("insertKeyRow", "insertKeyRow adds a key.",
		signature{
			params:  []jen.Code{jen.Id("ctx").Add(ctxType()), jen.Id("tx").Add(ptr(d.runtime("Tx"))), jen.Id("r").Add(keyRecord())},
			results: []jen.Code{jen.Error()},
		},
		jen.List(jen.Id("_"), jen.Err()).Op(":=").Add(call("tx.Exec", jen.Id("ctx"), jen.Id("insertKey"), jen.Line().
			Add(dotted("r.ID")), dotted("r.Hash").Index(jen.Op(":")), dotted("r.OwnerID"), dotted("r.Name"), joinScopes(dotted("r.Scopes")), dotted("r.Last4"), jen.Line().
			Add(d.at(dotted("r.CreatedAt"))), d.at(dotted("r.ExpiresAt")))),
		jen.Return(jen.Err()),
	)
}

func findKey(d dialect) jen.Code {
	return storeMethod("keyStore", "Find", "Find returns a key and its owner as of now, in one query.",
		[]jen.Code{jen.Id("hash").Add(rt("apikey", "Hash"))}, []jen.Code{keyRecord(), jen.Id("User"), jen.Error()},
		jen.Var().Defs(
			jen.Id("row").Id("keyRow"),
			jen.Id("owner").Id("User"),
			jen.Id("stored").Index().Byte(),
			jen.Id("roles").String(),
			jen.Id("created").Add(d.time()),
		),
		jen.Err().Op(":=").Add(run("s.db.QueryRow", "selectKey", hashBytes("hash"))).Dot("Scan").Call(
			jen.Append(call("row.columns"), amp(jen.Id("stored")), amp(dotted("owner.Email")), amp(jen.Id("roles")), amp(dotted("owner.Version")),
				amp(dotted("owner.Disabled")), amp(jen.Id("created"))).Op("..."),
		),
		noRows(keyRecord().Values(), jen.Id("User").Values(), noKey()),
		errNotNil(jen.Return(keyRecord().Values(), jen.Id("User").Values(), failed("select api key"))),
		jen.Id("key").Op(":=").Add(keyRecord()).Values(jen.Id("Key").Op(":").Add(call("row.key"))),
		jen.Copy(dotted("key.Hash").Index(jen.Op(":")), jen.Id("stored")),
		dotted("owner.ID").Op("=").Add(dotted("key.OwnerID")),
		dotted("owner.Roles").Op("=").Add(rt("account", "SplitRoles").Types(jen.Id("Role")).Call(jen.Id("roles"))),
		dotted("owner.CreatedAt").Op("=").Add(dotted("created.Time")),
		jen.Return(jen.Id("key"), jen.Id("owner"), jen.Nil()),
	)
}

func rotateKeyRow(d dialect) jen.Code {
	created := func() jen.Code { return d.at(dotted("next.CreatedAt")) }
	body := lockOwner(jen.Id("owner"))
	body = append(body, mustMeet(run("tx.Exec", "retireKey", created(), d.at(jen.Id("oldEndsAt")), jen.Id("owner"), d.key(jen.Id("id")), created()), noKey())...)
	body = append(body,
		jen.Var().Id("scopes").String(),
		must(run("tx.QueryRow", "selectRetiredKey", jen.Id("owner"), jen.Id("id")).Dot("Scan").Call(amp(dotted("next.Name")), amp(jen.Id("scopes")))),
		dotted("next.Scopes").Op("=").Add(rt("apikey", "SplitScopes").Types(jen.Id("Scope")).Call(jen.Id("scopes"))),
		jen.Return(jen.Id("insertKeyRow").Call(jen.Id("ctx"), jen.Id("tx"), jen.Id("next"))),
	)
	return storeMethod("keyStore", "Rotate", `
Rotate replaces a key by next, in one transaction: of several callers with the
same key, one wins and the others find nothing.`,
		[]jen.Code{jen.Id("owner").Id("UserID"), jen.Id("id").String(), jen.Id("next").Add(keyRecord()), jen.Id("oldEndsAt").Qual("time", "Time")},
		[]jen.Code{jen.Id("APIKey"), jen.Error()},
		dotted("next.OwnerID").Op("=").Id("owner"),
		jen.List(dotted("next.CreatedAt"), dotted("next.ExpiresAt")).Op("=").
			List(d.at(dotted("next.CreatedAt")).Dot("Time"), d.at(dotted("next.ExpiresAt")).Dot("Time")),
		jen.Err().Op(":=").Add(d.inTx(body...)),
		errNotNil(jen.Return(jen.Id("APIKey").Values(), failed("rotate api key"))),
		jen.Return(dotted("next.Key"), jen.Nil()),
	)
}

func touchKeys(d dialect) jen.Code {
	return storeMethod("keyStore", "Touch", "Touch moves last-used times forward, in one transaction.",
		[]jen.Code{jen.Id("touches").Index().Add(rt("apikey", "Touch"))}, []jen.Code{jen.Error()},
		touch("touchKey", "touch api keys", d.at(dotted("t.UsedAt")), jen.Id("seen"), call("t.IP"), dotted("t.KeyID"))...)
}

func revokeKeyByHash(m *model.Model, d dialect) jen.Code {
	return storeMethod("keyStore", "RevokeByHash", "RevokeByHash ends a key for who holds it, and returns what it was.",
		[]jen.Code{jen.Id("hash").Add(rt("apikey", "Hash"))}, []jen.Code{jen.Id("APIKey"), jen.Error()},
		jen.Var().Id("row").Id("keyRow"),
		jen.Err().Op(":=").Add(d.inTx(
			jen.Err().Op(":=").Add(run("tx.QueryRow", "selectKeyToDelete", hashBytes("hash"))).Dot("Scan").Call(call("row.columns").Op("...")),
			noRows(noKey()),
			errNotNil(jen.Return(jen.Err())),
			tellID(m, dotted("row.value.ID")),
			jen.List(jen.Id("_"), jen.Err()).Op("=").Add(run("tx.Exec", "deleteKeyByHash", hashBytes("hash"))),
			jen.Return(jen.Err()),
		)),
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

func expiringKeys(d dialect) jen.Code {
	return storeMethod("keyStore", "Expiring", "Expiring returns at most limit keys after a position that expire at or before until.",
		[]jen.Code{jen.Id("after").Add(rt("apikey", "Position")), jen.Id("until").Qual("time", "Time"), jen.Id("limit").Int()},
		[]jen.Code{jen.Index().Id("APIKey"), jen.Error()},
		jen.Return(call("s.keys", jen.Id("ctx"), jen.Id("selectExpiringKeys"),
			d.at(dotted("after.ExpiresAt")), dotted("after.ID"), d.at(jen.Id("until")), jen.Id("limit"))),
	)
}

func revokeKeyRow(d dialect) jen.Code {
	body := met(run("s.db.Exec", "deleteUserKey", jen.Id("owner"), d.key(jen.Id("id"))), "delete api key", noKey())
	return storeMethod("keyStore", "Revoke", "Revoke ends the key of owner that is named id; another user's is not found.",
		[]jen.Code{jen.Id("owner").Id("UserID"), jen.Id("id").String()}, []jen.Code{jen.Error()},
		append(body, jen.Return(jen.Nil()))...)
}

func revokeAllKeys() jen.Code {
	return storeMethod("keyStore", "RevokeAll", "RevokeAll ends the keys of a user.",
		[]jen.Code{jen.Id("owner").Id("UserID")}, []jen.Code{jen.Int(), jen.Error()},
		counted(run("s.db.Exec", "deleteUserKeys", jen.Id("owner")), "delete api keys")...)
}

func deleteExpiredKeys(d dialect) jen.Code {
	return storeMethod("keyStore", "DeleteExpired", "DeleteExpired removes at most limit keys that have expired.",
		[]jen.Code{jen.Id("now").Qual("time", "Time"), jen.Id("limit").Int()}, []jen.Code{jen.Int(), jen.Error()},
		counted(run("s.db.Exec", "deleteExpiredKeyRows", d.at(jen.Id("now")), jen.Id("limit")), "delete expired api keys")...)
}

// keyRows emits the reading of several keys. Its arguments are any because
// database/sql's are.
func keyRows() jen.Code {
	return storeMethod("keyStore", "keys", "keys reads the keys that a query finds.",
		[]jen.Code{jen.Id("query").String(), jen.Id("args").Op("...").Any()}, []jen.Code{jen.Index().Id("APIKey"), jen.Error()},
		jen.List(jen.Id("rows"), jen.Err()).Op(":=").Add(run("s.db.Query", "query", jen.Id("args").Op("..."))),
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
func keyRow(d dialect) jen.Code {
	return doc("keyRow is an API key as the database keeps it.").
		Type().Id("keyRow").Struct(
		jen.Id("value").Id("APIKey"),
		jen.Id("scopes").String(),
		jen.List(jen.Id("created"), jen.Id("expires"), jen.Id("rotated"), jen.Id("used")).Add(d.time()),
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
		dotted("r.value.CreatedAt").Op("=").Add(dotted("r.created.Time")),
		dotted("r.value.ExpiresAt").Op("=").Add(dotted("r.expires.Time")),
		dotted("r.value.RotatedAt").Op("=").Add(dotted("r.rotated.Time")),
		dotted("r.value.LastUsedAt").Op("=").Add(dotted("r.used.Time")),
		dotted("r.value.LastUsedAddr").Op("=").Add(rt("apikey", "ParseIP")).Call(dotted("r.addr.String")),
		jen.Return(dotted("r.value")),
	)
}
