package gocode

import (
	"github.com/dave/jennifer/jen"

	"github.com/authgen-go/authgen/generator/internal/model"
	"github.com/authgen-go/authgen/spec"
)

// usersStoreFile emits the accounts' store.
func usersStoreFile(m *model.Model) []jen.Code {
	d := dialectOf(m)
	decls := []jen.Code{
		userStoreType(d),
		d.statements(userStatements(m)...),
		newUserStore(m, d),
		createUser(m, d),
		findByEmail(m, d),
		findByID(m, d),
		changeHash(m, d),
		upgradeHash(m, d),
		setRoles(m, d),
		setDisabled(m, d),
		updateUser("SignOutEverywhere", "SignOutEverywhere raises the version, under which alone credentials are good.", "signOutUser",
			nil, "sign out user", updated(m, d, jen.Id("id"))...),
		deleteUser(m, d),
		oneUser(),
		scanUser(d),
	}
	if m.APIKey != nil {
		decls = append(decls, disableWithKeys(m, d))
	}
	if m.APIKey != nil || m.OAuth != nil {
		decls = append(decls, lockUser(d))
	}
	return decls
}

func userStoreType(d dialect) jen.Code {
	return doc("userStore keeps users in "+d.title+".").
		Type().Id("userStore").Struct(
		jen.Id("db").Add(d.db()),
		jen.Id("now").Func().Params().Qual("time", "Time"),
	)
}

func newUserStore(m *model.Model, d dialect) jen.Code {
	text := "newUserStore prepares the look-up of a user; it fails when the tables are not there."
	body := []jen.Code{prepare("selectUserByID")}
	if m.Users.Existing {
		text = `
newUserStore prepares the look-up of a user; it fails when the tables are not
there, and when an address could have two accounts.`
		body = uniqueAddress(m, d)
	}
	body = append(body, jen.Return(amp(jen.Id("userStore")).Values(jen.Id("db").Op(":").Id("db"), jen.Id("now").Op(":").Id("now")), jen.Nil()))
	return function("newUserStore", text,
		signature{
			params: []jen.Code{jen.Id("ctx").Add(ctxType()), jen.Id("db").Add(d.db()),
				jen.Id("now").Func().Params().Qual("time", "Time")},
			results: []jen.Code{ptr(jen.Id("userStore")), jen.Error()},
		}, body...)
}

// uniqueAddress emits the start of a store whose table is the application's. Where an
// INSERT names what it may conflict with, it cannot be prepared without a unique index.
func uniqueAddress(m *model.Model, d dialect) []jen.Code {
	if d.ignore {
		return []jen.Code{prepare("selectUserByID", "insertUser")}
	}
	return []jen.Code{
		prepare("selectUserByID", "insertUser"),
		jen.If(jen.Err().Op(":=").Add(call("db.CheckUnique", jen.Id("ctx"), jen.Lit(m.Users.Table), jen.Lit(m.Users.Columns.Email))),
			jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Nil(), jen.Err())).Line(),
	}
}

func record() *jen.Statement {
	return rt("account", "Record").Types(jen.Id("UserID"), jen.Id("Role"))
}

// updated is the time of a change, if it is kept, and what follows it.
func updated(m *model.Model, d dialect, then ...jen.Code) []jen.Code {
	if m.Users.Columns.UpdatedAt == "" {
		return then
	}
	return append([]jen.Code{d.at(call("s.now"))}, then...)
}

func notFound() *jen.Statement { return rt("account", "ErrNotFound") }

func createUser(m *model.Model, d dialect) jen.Code {
	text := `
Create adds a user, with an id of its own unless r has one. It answers
account.ErrEmailTaken when the address has an account.`
	params, results := []jen.Code{jen.Id("r").Add(record())}, []jen.Code{jen.Id("User"), jen.Error()}
	if m.OAuth == nil {
		return storeMethod("userStore", "Create", text, params, results, insertRow(m, d, "s.db")...)
	}
	// A user and the identity that came with it are made in one transaction.
	return storeMethod("userStore", "Create", text, params, results,
		jen.Return(jen.Id("createUser").Call(jen.Id("ctx"), dotted("s.db"), jen.Id("r"))),
	).Line().Line().Add(function("createUser", "createUser adds a user through a database or a transaction.",
		signature{params: append([]jen.Code{jen.Id("ctx").Add(ctxType()), jen.Id("db").Add(d.runtime("Runner"))}, params...), results: results},
		insertRow(m, d, "db")...))
}

// insertRow emits what adds a user through db.
func insertRow(m *model.Model, d dialect, db string) []jen.Code {
	args := []jen.Code{dotted("r.Email"), dotted("r.PasswordHash"), rt("account", "JoinRoles").Call(dotted("r.Roles"))}
	body := []jen.Code{assignID(m.ID)}
	if c := m.Users.Columns; c.CreatedAt != "" || c.UpdatedAt != "" {
		body = append(body, jen.Id("created").Op(":=").Add(d.at(dotted("r.CreatedAt"))))
		for _, column := range []string{c.CreatedAt, c.UpdatedAt} {
			if column != "" {
				args = append(args, jen.Id("created"))
			}
		}
	}
	if m.ID.ByDatabase() {
		body = append(body,
			jen.List(jen.Id("id"), jen.Err()).Op(":=").Add(run(db+".InsertID", "insertUser", args...)),
			noRows(jen.Id("User").Values(), rt("account", "ErrEmailTaken")),
			errNotNil(jen.Return(jen.Id("User").Values(), failed("insert user"))),
			dotted("r.ID").Op("=").Id("id"),
		)
	} else {
		args = append([]jen.Code{dotted("r.ID")}, args...)
		body = append(body, tellID(m, dotted("r.ID")))
		body = append(body, met(run(db+".Insert", "insertUser", args...), "insert user", rt("account", "ErrEmailTaken"), jen.Id("User").Values())...)
	}
	created := jen.Qual("time", "Time").Values() // which is not known
	if m.Users.Columns.CreatedAt != "" {
		created = dotted("created.Time")
	}
	return append(body,
		jen.List(dotted("r.Version"), dotted("r.Disabled"), dotted("r.CreatedAt")).Op("=").
			List(jen.Lit(1), jen.False(), created),
		jen.Return(dotted("r.User"), jen.Nil()),
	)
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

func findByEmail(m *model.Model, d dialect) jen.Code {
	row := run("s.db.QueryRow", "selectUserByEmail", d.key(jen.Id("email")))
	body := []jen.Code{jen.Return(jen.Id("scanUser").Call(row))}
	if d.collates && m.Users.Existing {
		body = []jen.Code{
			jen.List(jen.Id("r"), jen.Err()).Op(":=").Id("scanUser").Call(row),
			jen.If(jen.Err().Op("!=").Nil().Op("||").Add(dotted("r.Email")).Op("==").Id("email")).Block(jen.Return(jen.Id("r"), jen.Err())).Line(),
			jen.Comment("To the collation of the column they are the same, which may be more than a"),
			jen.Comment("matter of capitals."),
			jen.If(jen.List(jen.Id("canonical"), jen.Id("_")).Op(":=").Add(rt("account", "CanonicalEmail")).Call(dotted("r.Email")), jen.Id("canonical").Op("!=").Id("email")).Block(
				jen.Return(record().Values(), notFound()),
			).Line(),
			jen.Return(jen.Id("r"), jen.Nil()),
		}
	}
	return storeMethod("userStore", "ByEmail", "ByEmail finds the user of a canonical e-mail address.",
		[]jen.Code{jen.Id("email").String()}, []jen.Code{record(), jen.Error()}, body...)
}

func findByID(m *model.Model, d dialect) jen.Code {
	id := jen.Id("id")
	if m.ID.Kind == spec.IDString {
		id = d.key(id)
	}
	return storeMethod("userStore", "ByID", "ByID finds a user.",
		[]jen.Code{jen.Id("id").Id("UserID")}, []jen.Code{record(), jen.Error()},
		jen.Return(jen.Id("scanUser").Call(run("s.db.QueryRow", "selectUserByID", id))))
}

// scanUser emits the bridge between a row and a Record.
func scanUser(d dialect) jen.Code {
	return function("scanUser", "scanUser reads the row of a user. It answers account.ErrNotFound when there is none.",
		signature{params: []jen.Code{jen.Id("row").Add(d.runtime("Row"))}, results: []jen.Code{record(), jen.Error()}},
		jen.Var().Defs(
			jen.Id("r").Add(record()),
			jen.Id("hash").Qual("database/sql", "NullString"),
			jen.Id("roles").String(),
			jen.Id("created").Add(d.time()),
		),
		jen.Err().Op(":=").Add(call("row.Scan",
			amp(dotted("r.ID")), amp(jen.Id("hash")), amp(dotted("r.Email")), amp(jen.Id("roles")),
			amp(dotted("r.Version")), amp(dotted("r.Disabled")), amp(jen.Id("created")),
		)),
		noRows(record().Values(), notFound()),
		errNotNil(jen.Return(record().Values(), failed("select user"))),
		dotted("r.PasswordHash").Op("=").Add(dotted("hash.String")),
		dotted("r.Roles").Op("=").Add(rt("account", "SplitRoles").Types(jen.Id("Role")).Call(jen.Id("roles"))),
		dotted("r.CreatedAt").Op("=").Add(dotted("created.Time")),
		jen.Return(jen.Id("r"), jen.Nil()),
	)
}

func hashParams() []jen.Code {
	return []jen.Code{jen.Id("id").Id("UserID"), jen.List(jen.Id("oldHash"), jen.Id("newHash")).String()}
}

func changeHash(m *model.Model, d dialect) jen.Code {
	args := append([]jen.Code{jen.Id("newHash")}, updated(m, d, jen.Id("id"), jen.Id("oldHash"))...)
	return storeMethod("userStore", "ChangePassword", `
ChangePassword replaces the hash, if it is still oldHash, in one transaction, and
raises the version. It answers account.ErrNotFound when it is not.`,
		hashParams(), []jen.Code{jen.Int64(), jen.Error()},
		jen.Var().Id("version").Int64(),
		jen.Err().Op(":=").Add(d.inTx(append(mustMeet(run("tx.Exec", "changePasswordHash", args...), notFound()),
			jen.Return(run("tx.QueryRow", "selectUserVersion", jen.Id("id"))).Dot("Scan").Call(amp(jen.Id("version"))))...)),
		errNotNil(jen.Return(jen.Lit(0), failed("change password"))),
		jen.Return(jen.Id("version"), jen.Nil()),
	)
}

func upgradeHash(m *model.Model, d dialect) jen.Code {
	args := append([]jen.Code{jen.Id("newHash")}, updated(m, d, jen.Id("id"), jen.Id("oldHash"))...)
	return storeMethod("userStore", "UpgradeHash", "UpgradeHash replaces the hash, if it is still oldHash, and changes nothing else.",
		hashParams(), []jen.Code{jen.Error()}, done(run("s.db.Exec", "upgradePasswordHash", args...), "upgrade password hash")...)
}

func setRoles(m *model.Model, d dialect) jen.Code {
	return updateUser("SetRoles", "SetRoles replaces the roles of a user.", "setUserRoles",
		[]jen.Code{jen.Id("roles").Index().Id("Role")}, "set roles",
		append([]jen.Code{rt("account", "JoinRoles").Call(jen.Id("roles"))}, updated(m, d, jen.Id("id"))...)...)
}

// disableAt emits the time at which a user is disabled.
func disableAt(d dialect) jen.Code { return jen.Id("now").Op(":=").Add(d.at(call("s.now"))) }

// disableArgs are the arguments of the statement that disables a user.
func disableArgs(m *model.Model) []jen.Code {
	if m.Users.Columns.UpdatedAt == "" {
		return []jen.Code{jen.Id("now"), jen.Id("id")}
	}
	return []jen.Code{jen.Id("now"), jen.Id("now"), jen.Id("id")}
}

func setDisabled(m *model.Model, d dialect) jen.Code {
	text := `
SetDisabled disables or enables a user. Disabling raises the version, so that
enabling brings no old credential back.`
	one := func(what, query string, args []jen.Code) jen.Code {
		return jen.Return(call("s.one", append([]jen.Code{jen.Id("ctx"), jen.Lit(what), jen.Id(query)}, args...)...))
	}
	disable := []jen.Code{disableAt(d), one("disable user", "disableUser", disableArgs(m))}
	if m.APIKey != nil {
		text = `
SetDisabled disables or enables a user. Disabling raises the version and ends
the user's API keys, so that enabling brings no old credential back.`
		disable = []jen.Code{jen.Return(call("s.disable", jen.Id("ctx"), jen.Id("id")))}
	}
	return storeMethod("userStore", "SetDisabled", text,
		[]jen.Code{jen.Id("id").Id("UserID"), jen.Id("disabled").Bool()}, []jen.Code{jen.Error()},
		jen.If(jen.Id("disabled")).Block(disable...).Line(),
		one("enable user", "enableUser", updated(m, d, jen.Id("id"))),
	)
}

// disableWithKeys emits the disabling of a user who may have API keys. The user's row
// is locked by the first statement: no key can be made in between.
func disableWithKeys(m *model.Model, d dialect) jen.Code {
	return storeMethod("userStore", "disable", "disable disables a user and ends their API keys, in one transaction.",
		[]jen.Code{jen.Id("id").Id("UserID")}, []jen.Code{jen.Error()},
		disableAt(d),
		jen.Err().Op(":=").Add(d.inTx(append(mustMeet(run("tx.Exec", "disableUser", disableArgs(m)...), notFound()),
			jen.List(jen.Id("_"), jen.Err()).Op("=").Add(run("tx.Exec", "deleteUserKeys", jen.Id("id"))),
			jen.Return(jen.Err()))...)),
		errNotNil(jen.Return(failed("disable user"))),
		jen.Return(jen.Nil()))
}

// deleteUser emits the end of a user. Where no foreign keys lead to users, what belongs
// to one goes after it: whoever adds to it locks the user's row first.
func deleteUser(m *model.Model, d dialect) jen.Code {
	if len(m.Users.Loose) == 0 {
		return updateUser("Delete", "Delete removes a user and all that belongs to it.", "deleteUser", nil, "delete user", jen.Id("id"))
	}
	var queries []jen.Code
	for _, t := range m.Users.Loose {
		queries = append(queries, jen.Id(forgetting(t)))
	}
	return storeMethod("userStore", "Delete", "Delete removes a user and all that belongs to it, in one transaction.",
		[]jen.Code{jen.Id("id").Id("UserID")}, []jen.Code{jen.Error()},
		jen.Err().Op(":=").Add(d.inTx(append(mustMeet(run("tx.Exec", "deleteUser", jen.Id("id")), notFound()),
			jen.For(jen.List(jen.Id("_"), jen.Id("query")).Op(":=").Range().Index().String().Values(queries...)).Block(
				jen.If(jen.List(jen.Id("_"), jen.Err()).Op(":=").Add(run("tx.Exec", "query", jen.Id("id"))), jen.Err().Op("!=").Nil()).
					Block(jen.Return(jen.Err())),
			),
			jen.Return(jen.Nil()))...)),
		errNotNil(jen.Return(failed("delete user"))),
		jen.Return(jen.Nil()))
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
		jen.List(jen.Id("n"), jen.Err()).Op(":=").Add(run("s.db.Exec", "query", jen.Id("args").Op("..."))),
		jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Qual("fmt", "Errorf").Call(jen.Lit("%s: %w"), jen.Id("what"), jen.Err()))),
		jen.If(jen.Id("n").Op("==").Lit(0)).Block(jen.Return(notFound())).Line(),
		jen.Return(jen.Nil()),
	)
}

// lockUser emits what puts the changes of a user's credentials in order.
func lockUser(d dialect) jen.Code {
	return function("lockUser", `
lockUser lets nobody else change the user, or lock it, until tx ends. It answers
whether there is a password, and sql.ErrNoRows when there is no user.`,
		signature{
			params:  []jen.Code{jen.Id("ctx").Add(ctxType()), jen.Id("tx").Add(ptr(d.runtime("Tx"))), jen.Id("id").Id("UserID")},
			results: []jen.Code{jen.Id("hasPassword").Bool(), jen.Err().Error()},
		},
		jen.Err().Op("=").Add(run("tx.QueryRow", "selectUserToChange", jen.Id("id"))).Dot("Scan").Call(amp(jen.Id("hasPassword"))),
		jen.Return(jen.Id("hasPassword"), jen.Err()),
	)
}
