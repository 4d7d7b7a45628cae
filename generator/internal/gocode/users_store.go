package gocode

import (
	"github.com/dave/jennifer/jen"

	"github.com/authgen-go/authgen/generator/internal/model"
	"github.com/authgen-go/authgen/spec"
)

// usersStoreFile emits the accounts' store on SQLite.
func usersStoreFile(m *model.Model) []jen.Code {
	decls := []jen.Code{
		userStoreType(),
		userStatements(m),
		newUserStore(),
		closeStore("userStore", "byID"),
		createUser(m),
		findUser("ByEmail", "ByEmail finds the user of a canonical e-mail address.", jen.Id("email").String(),
			call("s.db.QueryRowContext", jen.Id("ctx"), jen.Id("selectUserByEmail"), jen.Id("email"))),
		findUser("ByID", "ByID finds a user.", jen.Id("id").Id("UserID"),
			call("s.byID.QueryRowContext", jen.Id("ctx"), jen.Id("id"))),
		changeHash(),
		upgradeHash(),
		setRoles(),
		setDisabled(m),
		updateUser("SignOutEverywhere", "SignOutEverywhere raises the version, under which alone credentials are good.", "signOutUser",
			nil, "sign out user", now(), jen.Id("id")),
		updateUser("Delete", "Delete removes a user and all that belongs to it.", "deleteUser", nil, "delete user", jen.Id("id")),
		oneUser(),
		scanUser(),
	}
	if m.APIKey != nil {
		decls = append(decls, disableWithKeys())
	}
	return decls
}

func userStoreType() jen.Code {
	return doc("userStore keeps users in SQLite; times are microseconds since 1970.").
		Type().Id("userStore").Struct(
		jen.Id("db").Add(ptr(jen.Qual("database/sql", "DB"))),
		jen.Id("now").Func().Params().Qual("time", "Time"),
		jen.Id("byID").Add(ptr(jen.Qual("database/sql", "Stmt"))),
	)
}

func newUserStore() jen.Code {
	return prepared("newUserStore", "newUserStore prepares the look-up of a user; it fails when the tables are not there.",
		jen.Id("cfg").Id("Config"), "userStore", "byID", call("cfg.DB.PrepareContext", jen.Id("ctx"), jen.Id("selectUserByID")),
		field{name: "db", code: dotted("cfg.DB")}, field{name: "now", code: dotted("cfg.Now")})
}

func userStatements(m *model.Model) jen.Code {
	t := m.Users.Table
	columns := "SELECT id, email, password_hash, roles, auth_version, disabled_at IS NOT NULL, created_at"
	insert := statement{"insertUser", []string{
		"INSERT INTO " + t + " (id, email, password_hash, roles, created_at, updated_at)",
		"VALUES (?, ?, NULLIF(?, ''), ?, ?, ?)",
		"ON CONFLICT (email) DO NOTHING",
		"RETURNING id",
	}}
	if m.ID.ByDatabase() {
		insert.sql[0] = "INSERT INTO " + t + " (email, password_hash, roles, created_at, updated_at)"
		insert.sql[1] = "VALUES (?, NULLIF(?, ''), ?, ?, ?)"
	}
	return statements(insert,
		statement{"selectUserByEmail", []string{columns, "FROM " + t, "WHERE email = ?"}},
		statement{"selectUserByID", []string{columns, "FROM " + t, "WHERE id = ?"}},
		statement{"changePasswordHash", []string{
			"UPDATE " + t, "SET password_hash = ?, auth_version = auth_version + 1, updated_at = ?",
			"WHERE id = ? AND password_hash IS NULLIF(?, '')", "RETURNING auth_version"}},
		statement{"upgradePasswordHash", []string{
			"UPDATE " + t, "SET password_hash = ?, updated_at = ?", "WHERE id = ? AND password_hash IS NULLIF(?, '')"}},
		statement{"setUserRoles", []string{
			"UPDATE " + t, "SET roles = ?, updated_at = ?", "WHERE id = ?"}},
		statement{"disableUser", []string{
			"UPDATE " + t, "SET disabled_at = COALESCE(disabled_at, ?), auth_version = auth_version + 1, updated_at = ?", "WHERE id = ?"}},
		statement{"enableUser", []string{
			"UPDATE " + t, "SET disabled_at = NULL, updated_at = ?", "WHERE id = ?"}},
		statement{"signOutUser", []string{
			"UPDATE " + t, "SET auth_version = auth_version + 1, updated_at = ?", "WHERE id = ?"}},
		statement{"deleteUser", []string{"DELETE FROM " + t, "WHERE id = ?"}},
		statement{"selectAnyUser", []string{"SELECT EXISTS (SELECT 1 FROM " + t + ")"}},
	)
}

func record() *jen.Statement {
	return rt("account", "Record").Types(jen.Id("UserID"), jen.Id("Role"))
}

func now() *jen.Statement { return micros(call("s.now")) }

func notFound() *jen.Statement { return rt("account", "ErrNotFound") }

func createUser(m *model.Model) jen.Code {
	args := []jen.Code{jen.Id("ctx"), jen.Id("insertUser"), dotted("r.ID"), dotted("r.Email"), dotted("r.PasswordHash"),
		rt("account", "JoinRoles").Call(dotted("r.Roles")), jen.Id("created"), jen.Id("created")}
	if m.ID.ByDatabase() {
		args = append(args[:2], args[3:]...)
	}
	text := `
Create adds a user, with an id of its own unless r has one. It answers
account.ErrEmailTaken when the address has an account.`
	db := "s.db"
	if m.OAuth != nil {
		db = "db"
	}
	body := []jen.Code{
		assignID(m.ID),
		jen.Id("created").Op(":=").Add(micros(dotted("r.CreatedAt"))),
		jen.Err().Op(":=").Add(call(db+".QueryRowContext", args...)).Dot("Scan").Call(amp(dotted("r.ID"))),
		noRows(jen.Id("User").Values(), rt("account", "ErrEmailTaken")),
		errNotNil(jen.Return(jen.Id("User").Values(), failed("insert user"))),
		jen.List(dotted("r.Version"), dotted("r.Disabled")).Op("=").List(jen.Lit(1), jen.False()),
		dotted("r.CreatedAt").Op("=").Add(fromMicros(jen.Id("created"))),
		jen.Return(dotted("r.User"), jen.Nil()),
	}
	params, results := []jen.Code{jen.Id("r").Add(record())}, []jen.Code{jen.Id("User"), jen.Error()}
	if m.OAuth == nil {
		return storeMethod("userStore", "Create", text, params, results, body...)
	}
	// A user and the identity that came with it are made in one transaction.
	return storeMethod("userStore", "Create", text, params, results,
		jen.Return(jen.Id("createUser").Call(jen.Id("ctx"), dotted("s.db"), jen.Id("r"))),
	).Line().Line().Add(function("createUser", "createUser adds a user through a database or a transaction.",
		signature{params: append([]jen.Code{jen.Id("ctx").Add(ctxType()), jen.Id("db").Id("executor")}, params...), results: results}, body...))
}

// assignID emits the making of an id, where the database does not assign it.
func assignID(id model.ID) jen.Code {
	switch id.Kind {
	case spec.IDInt64:
		return jen.Null()
	case spec.IDString:
		return jen.If(dotted("r.ID").Op("==").Lit("")).Block(
			dotted("r.ID").Op("=").Qual("crypto/rand", "Text").Call(),
		).Line()
	default:
		return jen.If(dotted("r.ID").Op("==").Add(jen.Qual(uuidImport, "Nil"))).Block(
			jen.List(jen.Id("id"), jen.Err()).Op(":=").Qual(uuidImport, "NewV7").Call(),
			jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Id("User").Values(), failed("make user id"))),
			dotted("r.ID").Op("=").Id("id"),
		).Line()
	}
}

func findUser(name, text string, param, row jen.Code) jen.Code {
	return storeMethod("userStore", name, text,
		[]jen.Code{param}, []jen.Code{record(), jen.Error()},
		jen.Return(jen.Id("scanUser").Call(row)),
	)
}

// scanUser emits the bridge between a row and a Record.
func scanUser() jen.Code {
	return function("scanUser", "scanUser reads the row of a user. It answers account.ErrNotFound when there is none.",
		signature{params: []jen.Code{jen.Id("row").Add(ptr(jen.Qual("database/sql", "Row")))}, results: []jen.Code{record(), jen.Error()}},
		jen.Var().Defs(
			jen.Id("r").Add(record()),
			jen.Id("hash").Qual("database/sql", "NullString"),
			jen.Id("roles").String(),
			jen.Id("created").Int64(),
		),
		jen.Err().Op(":=").Add(call("row.Scan",
			amp(dotted("r.ID")), amp(dotted("r.Email")), amp(jen.Id("hash")), amp(jen.Id("roles")),
			amp(dotted("r.Version")), amp(dotted("r.Disabled")), amp(jen.Id("created")),
		)),
		noRows(record().Values(), notFound()),
		errNotNil(jen.Return(record().Values(), failed("select user"))),
		dotted("r.PasswordHash").Op("=").Add(dotted("hash.String")),
		dotted("r.Roles").Op("=").Add(rt("account", "SplitRoles").Types(jen.Id("Role")).Call(jen.Id("roles"))),
		dotted("r.CreatedAt").Op("=").Add(fromMicros(jen.Id("created"))),
		jen.Return(jen.Id("r"), jen.Nil()),
	)
}

func hashParams() []jen.Code {
	return []jen.Code{jen.Id("id").Id("UserID"), jen.List(jen.Id("oldHash"), jen.Id("newHash")).String()}
}

func changeHash() jen.Code {
	return storeMethod("userStore", "ChangePassword", `
ChangePassword replaces the hash in one statement, if it is still oldHash, and
raises the version. It answers account.ErrNotFound when it is not.`,
		hashParams(), []jen.Code{jen.Int64(), jen.Error()},
		jen.Var().Id("version").Int64(),
		jen.Err().Op(":=").Add(call("s.db.QueryRowContext", jen.Id("ctx"), jen.Id("changePasswordHash"),
			jen.Id("newHash"), now(), jen.Id("id"), jen.Id("oldHash"))).Dot("Scan").Call(amp(jen.Id("version"))),
		noRows(jen.Lit(0), notFound()),
		errNotNil(jen.Return(jen.Lit(0), failed("change password"))),
		jen.Return(jen.Id("version"), jen.Nil()),
	)
}

func upgradeHash() jen.Code {
	return storeMethod("userStore", "UpgradeHash", "UpgradeHash replaces the hash, if it is still oldHash, and changes nothing else.",
		hashParams(), []jen.Code{jen.Error()},
		jen.List(jen.Id("_"), jen.Err()).Op(":=").Add(call("s.db.ExecContext", jen.Id("ctx"), jen.Id("upgradePasswordHash"),
			jen.Id("newHash"), now(), jen.Id("id"), jen.Id("oldHash"))),
		errNotNil(jen.Return(failed("upgrade password hash"))),
		jen.Return(jen.Nil()),
	)
}

func setRoles() jen.Code {
	return updateUser("SetRoles", "SetRoles replaces the roles of a user.", "setUserRoles",
		[]jen.Code{jen.Id("roles").Index().Id("Role")}, "set roles",
		rt("account", "JoinRoles").Call(jen.Id("roles")), now(), jen.Id("id"))
}

func setDisabled(m *model.Model) jen.Code {
	text := `
SetDisabled disables or enables a user. Disabling raises the version, so that
enabling brings no old credential back.`
	disable := jen.Return(call("s.one", jen.Id("ctx"), jen.Lit("disable user"), jen.Id("disableUser"), jen.Id("changed"), jen.Id("changed"), jen.Id("id")))
	if m.APIKey != nil {
		text = `
SetDisabled disables or enables a user. Disabling raises the version and ends
the user's API keys, so that enabling brings no old credential back.`
		disable = jen.Return(call("s.disable", jen.Id("ctx"), jen.Id("id"), jen.Id("changed")))
	}
	return storeMethod("userStore", "SetDisabled", text,
		[]jen.Code{jen.Id("id").Id("UserID"), jen.Id("disabled").Bool()}, []jen.Code{jen.Error()},
		jen.Id("changed").Op(":=").Add(now()),
		jen.If(jen.Id("disabled")).Block(disable).Line(),
		jen.Return(call("s.one", jen.Id("ctx"), jen.Lit("enable user"), jen.Id("enableUser"), jen.Id("changed"), jen.Id("id"))),
	)
}

// disableWithKeys emits the disabling of a user who may have API keys.
func disableWithKeys() jen.Code {
	body := append(begin("disable user"),
		result(call("tx.ExecContext", jen.Id("ctx"), jen.Id("disableUser"), jen.Id("changed"), jen.Id("changed"), jen.Id("id"))),
		errNotNil(jen.Return(failed("disable user"))),
		must(rt("store/sqlite", "MustAffect").Call(jen.Id("result"), notFound())),
		jen.If(jen.List(jen.Id("_"), jen.Err()).Op(":=").Add(call("tx.ExecContext", jen.Id("ctx"), jen.Id("deleteUserKeys"), jen.Id("id"))), jen.Err().Op("!=").Nil()).
			Block(jen.Return(failed("end api keys"))).Line(),
		commit("disable user"),
		jen.Return(jen.Nil()),
	)
	return storeMethod("userStore", "disable", "disable disables a user and ends their API keys, in one transaction.",
		[]jen.Code{jen.Id("id").Id("UserID"), jen.Id("changed").Int64()}, []jen.Code{jen.Error()}, body...)
}

// updateUser is a method that runs one statement on one user.
func updateUser(name, text, query string, more []jen.Code, what string, args ...jen.Code) jen.Code {
	return storeMethod("userStore", name, text,
		append([]jen.Code{jen.Id("id").Id("UserID")}, more...), []jen.Code{jen.Error()},
		jen.Return(call("s.one", append([]jen.Code{jen.Id("ctx"), jen.Lit(what), jen.Id(query)}, args...)...)),
	)
}

// oneUser emits the execution of a statement that must meet a user. Its
// arguments are any because database/sql's are.
func oneUser() jen.Code {
	return storeMethod("userStore", "one", "one runs a statement on one user and answers account.ErrNotFound when there is none.",
		[]jen.Code{jen.List(jen.Id("what"), jen.Id("query")).String(), jen.Id("args").Op("...").Any()}, []jen.Code{jen.Error()},
		jen.List(jen.Id("result"), jen.Err()).Op(":=").Add(call("s.db.ExecContext", jen.Id("ctx"), jen.Id("query"), jen.Id("args").Op("..."))),
		errNotNil(jen.Return(jen.Qual("fmt", "Errorf").Call(jen.Lit("%s: %w"), jen.Id("what"), jen.Err()))),
		jen.List(jen.Id("n"), jen.Err()).Op(":=").Add(call("result.RowsAffected")),
		errNotNil(jen.Return(jen.Qual("fmt", "Errorf").Call(jen.Lit("%s: %w"), jen.Id("what"), jen.Err()))),
		jen.If(jen.Id("n").Op("==").Lit(0)).Block(jen.Return(notFound())).Line(),
		jen.Return(jen.Nil()),
	)
}
