package gocode

import (
	"github.com/dave/jennifer/jen"

	"github.com/authgen-go/authgen/generator/internal/model"
)

// usersFile emits accounts: their types, their endpoints, their service.
func usersFile(m *model.Model) []jen.Code {
	decls := []jen.Code{userTypes()}
	if m.Logins() {
		decls = append(decls, userResponse(), newUserResponse())
	}
	if m.Users.Registration {
		decls = append(decls, registerRequest(), register(m))
	}
	if m.Logins() {
		decls = append(decls, passwordRequest(), changePassword(m), logoutEverywhere(m))
	}
	decls = append(decls, meResponse(m), me(m), newUsers(m))
	if keeps(m) {
		decls = append(decls, forgetUser(m))
	}
	return decls
}

func userTypes() jen.Code {
	return doc("A User is an account of a person.").
		Type().Id("User").Op("=").Add(rt("account", "User")).Types(jen.Id("UserID"), jen.Id("Role")).Line().Line().
		Add(doc("Users keeps accounts. It is safe for concurrent use.")).
		Type().Id("Users").Op("=").Add(rt("account", "Service")).Types(jen.Id("UserID"), jen.Id("Role"))
}

func userResponse() jen.Code {
	return structType("UserResponse", "A UserResponse is what clients learn of a user.",
		field{name: "ID", code: jen.Id("UserID"), tag: "id"},
		field{name: "Email", code: jen.String(), tag: "email"},
		field{name: "Roles", code: jen.Index().Id("Role"), tag: "roles"},
	)
}

func newUserResponse() jen.Code {
	return jen.Func().Id("newUserResponse").Params(jen.Id("user").Id("User")).Id("UserResponse").Block(
		jen.Return(jen.Id("UserResponse").Values(
			jen.Id("ID").Op(":").Add(dotted("user.ID")),
			jen.Id("Email").Op(":").Add(dotted("user.Email")),
			jen.Id("Roles").Op(":").Add(dotted("user.Roles")),
		)),
	)
}

func registerRequest() jen.Code {
	return structType("RegisterRequest", "A RegisterRequest is the body of a registration.",
		field{name: "Email", code: jen.String(), tag: "email"},
		field{name: "Password", code: jen.String(), tag: "password"},
	)
}

// endpoint is the frame of a handler without an identity.
func endpoint(name, text string, body ...jen.Code) *jen.Statement {
	return method("a", "Auth", name, text, signature{params: handlerParams(), results: []jen.Code{jen.Error()}}, body...)
}

// userEndpoint is the frame of a handler that acts for a signed-in user.
func userEndpoint(name, text string, body ...jen.Code) *jen.Statement {
	params := append(handlerParams(), jen.Id("id").Add(ptr(jen.Id("Identity"))))
	return method("a", "Auth", name, text, signature{params: params, results: []jen.Code{jen.Error()}}, body...)
}

func reqCtx() *jen.Statement { return call("r.Context") }

// decodeForm reads a body that a page's form may send as well.
func decodeForm(m *model.Model, typ string) *jen.Statement {
	if !m.Pages() {
		return decode(typ)
	}
	return rt("authn", "DecodeEither").Types(jen.Id(typ)).Call(jen.Id("w"), jen.Id("r"))
}

func decode(typ string) *jen.Statement {
	return rt("authn", "Decode").Types(jen.Id(typ)).Call(jen.Id("w"), jen.Id("r"))
}

// writeJSON is the answer with a body and the handler's way out.
func writeJSON(status string, body jen.Code) *jen.Statement {
	return rt("authn", "WriteJSON").Call(jen.Id("w"), httpq(status), body).Line().Return(jen.Nil())
}

func noContent() []jen.Code {
	return []jen.Code{call("w.WriteHeader", httpq("StatusNoContent")), jen.Return(jen.Nil())}
}

func register(m *model.Model) jen.Code {
	return endpoint("register", `
register creates an account with the default role. It answers 409 when the
address has an account, and 422 to a password that the policy refuses.`,
		must(call("a.crossSite.Check", jen.Id("r"))),
		try("in", decodeForm(m, "RegisterRequest")),
		enter("registerLimit", rt("account", "LimitKey").Call(dotted("in.Email"))),
		try("user", call("a.Users.Register", reqCtx(), dotted("in.Email"), dotted("in.Password"))),
		writeJSON("StatusCreated", jen.Id("newUserResponse").Call(jen.Id("user"))),
	)
}

func passwordRequest() jen.Code {
	return structType("PasswordRequest", "A PasswordRequest is the body of a change of password.",
		field{name: "CurrentPassword", code: jen.String(), tag: "current_password"},
		field{name: "NewPassword", code: jen.String(), tag: "new_password"},
	)
}

func changePassword(m *model.Model) jen.Code {
	body := []jen.Code{
		must(recent(m)),
		enter("loginLimit", ownLimitKey()),
		try("in", decodeForm(m, "PasswordRequest")),
		try("user", call("a.Users.ChangePassword", reqCtx(), dotted("id.UserID"), dotted("in.CurrentPassword"), dotted("in.NewPassword"))),
		succeed(ownLimitKey()),
	}
	renew := call("a.Sessions.Renew", jen.Id("w"), jen.Id("r"), dotted("id.session"), dotted("user.Version"))
	adopt := call("a.Tokens.Adopt", reqCtx(), dotted("id.Claims"), dotted("user.ID"), dotted("user.Version"))
	text := `
changePassword ends every other credential of the user together with the old
password; the session that asked goes on under a new id.`
	switch {
	case severalLogins(m):
		text = `
changePassword ends every other credential of the user together with the old
password. A session that asked goes on under a new id; so does the login of a
token that asked, with its refresh token.`
		body = append(body,
			jen.If(dotted("id.Strategy").Op("==").Id("StrategySession")).Block(jen.Err().Op("=").Add(renew)).
				Else().Block(jen.Err().Op("=").Add(adopt)),
			errNotNil(jen.Return(jen.Err())))
	case m.Issues():
		text = `
changePassword ends every other credential of the user together with the old
password, access tokens included; the login that asked goes on with its refresh
token.`
		body = append(body, must(adopt))
	default:
		body = append(body, must(renew))
	}
	return userEndpoint("changePassword", text, append(body, noContent()...)...)
}

func logoutEverywhere(m *model.Model) jen.Code {
	body := []jen.Code{must(call("a.Users.SignOutEverywhere", reqCtx(), dotted("id.UserID")))}
	if m.Issues() {
		body = append(body, must(call("a.Tokens.EndAll", reqCtx(), dotted("id.UserID"))))
	}
	if m.Session != nil {
		body = append(body,
			must(call("a.Sessions.EndAll", reqCtx(), dotted("id.UserID"))),
			call("a.Sessions.ClearCookie", jen.Id("w")),
		)
	}
	return userEndpoint("logoutEverywhere", "logoutEverywhere ends everything that the user is signed in with, this request's credential included.",
		append(body, noContent()...)...)
}

func meResponse(m *model.Model) jen.Code {
	fields := []field{{name: "ID", code: jen.Id("UserID"), tag: "id"}}
	if m.Accounts() {
		fields = append(fields, field{name: "Email", code: jen.String(), tag: "email"})
	}
	return structType("MeResponse", "A MeResponse says who a request was authenticated as.", append(fields,
		field{name: "Roles", code: jen.Index().Id("Role"), tag: "roles"},
		field{name: "Scopes", code: jen.Index().Id("Scope"), tag: "scopes"},
		field{name: "Strategy", code: jen.Id("Strategy"), tag: "strategy"},
	)...)
}

func me(m *model.Model) jen.Code {
	fields := []field{{name: "ID", code: dotted("id.UserID")}}
	if m.Accounts() {
		fields = append(fields, field{name: "Email", code: dotted("id.Email")})
	}
	body := []jen.Code{}
	if m.Server != nil {
		body = append(body, meMachine())
	}
	return userEndpoint("me", "me answers with the identity behind the request.",
		append(body, writeJSON("StatusOK", literal(jen.Id("MeResponse"), append(fields,
			field{name: "Roles", code: dotted("id.Roles")},
			field{name: "Scopes", code: dotted("id.Scopes")},
			field{name: "Strategy", code: dotted("id.Strategy")},
		)...)))...,
	)
}

// meMachine answers a machine, whose id is no user's.
func meMachine() jen.Code {
	return jen.If(dotted("id.ClientID").Op("!=").Lit("")).Block(
		rt("authn", "WriteJSON").Call(jen.Id("w"), httpq("StatusOK"), jen.Id("newMachineResponse").Call(jen.Id("id"))),
		jen.Return(jen.Nil()),
	).Line()
}

// newUsers emits the construction of the account service.
func newUsers(m *model.Model) jen.Code {
	params := literal(rt("password", "Params"),
		field{name: "MemoryKiB", code: jen.Lit(int(m.Users.MemoryKiB))},
		field{name: "Iterations", code: jen.Lit(m.Users.Iterations)},
		field{name: "Parallelism", code: jen.Lit(m.Users.Parallelism)},
	)
	var changed jen.Code
	if keeps(m) {
		changed = dotted("a.forget")
	}
	return method("a", "Auth", "newUsers", "newUsers keeps accounts in the database of cfg.",
		signature{
			params:  []jen.Code{jen.Id("ctx").Add(ctxType()), jen.Id("cfg").Id("Config")},
			results: []jen.Code{ptr(jen.Id("Users")), jen.Error()},
		},
		try("hasher", rt("password", "NewHasher").Call(rt("password", "HasherConfig").Values(jen.Id("Params").Op(":").Add(params))), jen.Nil()),
		try("store", jen.Id("newUserStore").Call(jen.Id("ctx"), dotted("a.db"), dotted("cfg.Now")), jen.Nil()),
		jen.Return(rt("account", "New").Call(literal(rt("account", "Config").Types(jen.Id("UserID"), jen.Id("Role")),
			field{name: "Store", code: jen.Id("store")},
			field{name: "Hasher", code: jen.Id("hasher")},
			field{name: "Policy", code: rt("password", "Policy").Values(jen.Id("MinLength").Op(":").Lit(m.Users.MinLength))},
			field{name: "Breached", code: dotted("cfg.Breached")},
			field{name: "DefaultRole", code: jen.Id(m.Users.DefaultRole)},
			field{name: "Changed", code: changed},
			field{name: "Site", code: call("cfg.BaseURL.Hostname")},
			field{name: "Pseudonym", code: rt("audit", "NewPseudonym").Call(call("cfg.Secret.Derive", jen.Lit("audit pseudonym"), jen.Lit(32)))},
			field{name: "Audit", code: dotted("a.events")},
			field{name: "Logger", code: dotted("cfg.Logger")},
			field{name: "Now", code: dotted("cfg.Now")},
		))),
	)
}
