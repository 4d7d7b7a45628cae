package gocode

import (
	"github.com/dave/jennifer/jen"

	"github.com/authgen-go/authgen/generator/internal/model"
	"github.com/authgen-go/authgen/spec"
)

// sessionsFile emits the session strategy: its types, endpoints and manager.
func sessionsFile(m *model.Model) []jen.Code {
	return []jen.Code{
		sessionTypes(),
		loginRequest(m),
		loginResponse(),
		login(m),
		logout(),
		confirmRequest(),
		confirm(m),
		sessionResponses(),
		listSessions(m),
		endSession(),
		endOtherSessions(),
		sessionStrategy(m),
		newSessions(m),
	}
}

func sessionTypes() jen.Code {
	return doc("A Session is one signed-in browser or device.").
		Type().Id("Session").Op("=").Add(rt("session", "Session")).Types(jen.Id("UserID")).Line().Line().
		Add(doc("Sessions keeps who is signed in. It is safe for concurrent use.")).
		Type().Id("Sessions").Op("=").Add(rt("session", "Manager")).Types(jen.Id("UserID"), jen.Id("User"))
}

func loginRequest(m *model.Model) jen.Code {
	fields := []field{
		{name: "Email", code: jen.String(), tag: "email"},
		{name: "Password", code: jen.String(), tag: "password"},
	}
	if m.Session.Remember > 0 {
		fields = append(fields, field{name: "Remember", code: jen.Bool(), tag: "remember,omitempty"})
	}
	return structType("LoginRequest", "A LoginRequest is the body of a login.", fields...)
}

func loginResponse() jen.Code {
	return structType("LoginResponse", "A LoginResponse says who logged in and until when at the latest.",
		field{name: "User", code: jen.Id("UserResponse"), tag: "user"},
		field{name: "ExpiresAt", code: jen.Qual("time", "Time"), tag: "expires_at"},
	)
}

func login(m *model.Model) jen.Code {
	start := []jen.Code{try("sess", call("a.Sessions.Start", jen.Id("w"), jen.Id("r"), jen.Id("user"), dotted("user.ID")))}
	if m.Session.Remember > 0 {
		start = []jen.Code{
			jen.Id("start").Op(":=").Add(dotted("a.Sessions.Start")),
			jen.If(dotted("in.Remember")).Block(jen.Id("start").Op("=").Add(dotted("a.Sessions.StartRemembered"))).Line(),
			try("sess", call("start", jen.Id("w"), jen.Id("r"), jen.Id("user"), dotted("user.ID"))),
		}
	}
	body := append([]jen.Code{must(call("a.crossSite.Check", jen.Id("r")))}, refuseRetired("Sessions", m.Session.Deprecated)...)
	body = append(body,
		try("in", decodeForm(m, "LoginRequest")),
		limitKey(),
		enter("loginLimit", jen.Id("name")),
		try("user", call("a.Users.Authenticate", reqCtx(), dotted("in.Email"), dotted("in.Password"))),
		succeed(jen.Id("name")),
	)
	body = append(append(body, start...), writeJSON("StatusOK", jen.Id("LoginResponse").Values(
		jen.Id("User").Op(":").Id("newUserResponse").Call(jen.Id("user")),
		jen.Id("ExpiresAt").Op(":").Add(dotted("sess.ExpiresAt")),
	)))
	return endpoint("login", `
login checks a password and starts a session under an id of its own; a session
that the request came with is ended. The answer is the same 401 for an unknown
address, a wrong password and a disabled account.`, body...)
}

func logout() jen.Code {
	params := append(handlerParams(), jen.Id("_").Add(ptr(jen.Id("Identity"))))
	return method("a", "Auth", "logout", "logout ends the session that the request came with.",
		signature{params: params, results: []jen.Code{jen.Error()}},
		append([]jen.Code{must(call("a.Sessions.End", jen.Id("w"), jen.Id("r")))}, noContent()...)...)
}

func confirmRequest() jen.Code {
	return structType("ConfirmRequest", "A ConfirmRequest is the body of a confirmation.",
		field{name: "Password", code: jen.String(), tag: "password"},
	)
}

func confirm(m *model.Model) jen.Code {
	body := []jen.Code{
		enter("loginLimit", ownLimitKey()),
		try("in", decodeForm(m, "ConfirmRequest")),
		try("user", call("a.Users.Confirm", reqCtx(), dotted("id.UserID"), dotted("in.Password"))),
		succeed(ownLimitKey()),
		must(call("a.Sessions.Renew", jen.Id("w"), jen.Id("r"), dotted("id.session"), jen.Id("user").Dot("Version"))),
	}
	return userEndpoint("confirm", "confirm checks the password again and makes the session recent, under a new id.",
		append(body, noContent()...)...)
}

func sessionResponses() jen.Code {
	one := structType("SessionResponse", "A SessionResponse is what users learn of one of their sessions.",
		field{name: "ID", code: jen.String(), tag: "id"},
		field{name: "CreatedAt", code: jen.Qual("time", "Time"), tag: "created_at"},
		field{name: "LastSeenAt", code: jen.Qual("time", "Time"), tag: "last_seen_at"},
		field{name: "UserAgent", code: jen.String(), tag: "user_agent"},
		field{name: "IP", code: jen.String(), tag: "ip"},
		field{name: "Current", code: jen.Bool(), tag: "current"},
	)
	return one.Line().Line().Add(structType("SessionsResponse", "A SessionsResponse lists the live sessions of a user, the latest first.",
		field{name: "Sessions", code: jen.Index().Id("SessionResponse"), tag: "sessions"},
	))
}

// userSessions is the list of the user's own sessions.
func userSessions(m *model.Model) *jen.Statement {
	version := dotted("id.session.UserVersion")
	if severalLogins(m) {
		version = dotted("id.version")
	}
	return call("a.Sessions.List", reqCtx(), dotted("id.UserID"), version)
}

func listSessions(m *model.Model) jen.Code {
	return userEndpoint("listSessions", "listSessions lists the user's own sessions.",
		try("list", userSessions(m)),
		jen.Id("out").Op(":=").Id("SessionsResponse").Values(
			jen.Id("Sessions").Op(":").Make(jen.Index().Id("SessionResponse"), jen.Lit(0), jen.Len(jen.Id("list"))),
		),
		jen.For(jen.List(jen.Id("_"), jen.Id("s")).Op(":=").Range().Id("list")).Block(
			dotted("out.Sessions").Op("=").Append(dotted("out.Sessions"), literal(jen.Id("SessionResponse"),
				field{name: "ID", code: dotted("s.ID")},
				field{name: "CreatedAt", code: dotted("s.CreatedAt")},
				field{name: "LastSeenAt", code: dotted("s.LastSeenAt")},
				field{name: "UserAgent", code: dotted("s.UserAgent")},
				field{name: "IP", code: call("s.IP")},
				field{name: "Current", code: dotted("s.ID").Op("==").Add(dotted("id.session.ID"))},
			)),
		),
		writeJSON("StatusOK", jen.Id("out")),
	)
}

func endSession() jen.Code {
	body := []jen.Code{
		jen.Id("target").Op(":=").Add(call("r.PathValue", jen.Lit("id"))),
		must(call("a.Sessions.EndByID", reqCtx(), dotted("id.UserID"), jen.Id("target"))),
		jen.If(jen.Id("target").Op("==").Add(dotted("id.session.ID"))).Block(call("a.Sessions.ClearCookie", jen.Id("w"))).Line(),
	}
	return userEndpoint("endSession", "endSession ends one of the user's own sessions; any other id answers 404.",
		append(body, noContent()...)...)
}

func endOtherSessions() jen.Code {
	return userEndpoint("endOtherSessions", "endOtherSessions ends all of the user's sessions but the current one.",
		append([]jen.Code{must(call("a.Sessions.EndOthers", reqCtx(), dotted("id.UserID"), dotted("id.session.ID")))}, noContent()...)...)
}

// sessionStrategy emits the authenticator that the guard asks.
func sessionStrategy(m *model.Model) jen.Code {
	var version jen.Code
	if severalLogins(m) {
		version = dotted("user.Version")
	}
	receiver := func() *jen.Statement { return jen.Func().Params(jen.Id("s").Id("sessionStrategy")) }
	return doc("sessionStrategy authenticates requests by their session cookie.").
		Type().Id("sessionStrategy").Struct(jen.Id("auth").Op("*").Id("Auth")).Line().Line().
		Add(receiver()).Id("Name").Params().String().Block(jen.Return(jen.String().Call(jen.Id("StrategySession")))).Line().Line().
		Add(presents(receiver(), call("s.auth.Sessions.Presents", jen.Id("r")))).
		Add(receiver()).Id("Challenge").Params(jen.Id("reason").Error()).String().Block(
		jen.Return(call("s.auth.Sessions.Challenge", jen.Id("reason"))),
	).Line().Line().
		Add(receiver()).Id("Authenticate").Params(jen.Id("r").Add(ptr(httpq("Request"))), jen.Id("_").Add(httpq("Header"))).
		Params(ptr(jen.Id("Identity")), jen.Error()).Block(
		jen.List(jen.Id("sess"), jen.Id("user"), jen.Err()).Op(":=").Add(call("s.auth.Sessions.Authenticate", jen.Id("r"))),
		errNotNil(jen.Return(jen.Nil(), jen.Err())),
		jen.Return(literal(amp(jen.Id("Identity")),
			field{name: "UserID", code: dotted("user.ID")},
			field{name: "Email", code: dotted("user.Email")},
			field{name: "Strategy", code: jen.Id("StrategySession")},
			field{name: "Roles", code: dotted("user.Roles")},
			field{name: "Scopes", code: call("s.auth.rights.Of", dotted("user.Roles"))},
			field{name: "AuthenticatedAt", code: dotted("sess.AuthenticatedAt")},
			field{name: "version", code: version},
			field{name: "session", code: jen.Id("sess")},
		), jen.Nil()),
	).Add(retirement("sessionStrategy", m.Session.Deprecated))
}

// newSessions emits the construction of the session manager.
func newSessions(m *model.Model) jen.Code {
	s := m.Session
	var body []jen.Code
	store := jen.Id("store")
	switch {
	case s.InMemory:
		body = append(body,
			call("cfg.Logger.Warn", jen.Lit("sessions are kept in memory: they are lost at a restart and serve one process only")),
			jen.Id("store").Op(":=").Add(rt("store/memory", "NewSessions").Types(jen.Id("UserID"), jen.Id("User"))).Call(dotted("a.Users.ByID")),
		)
	case s.InRedis:
		body = append(body,
			jen.Id("ids").Op(":=").Add(redisCodec(m.ID)),
			try("store", rt("store/redis", "NewSessions").Call(jen.Id("ctx"), dotted("cfg.Redis"), jen.Id("ids"), dotted("a.Users.ByID"), redisOptions(m, "cfg.Now")), jen.Nil()),
		)
	default:
		body = append(body, try("store", jen.Id("newSessionStore").Call(jen.Id("ctx"), dotted("a.db")), jen.Nil()))
	}
	var remember jen.Code
	if s.Remember > 0 {
		remember = duration(s.Remember)
	}
	body = append(body, jen.Return(rt("session", "New").Call(literal(rt("session", "Config").Types(jen.Id("UserID"), jen.Id("User")),
		field{name: "Store", code: store},
		field{name: "Cookie", code: rt("session", "Cookie").Values(
			jen.Id("Name").Op(":").Lit(s.CookieName), jen.Id("SameSite").Op(":").Add(sameSite(s.SameSite)))},
		field{name: "HTTPS", code: dotted("a.frame.HTTPS")},
		field{name: "TTL", code: duration(s.TTL)},
		field{name: "IdleTimeout", code: duration(s.IdleTimeout)},
		field{name: "Remember", code: remember},
		field{name: "Recent", code: duration(s.Recent)},
		field{name: "MaxStaleness", code: positive(s.MaxStaleness)},
		field{name: "Sunset", code: sunset("sessionStrategy", s.Deprecated)},
		field{name: "CrossSite", code: dotted("a.crossSite")},
		field{name: "Proxies", code: dotted("a.frame.Proxies")},
		field{name: "Audit", code: dotted("a.events")},
		field{name: "Logger", code: dotted("cfg.Logger")},
		field{name: "Now", code: dotted("cfg.Now")},
	))))
	ctxName := "ctx"
	if s.InMemory {
		ctxName = "_"
	}
	return method("a", "Auth", "newSessions", "newSessions keeps sessions as the spec says.",
		signature{params: []jen.Code{jen.Id(ctxName).Add(ctxType()), jen.Id("cfg").Id("Config")}, results: []jen.Code{ptr(jen.Id("Sessions")), jen.Error()}}, body...)
}

func sameSite(s spec.SameSite) *jen.Statement {
	if s == spec.SameSiteStrict {
		return httpq("SameSiteStrictMode")
	}
	return httpq("SameSiteLaxMode")
}
